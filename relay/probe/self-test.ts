/** Can these eyes see at all? The relay visits itself through its own public address, as a stranger would. While it cannot, every
 *  verdict is `unknown`: a blind outsider must never turn somebody's light red. */
import net from 'node:net'
import tls from 'node:tls'
import type { Endpoint } from '../../protocol/model/address.ts'

const VALID_MS = 30_000
const TIMEOUT_MS = 3000

export interface SelfTest {
  /** Seconds since the last successful look, at most 30; undefined: not able to see now. */
  ageS(): Promise<number | undefined>
}

/** `publicEndpoint` is asked for each time: the port may be known only once the relay listens. */
export function createSelfTest(publicEndpoint: () => Endpoint, domain: string, now: () => number = () => performance.now()): SelfTest {
  let passedAtMs: number | undefined
  let running: Promise<boolean> | undefined
  return {
    async ageS() {
      if (passedAtMs === undefined || now() - passedAtMs > VALID_MS) {
        running ??= visit(publicEndpoint(), domain).finally(() => {
          running = undefined
        })
        passedAtMs = (await running) ? now() : undefined
      }
      return passedAtMs === undefined ? undefined : Math.round((now() - passedAtMs) / 1000)
    },
  }
}

function visit({ address, port }: Endpoint, domain: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: address, port })
    const done = (passed: boolean): void => {
      clearTimeout(deadline)
      socket.destroy()
      resolve(passed)
    }
    const deadline = setTimeout(() => done(false), TIMEOUT_MS)
    // Whether strangers trust the certificate is another question, asked elsewhere; here: do packets go out and come back in?
    const secure = tls.connect({ socket, servername: domain, rejectUnauthorized: false })
    socket.on('error', () => done(false))
    secure.on('secureConnect', () => done(true)).on('error', () => done(false))
  })
}
