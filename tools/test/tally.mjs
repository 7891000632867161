// Counts what one test file did. Pure. Whatever is not a plain pass counts against us: a skipped test, a crash, a file without tests.

/** @typedef {{ type: string, name?: string, line?: number, suite?: boolean, skip?: unknown, todo?: unknown,
 *              failure?: { kind?: string, text: string }, message?: string, success?: boolean }} ReporterEvent */

/** `events` as reporter.mjs wrote them; `ending` is how the process ended.
 *  @param {ReporterEvent[]} events
 *  @param {{ code: number | null, signal: string | null, timedOutAfterS?: number }} ending
 *  @returns {{ passed: number, failures: { title: string, text: string }[] }} */
export function tally(events, ending) {
  const outcomes = events.filter(({ type }) => type === 'test:pass' || type === 'test:fail')
  const failures = outcomes.map(failureOf).filter((failure) => failure !== undefined)
  const passed = outcomes.filter((outcome) => !outcome.suite && outcome.type === 'test:pass' && failureOf(outcome) === undefined).length
  const whole = wholeFileFailure(events, ending, outcomes.length, failures.length)
  return { passed, failures: whole === undefined ? failures : [...failures, whole] }
}

function failureOf({ type, name, line, skip, todo, failure }) {
  const title = line === undefined ? name : `${name} (line ${line})`
  if (isSet(skip)) return { title, text: 'skipped: nothing is skipped here' }
  if (isSet(todo)) return { title, text: 'todo: nothing is left open here' }
  // A parent that failed for its children's sake only would count them twice.
  if (type === 'test:fail' && failure?.kind !== 'subtestsFailed') return { title, text: failure?.text ?? 'failed' }
  return undefined
}

/** node:test sets `skip` and `todo` to true or to the reason, which may be empty. */
const isSet = (mark) => mark !== undefined && mark !== false

function wholeFileFailure(events, { code, signal, timedOutAfterS }, outcomes, failures) {
  const said = (text) => ({ title: 'the whole file', text })
  const notes = events.filter(({ type }) => type === 'test:diagnostic').map(({ message }) => message)
  if (timedOutAfterS !== undefined) return said(`still running after ${timedOutAfterS} s, stopped`)
  if (signal !== null) return said(`ended by ${signal}`)
  const summary = events.find(({ type }) => type === 'test:summary')
  if (outcomes === 0 && code === 0) return said('holds no tests')
  if (summary === undefined) return said(`ended with exit code ${code} before its tests did`)
  if (failures === 0 && (code !== 0 || !summary.success)) return said([`ended with exit code ${code}`, ...notes].join('\n'))
  return undefined
}
