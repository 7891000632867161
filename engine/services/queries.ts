/** How programs are asked at home on another port than their own, which a relay could not do: it asks only where the service itself is. */
import type { Ping } from '../../wire/pings.ts'

interface Query extends Ping {
  /** From the service's port to the one that answers. */
  readonly portOffset: number
}

/** A2S_INFO (developer.valvesoftware.com/wiki/Server_queries). Servers answer with what they are, or first with a challenge: either tells that
 *  they are there. */
const A2S_INFO = Buffer.concat([Buffer.from('ffffffff54', 'hex'), Buffer.from('Source Engine Query\0')])
const A2S_ANSWERS: readonly string[] = ['ffffffff49', 'ffffffff41']

/** By the name of the program's preset. */
export const QUERIES = {
  valheim: {
    request: A2S_INFO,
    isAnswer: (datagram) => A2S_ANSWERS.includes(Buffer.from(datagram.subarray(0, 5)).toString('hex')),
    portOffset: 1,
  },
} as const satisfies Record<string, Query>

export const isQueried = (name: string | undefined): name is keyof typeof QUERIES => name !== undefined && Object.hasOwn(QUERIES, name)
