/** Random sequences of operations against a model, and the shortest that fails when one does. For interfaces of which there may be several
 *  engines: whatever is done to them, in whatever order, they must look like their model.
 *
 *  `PORCHLIGHT_SEQUENCES` sets how many (100 unless told; `npm run proof` makes ten thousand). Each has its own seed, and a failure names it. */
import { test } from 'node:test'
import { type Random, random } from '../fuzz/random.ts'

/** What is done: plain data, so that it can be printed, left out and made smaller. */
export type Step = Readonly<Record<string, string | number>>

export interface Subject<S extends Step> {
  step(random: Random): S
  /** Does all of them, in order, to something new. Throws where it does not look like the model. */
  run(steps: readonly S[]): void
}

const COUNT = Number(process.env.PORCHLIGHT_SEQUENCES ?? 100)
const MAX_STEPS = 40
/** Of tries to make a failing sequence shorter. */
const MAX_TRIES = 5000

export function sequences<S extends Step>(title: string, subject: Subject<S>): void {
  test(`${title}: ${COUNT} random sequences of operations`, () => {
    for (let seed = 1; seed <= COUNT; seed++) {
      const steps = stepsOf(subject, seed)
      if (failureOf(subject, steps) === undefined) continue
      const shortest = minimised(subject, steps)
      const lines = shortest.map((step) => JSON.stringify(step)).join('\n')
      throw new Error(`seed ${seed}, made as short as possible:\n${lines}`, { cause: failureOf(subject, shortest) })
    }
  })
}

function stepsOf<S extends Step>(subject: Subject<S>, seed: number): S[] {
  const chance = random(seed)
  return Array.from({ length: 1 + chance.int(MAX_STEPS) }, () => subject.step(chance))
}

function failureOf<S extends Step>(subject: Subject<S>, steps: readonly S[]): unknown {
  try {
    subject.run(steps)
    return undefined
  } catch (error) {
    return error
  }
}

/** Leaves out as much as fails without it (halves first, single steps last), then makes the numbers smaller; until neither helps. */
export function minimised<S extends Step>(subject: Subject<S>, failing: readonly S[]): readonly S[] {
  let best = failing
  let tries = 0
  const better = (steps: readonly S[]): boolean => {
    if (tries++ >= MAX_TRIES || failureOf(subject, steps) === undefined) return false
    best = steps
    return true
  }
  for (let before: readonly S[] | undefined; before !== best; ) {
    before = best
    for (let size = Math.ceil(best.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
      for (let from = 0; from < best.length; ) if (!better([...best.slice(0, from), ...best.slice(from + size)])) from += size
    best.forEach((step, index) => {
      for (const [name, value] of Object.entries(step)) {
        const smaller = typeof value === 'number' ? [0, Math.floor(value / 2), value - 1].filter((less) => less >= 0 && less < value) : []
        smaller.some((less) => better(best.map((each, at) => (at === index ? { ...each, [name]: less } : each))))
      }
    })
  }
  return best
}
