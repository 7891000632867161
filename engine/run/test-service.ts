/** "Test now": one service looked at from outside because somebody asked, and what those looks found. An older word is never taken for a new one. */
import type { PathView } from '../../protocol/model/path.ts'
import type { ServiceTest } from '../../protocol/model/service-test.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { ServiceView, Snapshot } from '../../protocol/snapshot.ts'

/** `lookAgain` resolves when everything has been looked at again, or its time is over. Throws ProblemError when there is no such service. */
export async function testService(name: string, snapshot: () => Snapshot, lookAgain: () => Promise<void>): Promise<ServiceTest> {
  const find = (): ServiceView => {
    const service = snapshot().services.find((each) => each.name === name)
    if (!service) throw new ProblemError(problem('service-unknown', { name }))
    return service
  }
  const before = find()
  await lookAgain()
  return judge(before, find(), Date.now())
}

/** What was found between the two. */
export function judge(before: ServiceView, { state, paths, problem: found }: ServiceView, nowMs: number): ServiceTest {
  const looks = paths.flatMap((path) => lookOf(path, before.paths))
  const outcome = (): ServiceTest['outcome'] => {
    if (state === 'paused' || state === 'at-home') return 'not-asked'
    if (state === 'reachable' && looks.some((look) => look.outcome === 'reachable')) return 'reachable'
    // What does not answer at home, or was taken down, need not be looked at from outside.
    if (state === 'unreachable' || looks.some((look) => look.outcome !== 'reachable' && look.outcome !== 'unknown')) return 'unreachable'
    return 'unknown'
  }
  return { atMs: looks.length > 0 ? Math.max(...looks.map(({ atMs }) => atMs)) : nowMs, outcome: outcome(), looks, problem: found }
}

/** Told from the one before by its time: that is the outsider's clock, which need not be ours. */
function lookOf({ family, rung, verdict }: PathView, before: readonly PathView[]): ServiceTest['looks'] {
  const last = before.find((path) => path.family === family && path.rung === rung)?.verdict
  if (!verdict || verdict.atMs === last?.atMs) return []
  const { outcome, atMs, rttMs, certificate } = verdict
  return [{ family, rung, outcome, atMs, ...(rttMs !== undefined && { rttMs }), ...(certificate && { certificate }) }]
}
