/** What a packet filter makes of a visitor who comes from the internet for the first time. Pure. A filter knows more conditions than are read
 *  here: what is not understood makes the answer `unknown`, never a guess. */

/** Does the visitor's first packet meet the conditions? */
export type Match = 'yes' | 'no' | 'perhaps'

export interface Rule {
  readonly match: Match
  readonly then: 'accept' | 'drop' | 'return' | 'nothing' | { readonly jump: string } | { readonly goTo: string }
}

export interface Chain {
  readonly rules: readonly Rule[]
  /** Of a chain that sees packets that come in by itself; the others are jumped to. */
  readonly policy?: 'accept' | 'drop'
}

export type Passage = 'passes' | 'drops' | 'unknown'

const MAX_STEPS = 20_000
const MAX_DEPTH = 16

/** Through one chain that sees what comes in, with the chains that it jumps to by their names. */
export function passage(first: Chain, chains: ReadonlyMap<string, Chain>): Passage {
  let steps = 0
  /** What conditions that are not understood might have done before. */
  const perhaps = new Set<'accept' | 'drop'>()
  type End = 'accept' | 'drop' | 'on' | 'lost'

  function through({ rules }: Chain, depth: number): End {
    for (const { match, then } of rules) {
      steps += 1
      if (steps > MAX_STEPS || depth > MAX_DEPTH) return 'lost'
      if (match === 'no' || then === 'nothing') continue
      if (then === 'return') {
        if (match === 'yes') return 'on'
        // Whatever follows in this chain is as uncertain as this.
        return 'lost'
      }
      if (then === 'accept' || then === 'drop') {
        if (match === 'yes') return then
        perhaps.add(then)
        continue
      }
      const next = chains.get('jump' in then ? then.jump : then.goTo)
      const end = next ? through(next, depth + 1) : 'lost'
      if (match === 'perhaps') {
        if (end === 'lost') return 'lost'
        if (end !== 'on') perhaps.add(end)
        else if ('goTo' in then) return 'lost'
        continue
      }
      if (end !== 'on' || 'goTo' in then) return end
    }
    return 'on'
  }

  const end = through(first, 0)
  if (end === 'lost') return 'unknown'
  const last = end === 'on' ? (first.policy ?? 'accept') : end
  if (last === 'accept') return perhaps.has('drop') ? 'unknown' : 'passes'
  return perhaps.has('accept') ? 'unknown' : 'drops'
}
