/** What an owner is shown as what to mend, in every snapshot that the engine gives a face, against what he should be: nothing that flickers
 *  between two looks stays unseen. Each cause counts once for what befalls a home, however long it stands. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { lineChannel } from '../../engine/control/lines.ts'
import { connectLocalSocket } from '../../engine/control/local-socket.ts'
import { eventually } from '../../lab/eventually.ts'
import { contract } from '../../protocol/contract.ts'
import type { ProblemCode } from '../../protocol/problem.ts'
import { connect } from '../../protocol/rpc.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import type { Root } from '../roots.ts'
import { causesIn, type House } from './house.ts'

/** What is shown has to stand. */
const STEADY_MS = 2500
const LOOK_EVERY_MS = 100

export interface CauseWatch {
  /** From now on these are right, the root first; `passing` may be shown on the way there. */
  expect(what: string, wanted: readonly ProblemCode[], passing?: readonly ProblemCode[]): void
  /** Resolves with the seconds that went by since `expect` until exactly the wanted ones were shown to stay; rejects after `timeoutMs`.
   *  `also`: what else has to be true of the snapshot all that time. */
  shown(timeoutMs: number, also?: (snapshot: Snapshot) => boolean): Promise<number>
  close(): void
}

/** Several watches may share one. */
export class Tally {
  /** Expected and shown; shown and not expected; expected and never shown. */
  readonly right = new Set<string>()
  readonly wrong = new Set<string>()
  readonly missed = new Set<string>()

  /** Of what was shown, so much was right; of what should be, so much was shown. */
  figures(): { precision: number; recall: number; right: number; wrong: string[]; missed: string[] } {
    const [right, wrong, missed] = [this.right.size, [...this.wrong], [...this.missed]]
    return {
      precision: share(right, wrong.length),
      recall: share(right, missed.length),
      ...{ right, wrong, missed },
    }
  }

  toString(): string {
    const { precision, recall, right, wrong, missed } = this.figures()
    const told = [...wrong.map((each) => `wrong: ${each}`), ...missed.map((each) => `missed: ${each}`)]
    return [`precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}, ${right} causes right`, ...told].join('\n  ')
  }
}

const share = (good: number, bad: number): number => (bad === 0 ? 1 : good / (good + bad))

/** What its owner is told to mend, the root first (test/roots.ts), and nothing else. */
export async function areCauses(house: Pick<House, 'status'>, roots: readonly Root[], timeoutMs = 60_000): Promise<void> {
  const wanted = roots.filter((root) => root !== null)
  await eventually(async () => assert.deepEqual(causesIn((await house.status()).diagnosis), wanted), { timeoutMs, everyMs: 250 })
}

/** `steadyMs`: for how long what is shown has to stand. */
export async function watchCauses(dataFolder: string, tally: Tally, steadyMs = STEADY_MS): Promise<CauseWatch> {
  const socket = await connectLocalSocket(dataFolder)
  assert.ok(socket, 'no engine runs there')
  let expected: { what: string; wanted: readonly string[]; allowed: readonly string[]; fromMs: number } | null = null
  let now: Snapshot | null = null
  let causes: readonly string[] = []
  let also: (snapshot: Snapshot) => boolean = () => true
  let sinceMs: number | null = null
  const see = (): void => {
    if (!expected) return
    const { what, wanted, allowed, fromMs } = expected
    for (const cause of causes) {
      if (wanted.includes(cause)) tally.right.add(`${what}: ${cause}`)
      else if (!allowed.includes(cause)) {
        const wrong = `${what}: ${cause}`
        if (!tally.wrong.has(wrong)) console.log(`wrong ${wrong}, ${Math.round((performance.now() - fromMs) / 100) / 10} s after it began`)
        tally.wrong.add(wrong)
      }
    }
    const isRight = causes.join() === wanted.join() && now !== null && also(now)
    sinceMs = isRight ? (sinceMs ?? performance.now()) : null
  }
  connect(lineChannel(socket), contract).snapshot(
    {},
    (snapshot) => {
      now = snapshot
      causes = causesIn(snapshot.diagnosis)
      see()
    },
    // Its engine ends with the home.
    () => {},
  )
  return {
    expect(what, wanted, passing = []) {
      expected = { what, wanted, allowed: passing, fromMs: performance.now() }
      also = () => true
      sinceMs = null
      see()
    },
    async shown(timeoutMs, check = () => true) {
      assert.ok(expected)
      also = check
      see()
      const { what, wanted, fromMs } = expected
      const endMs = performance.now() + timeoutMs
      while (sinceMs === null || performance.now() - sinceMs < steadyMs) {
        if (performance.now() > endMs) {
          const left = wanted.filter((cause) => !causes.includes(cause))
          for (const cause of left) tally.missed.add(`${what}: ${cause}`)
          assert.fail(`${what}: ${causes.join(', ') || 'nothing'} instead of ${wanted.join(', ') || 'nothing'}`)
        }
        await sleep(LOOK_EVERY_MS)
      }
      for (const cause of wanted) tally.missed.delete(`${what}: ${cause}`)
      return Math.round((sinceMs - fromMs) / 100) / 10
    },
    close: () => socket.destroy(),
  }
}
