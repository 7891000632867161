/** What an antivirus program or a company's firewall does: ends TLS with a certificate of its own, and speaks TLS onwards. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import tls, { type TLSSocket } from 'node:tls'
import { issue, type KeyAndCertificate, makeAuthority } from '../../certificates/self-made.ts'
import { TUNNEL_ALPN } from '../../wire/messages.ts'

export interface Inspector {
  readonly port: number
  /** Its authority, which the computer behind it has been made to trust. */
  readonly authority: KeyAndCertificate
  /** The first bytes that it read in the clear of each connection from home. */
  readonly read: readonly Buffer[]
  close(): void
}

/** Stands before the TLS server at `port`, in the name of `host`, at `listenPort` (any free one unless told). `known`: an authority of its own that it had before. */
export async function tlsInspector(
  t: TestContext,
  host: string,
  port: number,
  listenPort = 0,
  known?: KeyAndCertificate,
): Promise<Inspector> {
  const authority = known ?? (await makeAuthority('An inspector'))
  const { certPem, keyPem } = await issue(authority, { names: [host] })
  const read: Buffer[] = []
  const sockets = new Set<TLSSocket>()
  const server = tls.createServer({ cert: certPem, key: keyPem, ALPNProtocols: [TUNNEL_ALPN, 'http/1.1'] }, (near) => {
    const far = tls.connect({
      host: '127.0.0.1',
      port,
      servername: host,
      ALPNProtocols: [near.alpnProtocol || TUNNEL_ALPN],
      rejectUnauthorized: false,
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy()).once('close', () => other.destroy())
      one.pipe(other)
    }
    near.once('data', (chunk: Buffer) => read.push(chunk))
  })
  server.on('tlsClientError', () => {})
  server.listen(listenPort, '127.0.0.1')
  await once(server, 'listening')
  const close = (): void => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  t.after(close)
  return { port: (server.address() as AddressInfo).port, authority, read, close }
}
