/**
 * Run on the attacker's machine: one attack, for as long as it is told, which ends by itself.
 *
 *     node attack.ts NAME '{"address":"198.18.5.1","port":443,"domain":"relay.test","honestHost":"web.home.relay.test","seconds":5,"share":1}'
 *
 * Prints `ready`, begins when it is sent SIGUSR2, and prints at the end how often what happened, as JSON.
 */
import { once, setMaxListeners } from 'node:events'
import { DEVICE_ATTACKS } from './device.ts'
import type { Attack, Target } from './target.ts'
import { VISITOR_ATTACKS } from './visitor.ts'

export const ATTACKS = { ...VISITOR_ATTACKS, ...DEVICE_ATTACKS }
export type AttackName = keyof typeof ATTACKS

/** Whoever started it is gone, if it is told nothing for so long. */
const READY_FOR_MS = 60_000

if (import.meta.main) {
  const attack: Attack | undefined = ATTACKS[process.argv[2] as AttackName]
  const target = JSON.parse(process.argv[3] ?? '{}') as Target
  if (!attack || !(target.seconds > 0)) throw new Error('see the head of this file')
  // Else a signal would not keep it alive.
  const waiting = setTimeout(() => process.exit(1), READY_FOR_MS)
  const begin = once(process, 'SIGUSR2')
  console.log('ready')
  await begin
  clearTimeout(waiting)
  const signal = AbortSignal.timeout(target.seconds * 1000)
  setMaxListeners(0, signal)
  const tally = await attack(target, signal)
  // Nothing of it may go on: what is still open goes with the process.
  process.stdout.write(`${JSON.stringify(Object.fromEntries(tally))}\n`, () => process.exit(0))
}
