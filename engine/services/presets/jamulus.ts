/** Jamulus, for playing music together. */
import type { Preset } from './preset.ts'

/** CLM_PING_MS (jamulussoftware/jamulus src/protocol.cpp): a tag of 0, id 1001, counter 0, four bytes of payload, a CRC. A server sends it back
 *  as it came and opens no channel for it, while other bytes would be taken for sound and fill one. */
const PING = Buffer.from('0000e90300040040e2010093f3', 'hex')

export const jamulus: Preset = {
  id: 'jamulus',
  kind: 'udp',
  usualPort: 22124,
  ping: { request: PING, isAnswer: (datagram) => PING.equals(datagram) },
}
