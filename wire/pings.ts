/** The datagrams that a relay may send to a home that cannot sign an answer, because the service itself holds the port: fixed ones, by which known
 *  programs are asked whether they are there and which change nothing there. A device chooses one by its name, never the bytes. */
import { z } from 'zod'

export interface Ping {
  readonly request: Uint8Array
  readonly isAnswer: (datagram: Uint8Array) => boolean
}

/** CLM_PING_MS (jamulussoftware/jamulus src/protocol.cpp): a tag of 0, id 1001, counter 0, four bytes of payload, a CRC. A server sends it back
 *  as it came and opens no channel for it, while other bytes would be taken for sound and fill one. */
const JAMULUS = Buffer.from('0000e90300040040e2010093f3', 'hex')

/** By the name of the program's preset. */
export const PINGS = {
  jamulus: { request: JAMULUS, isAnswer: (datagram) => JAMULUS.equals(datagram) },
} as const satisfies Record<string, Ping>

export const PingName = z.enum(Object.keys(PINGS) as [keyof typeof PINGS, ...(keyof typeof PINGS)[]])
export type PingName = z.infer<typeof PingName>

export const isPingName = (name: string | undefined): name is PingName => name !== undefined && Object.hasOwn(PINGS, name)
