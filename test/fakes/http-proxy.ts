/** A web proxy as companies have them: CONNECT and nothing else, and it says whom it lets through. */
import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TestContext } from 'node:test'
import { later } from '../folder.ts'

export interface HttpProxy {
  readonly url: URL
  /** The `HOST:PORT` of every CONNECT, in order, and what it said of who asks. */
  readonly asked: readonly { readonly authority: string; readonly authorization: string | undefined }[]
}

/** @param options.leadsTo the port on this computer that every CONNECT ends at
 *  @param options.password who comes without these credentials is asked for them (407)
 *  @param options.refuses answers every CONNECT with this status */
export async function httpProxy(
  t: TestContext,
  options: { leadsTo: number; password?: { name: string; password: string }; refuses?: number },
): Promise<HttpProxy> {
  const asked: { authority: string; authorization: string | undefined }[] = []
  const sockets = new Set<Duplex>()
  const wanted = options.password && `Basic ${Buffer.from(`${options.password.name}:${options.password.password}`).toString('base64')}`
  const server = http.createServer((_request, response) => response.writeHead(403).end())
  server.on('connect', (request, near: Duplex) => {
    const authorization = request.headers['proxy-authorization']
    asked.push({ authority: request.url ?? '', authorization })
    sockets.add(near)
    near.on('error', () => {})
    const refusal = options.refuses ?? (wanted !== undefined && authorization !== wanted ? 407 : undefined)
    if (refusal !== undefined) {
      near.end(`HTTP/1.1 ${refusal} No\r\nProxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    const far = net.connect({ host: '127.0.0.1', port: options.leadsTo, noDelay: true })
    sockets.add(far)
    far.on('error', () => near.destroy()).once('close', () => near.destroy())
    near.once('close', () => far.destroy())
    far.once('connect', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n')
      near.pipe(far).pipe(near)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  later(t, () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), asked }
}
