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

/** Unconnected ping of RakNet (minecraft.wiki/w/RakNet): id 1, a time that comes back, the magic bytes, the client's number. The pong: id 0x1c,
 *  the time, the server's number, the magic bytes, its description. */
const RAKNET_MAGIC = Buffer.from('00ffff00fefefefefdfdfdfd12345678', 'hex')
const BEDROCK_TIME = Buffer.from('706f7263686c6974', 'hex')
const BEDROCK = Buffer.concat([Buffer.of(0x01), BEDROCK_TIME, RAKNET_MAGIC, Buffer.alloc(8)])

/** Mumble's ping of strangers (wiki.mumble.info/wiki/Protocol): four zeros, eight bytes that come back behind the version; 24 bytes in all. */
const MUMBLE_IDENT = Buffer.from('706f7263686c6974', 'hex')
const MUMBLE = Buffer.concat([Buffer.alloc(4), MUMBLE_IDENT])

/** The first packet of TeamSpeak 3's handshake (ReSpeak/tsdeclarations ts3protocol.md): the server keeps nothing of it, and answers with a puzzle's
 *  beginning that has our random bytes reversed at its end. */
const TEAMSPEAK_RANDOM = Buffer.from('706f7263', 'hex')
const TEAMSPEAK_MAC = Buffer.from('TS3INIT1')
const TEAMSPEAK = Buffer.concat([
  TEAMSPEAK_MAC,
  // Packet 101, client 0, type Init1 and unencrypted; a client's version, step 0, a time.
  Buffer.from('0065000088063bece90000000000', 'hex'),
  TEAMSPEAK_RANDOM,
  Buffer.alloc(8),
])
const TEAMSPEAK_ANSWER = Buffer.from(TEAMSPEAK_RANDOM).reverse()

/** By the name of the program's preset. */
export const PINGS = {
  jamulus: { request: JAMULUS, isAnswer: (datagram) => JAMULUS.equals(datagram) },
  'minecraft-bedrock': {
    request: BEDROCK,
    isAnswer: (datagram) =>
      datagram[0] === 0x1c && BEDROCK_TIME.equals(datagram.subarray(1, 9)) && RAKNET_MAGIC.equals(datagram.subarray(17, 33)),
  },
  mumble: { request: MUMBLE, isAnswer: (datagram) => datagram.length === 24 && MUMBLE_IDENT.equals(datagram.subarray(4, 12)) },
  teamspeak: {
    request: TEAMSPEAK,
    isAnswer: (datagram) =>
      TEAMSPEAK_MAC.equals(datagram.subarray(0, 8)) && datagram[11] === 0x01 && TEAMSPEAK_ANSWER.equals(datagram.subarray(28, 32)),
  },
} as const satisfies Record<string, Ping>

export const PingName = z.enum(Object.keys(PINGS) as [keyof typeof PINGS, ...(keyof typeof PINGS)[]])
export type PingName = z.infer<typeof PingName>

export const isPingName = (name: string | undefined): name is PingName => name !== undefined && Object.hasOwn(PINGS, name)
