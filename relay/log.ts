/** One JSON line an event, on standard error: what journald keeps as it stands, and every collector reads. Never a key, and no address of a
 *  visitor unless the operator has asked for them. */
import { parseAddress } from '../protocol/model/address.ts'
import { Buckets } from './public-ports/buckets.ts'

export type Log = (event: string, fields?: Record<string, unknown>) => void

export type Level = 'info' | 'warning' | 'error'

/** Whoever comes and goes without end must not fill the operator's disk, nor drown what else happens: so each event has a measure of its own. */
const LINES_OF_AN_EVENT = { perS: 5, atOnce: 200 }
const MAX_EVENTS = 200

/** What an operator should look after now, and what sooner or later. Everything else only tells what happens. */
const LEVELS: Readonly<Record<string, Level>> = {
  'alerts-unread': 'error',
  'ask-failed': 'error',
  'certificate-failed': 'warning',
  'certificate-not-kept': 'error',
  'certificate-not-reloaded': 'warning',
  'certificate-renewal-ended': 'error',
  'consent-not-asked': 'warning',
  'decisions-unread': 'error',
  'devices-not-noted': 'error',
  'dns-fault': 'error',
  'dns-update-journal-damaged': 'warning',
  'listener-fault': 'error',
  'log-left-out': 'warning',
  'owner-not-told': 'warning',
  'public-port-taken': 'warning',
  'stun-unavailable': 'warning',
  'traffic-unwritten': 'error',
  'voucher-in-vain': 'warning',
}

export interface LogOptions {
  write(line: string): void
  /** Addresses may stand there. */
  readonly visitors?: boolean
  /** ms of a clock that never goes back. */
  readonly now?: () => number
}

/** What is too much of one event is left out; how many lines that were stands before its next one. */
export function createLog({ write, visitors = false, now = () => performance.now() }: LogOptions): Log {
  const buckets = new Buckets(LINES_OF_AN_EVENT.perS, LINES_OF_AN_EVENT.atOnce, MAX_EVENTS)
  const left = new Map<string, number>()
  const shown = visitors ? (value: unknown) => value : withoutAddresses
  const say = (event: string, fields: Record<string, unknown>): void => {
    const level = LEVELS[event] ?? 'info'
    write(`${JSON.stringify({ at: new Date().toISOString(), level, event, ...fields }, (_name, value) => shown(plain(value)))}\n`)
  }
  return (event, fields = {}) => {
    if (!buckets.take(event, now())) {
      left.set(event, (left.get(event) ?? 0) + 1)
      return
    }
    const lines = left.get(event)
    left.delete(event)
    if (lines !== undefined) say('log-left-out', { of: event, lines })
    say(event, fields)
  }
}

export const logToStderr = (visitors: boolean): Log => createLog({ write: (line) => void process.stderr.write(line), visitors })

/** An error's own fields (Node puts the other side's address there) are left out, its message is not. */
const plain = (value: unknown): unknown => (value instanceof Error ? String(value) : value)

/** Whatever looks like an address and is one: messages of the system name the other side. */
function withoutAddresses(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return value.replace(/[0-9a-f.:]{4,45}/gi, (word) => (isAddress(word) ? '[address]' : word))
}

/** Also with a port behind it, or at the end of a sentence. */
function isAddress(word: string): boolean {
  return [word, word.replace(/[.:]+$/, ''), word.replace(/:\d{1,5}\.?$/, '')].some((text) => parseAddress(text) !== undefined)
}
