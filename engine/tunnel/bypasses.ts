/** Our end of bypasses (wire/bypass.ts): a connection to the relay for each stream that it offers one for. What fails leaves the stream on its
 *  lane, and nobody notices. */
import type { Socket } from 'node:net'
import type { LaneStream } from '../../wire/lane-stream.ts'
import { Leavable } from '../../wire/leavable.ts'
import { BYPASS_ALPN, BYPASS_GO } from '../../wire/messages.ts'
import { connect, secure, type WayOptions } from './ways.ts'

const DIAL_TIMEOUT_MS = 10_000
/** More dials at a time than any relay has reason to ask for. */
const MAX_DIALS = 16

/** Gives what takes an offer up. */
export function createBypasses(options: WayOptions, signal: AbortSignal): (stream: LaneStream, token: Buffer) => void {
  const dialling = new Set<LaneStream>()
  async function take(stream: LaneStream, token: Buffer): Promise<void> {
    if (!stream.mayBypass || dialling.has(stream) || dialling.size >= MAX_DIALS) return
    dialling.add(stream)
    try {
      const connection = await dialBypass(options, token, AbortSignal.any([signal, AbortSignal.timeout(DIAL_TIMEOUT_MS)]))
      if (stream.mayBypass) stream.bypass(connection, true)
      else connection.destroy()
    } catch {
      // The relay sees that nobody came.
    } finally {
      dialling.delete(stream)
    }
  }
  return (stream, token) => void take(stream, token)
}

/** Resolves when the relay has said `go`, with the connection, paused; TLS has been left. */
async function dialBypass(options: WayOptions, token: Buffer, signal: AbortSignal): Promise<Socket> {
  const way = new Leavable(await connect({ ...options, allowHalfOpen: true }, signal))
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const onAbort = (): void => void way.destroy(new Error('timed out'))
  signal.addEventListener('abort', onAbort)
  way.once('close', () => reject(new Error('not let in')))
  // It may fail while TLS is still awaited, which then says so itself.
  promise.catch(() => {})
  try {
    const session = await secure(way, options.relay, BYPASS_ALPN, signal)
    way.once('close', () => session.destroy())
    session.on('data', (bytes: Buffer) => {
      if (bytes.equals(BYPASS_GO)) resolve(way.leave())
      else way.destroy()
    })
    session.write(token)
    return await promise
  } finally {
    signal.removeEventListener('abort', onAbort)
    way.destroy()
  }
}
