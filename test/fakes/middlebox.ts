/** A box in the line that looks at how a connection begins and cuts those it does not like: by the protocol that TLS announces, say. */
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { later } from '../folder.ts'

export interface Middlebox {
  readonly port: number
  /** Connections that begin with something that contains this are cut; undefined: none. Those that stand go on. */
  blocks: string | undefined
  /** How many were cut. */
  cut: number
}

/** Leads to `port` on this computer. */
export async function middlebox(t: TestContext, port: number): Promise<Middlebox> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ noDelay: true }, (near) => {
    sockets.add(near)
    near
      .on('error', () => {})
      .once('data', (hello: Buffer) => {
        if (box.blocks !== undefined && hello.includes(box.blocks)) {
          box.cut += 1
          near.resetAndDestroy()
          return
        }
        const far = net.connect({ host: '127.0.0.1', port, noDelay: true })
        sockets.add(far)
        far.on('error', () => {}).once('close', () => near.destroy())
        near.once('close', () => far.destroy())
        far.write(hello)
        near.pipe(far).pipe(near)
      })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const box: Middlebox = { port: (server.address() as AddressInfo).port, blocks: undefined, cut: 0 }
  later(t, () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return box
}
