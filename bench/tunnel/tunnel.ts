/** The tunnel against those that people use instead, in the same run: every round starts each of them anew and measures them in turn, so
 *  that whatever else the machine does hits all alike. */
import { setTimeout as wait } from 'node:timers/promises'
import { stop } from './contenders/contender.ts'
import { MEASURES, type MeasureName, type Values } from './measures.ts'
import { requirePeers } from './requirements.ts'
import { CONTENDERS, type ContenderName, ROWS, type Row } from './rows.ts'
import { type LineName, openStage, type Stage } from './stage.ts'
import { tableOf } from './table.ts'

interface Turn {
  readonly contender: ContenderName
  readonly line: LineName
  readonly measures: readonly MeasureName[]
}

type Say = (line: string) => void

/** @param wanted how the rows' ids begin; all of them without any */
export async function benchTunnel(rounds: number, wanted: readonly string[], say: Say): Promise<{ table: string; withinBar: boolean }> {
  requirePeers()
  const rows = wanted.length === 0 ? ROWS : ROWS.filter(({ id }) => wanted.some((start) => id.startsWith(start)))
  const turns = turnsOf(rows)
  const results = new Map<string, (Values | undefined)[]>()
  const stage = await openStage(new Set(turns.map(({ line }) => line)))
  try {
    for (let round = 0; round < rounds; round++)
      for (const turn of turns) {
        const values = await take(stage, turn, (line) => say(`round ${round + 1} of ${rounds}: ${line}`))
        for (const [measure, found] of values) {
          const key = keyOf(turn.contender, turn.line, measure)
          results.set(key, [...(results.get(key) ?? []), found])
        }
      }
  } finally {
    await stage.close()
  }
  return tableOf(rows, (contender, row) => results.get(keyOf(contender, row.line, row.measure)) ?? [])
}

const keyOf = (contender: ContenderName, line: LineName, measure: MeasureName): string => `${contender} ${line} ${measure}`

/** Each contender is started once a round and line, for all that is to be measured of it there. */
function turnsOf(rows: readonly Row[]): Turn[] {
  const turns = new Map<string, { contender: ContenderName; line: LineName; measures: Set<MeasureName> }>()
  for (const { line, ours, against, measure } of rows)
    for (const contender of against ? [ours, against] : [ours]) {
      const key = `${line} ${contender}`
      const turn = turns.get(key) ?? { contender, line, measures: new Set() }
      turns.set(key, turn)
      turn.measures.add(measure)
    }
  return [...turns.values()].map((turn) => ({ ...turn, measures: [...turn.measures] }))
}

/** What fails is told and left out: one contender that breaks down must not cost the others their figures. */
async function take(stage: Stage, { contender, line, measures }: Turn, say: Say) {
  const found = new Map<MeasureName, Values | undefined>(measures.map((measure) => [measure, undefined]))
  const { name, start } = CONTENDERS[contender]
  try {
    const running = await start(stage, line)
    for (const measure of measures) {
      const values = await MEASURES[measure](stage, running).catch((error: Error) => void say(`${name} ${measure}: ${error.message}`))
      found.set(measure, values ?? undefined)
      if (values)
        say(
          `${name}, ${line} line, ${measure}: ${Object.entries(values)
            .map(([what, value]) => `${what} ${value.toPrecision(4)}`)
            .join(', ')}`,
        )
      await wait(200)
    }
    await stop(running)
  } catch (error) {
    say(`${name}, ${line} line: ${error instanceof Error ? error.message : String(error)}`)
  }
  return found
}
