/** One line an event on standard error, for people and for `grep`. Values are quoted where they could break the line; never a secret. */

import type { LogEvent } from '../../protocol/model/log-events.ts'

export type Log = (event: LogEvent, fields?: Readonly<Record<string, unknown>>) => void

export const logToStderr: Log = (event, fields = {}) => {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${plain(value)}`)
  process.stderr.write(`${[new Date().toISOString(), event, ...words].join(' ')}\n`)
}

function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return /^[\w.:/@*-]+$/.test(text) ? text : JSON.stringify(text).replace(UNPRINTABLE, escaped)
}

/** What JSON lets stand and some terminals obey: C1 controls (U+009B opens an escape sequence), and the other ends of a line. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029]/g
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
