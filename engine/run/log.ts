/** One line an event on standard error, for people and for `grep`. Values are quoted where they could break the line; never a secret. */

export type Log = (event: string, fields?: Readonly<Record<string, unknown>>) => void

export const logToStderr: Log = (event, fields = {}) => {
  const words = Object.entries(fields).map(([name, value]) => `${name}=${plain(value)}`)
  process.stderr.write(`${[new Date().toISOString(), event, ...words].join(' ')}\n`)
}

function plain(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
  return /^[\w.:/@*-]+$/.test(text) ? text : JSON.stringify(text)
}
