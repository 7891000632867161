/** An entry of the log as a sentence. */
import type { LogEntry } from '../protocol/model/log.ts'
import type { Facts, LogEvent } from '../protocol/model/log-events.ts'
import { ProblemCode } from '../protocol/problem.ts'
import type { Words } from './index.ts'
import { describeProblem } from './problems.ts'

/** What this language has no sentence for comes from another program: it is told as it is. */
export function describeEntry({ event, facts }: LogEntry, words: Words): string {
  const { events } = words.log
  if (!Object.hasOwn(events, event)) return [event, ...Object.entries(facts).map(([name, value]) => `${name}=${value}`)].join(' ')
  const tell = events[event as LogEvent] as (facts: Facts) => string
  return tell(complete({ ...facts, ...titleOf(facts, words) }))
}

function titleOf(facts: Facts, words: Words): { title?: string } {
  const code = ProblemCode.safeParse(facts.code)
  return code.success ? { title: describeProblem({ code: code.data, severity: 'info', params: facts }, words).title } : {}
}

/** A fact that is missing leaves a gap. */
const complete = (facts: Facts): Facts => new Proxy(facts, { get: (all, name) => all[String(name)] ?? '' })
