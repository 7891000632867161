/** Ports of this computer, for tests. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** One at which nobody answers, and which somebody may take: it has just been given back. */
export async function freePort(kind: 'tcp' | 'udp' = 'tcp', host = '127.0.0.1'): Promise<number> {
  const held = kind === 'tcp' ? createServer().listen(0, host) : createSocket('udp4').bind(0, host)
  await once(held, 'listening')
  const { port } = held.address() as AddressInfo
  held.close()
  await once(held, 'close')
  return port
}
