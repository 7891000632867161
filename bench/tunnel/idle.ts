/** How much memory the relay holds for tunnels and for streams in which nothing happens. */
import { setTimeout as wait } from 'node:timers/promises'
import type { LabProcess } from '../../lab/process.ts'
import { memoryKb } from '../processes.ts'
import type { Values } from '../table.ts'
import type { Running } from './contenders/contender.ts'
import { startHomes } from './contenders/porchlight.ts'
import { addressOf, domainOf, type Stage } from './stage.ts'

/** Come first: by then the relay holds what it holds once for all. */
const EARLY_TUNNELS = 50
const TUNNELS = 150
/** The visitors of so many of the tunnels … */
const VISITED = 30
/** … each of which is given these: a relay lets one visitor have 128 of one home. With the first its lanes are opened, which count for
 *  themselves. */
const FIRST_STREAMS = 10
const STREAMS_EACH = 100
const LINE = 'fast'
/** Longer than a lane is silent before it is asked whether it is there. */
const SETTLED_MS = 5000

export async function idleMemory(stage: Stage, { relay }: Running): Promise<Values> {
  const held = async (): Promise<number> => {
    for (let pass = 0; pass < 3; pass++) {
      for (const process of relay) process.kill('SIGUSR2')
      await wait(700)
    }
    return memoryKb(relay.map(({ pid }) => pid))
  }
  const early = await startHomes(stage, LINE, EARLY_TUNNELS)
  await wait(SETTLED_MS)
  const atFirstKb = await held()
  const { home, labels } = await startHomes(stage, LINE, TUNNELS)
  await wait(SETTLED_MS)
  const withTunnelsKb = await held()
  const first = await stay(stage, labels.slice(0, VISITED), FIRST_STREAMS)
  await wait(1000)
  const withLanesKb = await held()
  const more = await stay(stage, labels.slice(0, VISITED), STREAMS_EACH)
  const withStreamsKb = await held()
  await Promise.all([...first, ...more, home, early.home].map((process) => process.stop()))
  return {
    kbPerTunnel: (withTunnelsKb - atFirstKb) / TUNNELS,
    kbPerStream: (withStreamsKb - withLanesKb) / VISITED / STREAMS_EACH,
  }
}

/** One home after the other: three thousand at once would be more than the relay's queue of connections has room for. */
async function stay(stage: Stage, labels: readonly string[], streams: number): Promise<LabProcess[]> {
  const visitors: LabProcess[] = []
  for (const label of labels) {
    const hello = await stage.helloBelow(`${label}.${domainOf(LINE)}`)
    const visitor = await stage.stay('idle', { address: addressOf(LINE, 'relay'), port: 443, hello }, [streams])
    const { held } = JSON.parse(visitor.stdout()) as { held: number }
    if (held !== streams) throw new Error(`${held} of ${streams} streams stayed`)
    visitors.push(visitor)
  }
  return visitors
}
