/** The tunnel against those that people use instead, in the same run: every round starts each of them anew and measures them in turn, so
 *  that whatever else the machine does hits all alike. */
import { setTimeout as wait } from 'node:timers/promises'
import { type Rounds, tableOf, type Values } from '../table.ts'
import { firstBytes } from './first-byte.ts'
import { MEASURES, type MeasureName } from './measures.ts'
import { requirePeers } from './requirements.ts'
import { CONTENDERS, type ContenderName, isOnStage, ROWS, type Row } from './rows.ts'
import { type LineName, openStage, type Stage } from './stage.ts'

/** Connections that end after a measurement end before the next. */
const REST_MS = 200

interface Turn {
  readonly contender: ContenderName
  readonly line: LineName
  readonly measures: readonly MeasureName[]
}

type Say = (line: string) => void
/** By contender, line and measure: what each round gave, undefined where it failed. */
type Results = Map<string, (Values | undefined)[]>

/** @param wanted how the rows' ids begin; all of them without any */
export async function benchTunnel(rounds: number, wanted: readonly string[], say: Say): Promise<{ table: string; withinBar: boolean }> {
  requirePeers()
  const rows = wanted.length === 0 ? ROWS : ROWS.filter(({ id }) => wanted.some((start) => id.startsWith(start)))
  const results: Results = new Map()
  await inRounds(turnsOf(rows), rounds, results, say)
  if (rows.some(({ line }) => line === 'house'))
    for (const { page, command, ssh } of await firstBytes(rounds, say)) {
      add(results, 'porchlightPage house firstByte', { ms: page })
      add(results, 'porchlight house firstByte', { ms: command })
      add(results, 'ssh house firstByte', { ms: ssh })
    }
  const roundsOf = (contender: Row['ours'], { line, measure }: Row): Rounds => results.get(`${contender} ${line} ${measure}`) ?? []
  const found = rows.map((row) => ({
    row,
    against: row.against && CONTENDERS[row.against].name,
    ours: roundsOf(row.ours, row),
    theirs: row.against ? roundsOf(row.against, row) : [],
  }))
  return tableOf(found, { relayPerCpuS: 'relay', homePerCpuS: 'home' })
}

const add = (results: Results, key: string, values: Values | undefined): void =>
  void results.set(key, [...(results.get(key) ?? []), values])

async function inRounds(turns: readonly Turn[], rounds: number, results: Results, say: Say): Promise<void> {
  if (turns.length === 0) return
  const stage = await openStage(new Set(turns.map(({ line }) => line)))
  try {
    for (let round = 0; round < rounds; round++)
      for (const turn of turns) {
        // Memory is no matter of what else the machine does.
        if (round > 0 && turn.measures.every((measure) => measure === 'idleMemory')) continue
        const found = await take(stage, turn, (line) => say(`round ${round + 1} of ${rounds}: ${line}`))
        for (const [measure, values] of found) add(results, `${turn.contender} ${turn.line} ${measure}`, values)
      }
  } finally {
    await stage.close()
  }
}

/** Each contender is started once a round and line, for all that is to be measured of it there. */
function turnsOf(rows: readonly Row[]): Turn[] {
  const turns = new Map<string, { contender: ContenderName; line: LineName; measures: Set<MeasureName> }>()
  for (const { line, ours, against, measure } of rows.filter(isOnStage))
    for (const contender of against ? [ours, against] : [ours]) {
      const key = `${line} ${contender}`
      const turn = turns.get(key) ?? { contender, line, measures: new Set() }
      turns.set(key, turn)
      turn.measures.add(measure)
    }
  return [...turns.values()].map((turn) => ({ ...turn, measures: [...turn.measures] }))
}

/** What fails is told and left out: one contender that breaks down must not cost the others their figures. */
async function take(stage: Stage, { contender, line, measures }: Turn, say: Say): Promise<Map<MeasureName, Values | undefined>> {
  const found = new Map<MeasureName, Values | undefined>(measures.map((measure) => [measure, undefined]))
  const { name, start } = CONTENDERS[contender]
  const failed = (error: unknown): void => say(`${name}, ${line} line: ${error instanceof Error ? error.message : String(error)}`)
  try {
    const running = await start(stage, line)
    for (const measure of measures) {
      const values = await MEASURES[measure](stage, running).catch(failed)
      if (!values) continue
      found.set(measure, values)
      const told = Object.entries(values).map(([what, value]) => `${what} ${value.toPrecision(4)}`)
      say(`${name}, ${line} line, ${measure}: ${told.join(', ')}`)
      await wait(REST_MS)
    }
  } catch (error) {
    failed(error)
  }
  await stage.clear()
  return found
}
