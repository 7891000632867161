/** What the history notes of how things stand, said in the log too. */
import { HistoryEvent } from '../../protocol/model/history.ts'
import { LOG_EVENTS, type LogEvent } from '../../protocol/model/log-events.ts'
import { Problem } from '../../protocol/problem.ts'
import type { News } from '../history/recorder.ts'
import { eventOf } from '../history/spans.ts'
import type { Log } from './log.ts'

export function tellNews({ rows, over }: News, log: Log): void {
  for (const row of rows) {
    const word = `service-${row.what}`
    if (row.kind === 'state' && Object.hasOwn(LOG_EVENTS, word)) log(word as LogEvent, { service: row.service })
    for (const event of eventOf(row)) tellOne(HistoryEvent.parse(event), log)
  }
  for (const what of over) tellProblem('problem-over', Problem.parse(JSON.parse(what)), log)
}

/** At its start and end the engine speaks for itself. */
function tellOne(event: HistoryEvent, log: Log): void {
  const { kind } = event
  if (kind === 'path') log('way-changed', { service: event.service, family: event.family, before: event.before, after: event.after })
  if (kind === 'address') log('address-changed', { family: event.family, before: event.before, after: event.after })
  if (kind === 'relay') log('relay-changed', { before: event.before, after: event.after })
  if (kind === 'problem') tellProblem('problem-found', event.problem, log)
}

const tellProblem = (word: 'problem-found' | 'problem-over', { code, severity, params }: Problem, log: Log): void =>
  log(word, { ...params, code, severity })
