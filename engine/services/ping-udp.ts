/** Ask a UDP service in its own language. */
import dgram from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { Ping } from '../../wire/pings.ts'

/** A datagram may be lost, in a radio network at home above all; three in a row rarely are. */
const TRIES = 3
const ANSWER_TIMEOUT_MS = 700

/** Undefined when it answered, or the signal ended the asking; else the system's code, ETIMEDOUT for silence. */
export function pingUdp(address: string, port: number, { request, isAnswer }: Ping, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((done) => {
    const socket = dgram.createSocket(isIPv6(address) ? 'udp6' : 'udp4')
    let left = TRIES
    let timer: NodeJS.Timeout | undefined
    let over = false
    const finish = (code: string | undefined): void => {
      if (over) return
      over = true
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      socket.close()
      done(code)
    }
    const onAbort = (): void => finish(undefined)
    const ask = (): void => {
      if (left === 0) {
        finish('ETIMEDOUT')
        return
      }
      left -= 1
      // What the system says of it (ICMP: nothing listens there) arrives as 'error'.
      socket.send(request)
      timer = setTimeout(ask, ANSWER_TIMEOUT_MS)
    }
    socket.on('error', (error: NodeJS.ErrnoException) => finish(error.code ?? 'unknown'))
    socket.on('message', (datagram) => {
      if (isAnswer(datagram)) finish(undefined)
    })
    signal.addEventListener('abort', onAbort)
    if (signal.aborted) {
      finish(undefined)
      return
    }
    // Connected, so that nobody else can answer and a refusal is heard.
    socket.connect(port, address, () => {
      if (!over) ask()
    })
  })
}
