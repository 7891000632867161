/** One JSON line an event, on standard error. Never an address of a visitor, never a key. */

export type Log = (event: string, fields?: Record<string, unknown>) => void

export const logToStderr: Log = (event, fields = {}) => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...fields })}\n`)
}
