/**
 * Run on the attacker's machine: one attack, for as long as it is told, which ends by itself.
 *
 *     node attack.ts NAME '{"address":"198.18.5.1","port":443,"domain":"relay.test","honestHost":"web.home.relay.test","seconds":5,"share":1}'
 *
 * Prints `attacking`, and at the end how often what happened, as JSON.
 */
import { setMaxListeners } from 'node:events'
import { DEVICE_ATTACKS } from './device.ts'
import type { Attack, Target } from './target.ts'
import { VISITOR_ATTACKS } from './visitor.ts'

export const ATTACKS = { ...VISITOR_ATTACKS, ...DEVICE_ATTACKS }
export type AttackName = keyof typeof ATTACKS

if (import.meta.main) {
  const attack: Attack | undefined = ATTACKS[process.argv[2] as AttackName]
  const target = JSON.parse(process.argv[3] ?? '{}') as Target
  if (!attack || !(target.seconds > 0)) throw new Error('see the head of this file')
  console.log('attacking')
  const signal = AbortSignal.timeout(target.seconds * 1000)
  setMaxListeners(0, signal)
  const tally = await attack(target, signal)
  // Nothing of it may go on: what is still open goes with the process.
  process.stdout.write(`${JSON.stringify(Object.fromEntries(tally))}\n`, () => process.exit(0))
}
