/** Ports of this computer, for tests. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below all that a system gives by itself (Linux from 32768 on, others from 49152): a port from up there that is given back may be somebody's a
 *  moment later, another test's server or the near end of any connection. And above the UDP ports that no relay offers. */
const FIRST = 12_000
/** A part for each process, by its number: test files run side by side. */
const [PARTS, PART] = [400, 20]
let given = 0

/** One at which nobody answers, and which stays free until somebody who knows it takes it. Never the same twice in a row. */
export async function freePort(kind: 'tcp' | 'udp' = 'tcp', host = '127.0.0.1'): Promise<number> {
  for (let tries = 0; tries < PART; tries++) {
    const port = FIRST + (process.pid % PARTS) * PART + (given++ % PART)
    const held = kind === 'tcp' ? createServer().listen(port, host) : createSocket('udp4').bind(port, host)
    try {
      await once(held, 'listening')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') continue
      throw error
    }
    held.close()
    await once(held, 'close')
    return port
  }
  throw new Error('no port is free')
}
