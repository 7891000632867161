/** Takes connections that one stream is to go on by (wire/bypass.ts): TLS with the relay's own certificate, inside of it what the offer said,
 *  and then no TLS any more. */
import type net from 'node:net'
import { type SecureContext, TLSSocket } from 'node:tls'
import { BYPASS_TOKEN_BYTES } from '../../wire/frames.ts'
import { Leavable } from '../../wire/leavable.ts'
import { BYPASS_GO } from '../../wire/messages.ts'

/** For the handshake and the token. */
const DEADLINE_MS = 10_000

export interface BypassDoorOptions {
  certificate(): SecureContext
  /** As bypasses.ts has it. */
  claim(token: Buffer): ((connection: net.Socket) => void) | undefined
  onHandshake(): void
}

/** Gives what begins TLS on a connection whose ClientHello nobody has consumed yet. */
export function createBypassDoor({ certificate, claim, onHandshake }: BypassDoorOptions): (connection: net.Socket) => void {
  return (connection) => {
    const way = new Leavable(connection)
    const session = new TLSSocket(way, { isServer: true, secureContext: certificate() })
    const deadline = setTimeout(() => way.destroy(), DEADLINE_MS)
    let said = Buffer.alloc(0)
    const onData = (bytes: Buffer): void => {
      said = Buffer.concat([said, bytes])
      if (said.length < BYPASS_TOKEN_BYTES) return
      // Nobody waits for more of it.
      session.off('data', onData).on('data', () => way.destroy())
      const take = said.length === BYPASS_TOKEN_BYTES ? claim(said) : undefined
      if (!take) {
        way.destroy()
        return
      }
      // Before it is told: its answer by the lane may be quicker than the word that ours has left.
      take(way.stopReading())
      session.write(BYPASS_GO, () => {
        clearTimeout(deadline)
        if (!way.destroyed) way.leave()
      })
    }
    session
      .once('secure', onHandshake)
      .on('error', () => way.destroy())
      .on('data', onData)
    way.once('close', () => {
      clearTimeout(deadline)
      session.destroy()
    })
  }
}
