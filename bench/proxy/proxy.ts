/** The front door against the proxies that people put before their services, in the same run: every round starts each of them anew and measures
 *  them in turn, so that whatever else the machine does hits all alike. */
import { missingPackages } from '../../lab/requirements.ts'
import { type Rounds, tableOf, type Values } from '../table.ts'
import { CONTENDERS, type ContenderName } from './contenders.ts'
import { MEASURES, type MeasureName } from './measures.ts'
import { ROWS } from './rows.ts'
import { openStage, type Stage } from './stage.ts'

/** What the door is compared with, and what that takes, each with its Debian package. */
const PROGRAMS: Readonly<Record<string, string>> = {
  caddy: 'caddy',
  h2load: 'nghttp2-client',
  haproxy: 'haproxy',
  nginx: 'nginx-light',
  taskset: 'util-linux',
  unshare: 'util-linux',
  wrk: 'wrk',
}

type Say = (line: string) => void

/** @param wanted how the rows' ids begin; all of them without any */
export async function benchProxy(rounds: number, wanted: readonly string[], say: Say): Promise<{ table: string; withinBar: boolean }> {
  const missing = missingPackages(undefined, PROGRAMS)
  if (missing.length > 0) throw new Error(`the bench needs more programs; on Debian: apt-get install ${missing.join(' ')}`)
  const rows = wanted.length === 0 ? ROWS : ROWS.filter(({ id }) => wanted.some((start) => id.startsWith(start)))
  // One measure of all contenders after the other: what is compared lies close together in time.
  const turns = new Map<MeasureName, Set<ContenderName>>()
  for (const { ours, against, measure } of rows)
    for (const contender of [ours, against]) turns.set(measure, (turns.get(measure) ?? new Set()).add(contender))
  const results = new Map<string, (Values | undefined)[]>()
  const stage = await openStage()
  try {
    for (let round = 0; round < rounds; round++)
      for (const [measure, contenders] of turns)
        for (const contender of contenders) {
          // Memory is no matter of what else the machine does.
          if (round > 0 && measure === 'idleMemory') continue
          const values = await take(stage, contender, measure, (line) => say(`round ${round + 1} of ${rounds}: ${line}`))
          const key = `${contender} ${measure}`
          results.set(key, [...(results.get(key) ?? []), values])
        }
  } finally {
    await stage.close()
  }
  const roundsOf = (contender: ContenderName, measure: MeasureName): Rounds => results.get(`${contender} ${measure}`) ?? []
  const found = rows.map((row) => ({
    row,
    against: CONTENDERS[row.against].name,
    ours: roundsOf(row.ours, row.measure),
    theirs: roundsOf(row.against, row.measure),
  }))
  return tableOf(found, { perCpuS: '' })
}

/** What fails is told and left out: one contender that breaks down must not cost the others their figures. */
async function take(stage: Stage, contender: ContenderName, measure: MeasureName, say: Say): Promise<Values | undefined> {
  const { name, start } = CONTENDERS[contender]
  try {
    const proxy = await start(stage)
    try {
      const values = await MEASURES[measure](stage, proxy)
      say(
        `${name}, ${measure}: ${Object.entries(values)
          .map(([what, value]) => `${what} ${value.toPrecision(4)}`)
          .join(', ')}`,
      )
      return values
    } finally {
      await proxy.stop()
    }
  } catch (error) {
    say(`${name}, ${measure}: ${error instanceof Error ? error.message : String(error)}`)
    return undefined
  }
}
