/** Both ends of real TLS connections on loopback, for tests. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type TLSSocket, type TlsOptions } from 'node:tls'
import { type TestCertificate, testCertificate } from './certificates.ts'

export interface TlsPair {
  readonly client: TLSSocket
  readonly server: TLSSocket
}

export interface TlsHouse {
  readonly port: number
  readonly certificate: TestCertificate
  /** One more connection, both ends ready. `port`: a forwarder that leads here. */
  pair(port?: number): Promise<TlsPair>
  close(): void
}

/** A server that trusts nobody in particular and clients that trust it, TLS 1.3 unless told. Close it when done. */
export async function tlsHouse(options: TlsOptions = {}): Promise<TlsHouse> {
  const certificate = await testCertificate('relay.test')
  const server = createServer({ ...certificate, minVersion: 'TLSv1.3', ...options })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sockets = new Set<TLSSocket>()
  return {
    port,
    certificate,
    async pair(through = port) {
      const accepted = once(server, 'secureConnection') as Promise<[TLSSocket]>
      const client = connect({ port: through, host: '127.0.0.1', servername: 'relay.test', ca: certificate.cert })
      sockets.add(client)
      const [[far]] = await Promise.all([accepted, once(client, 'secureConnect')])
      sockets.add(far)
      for (const socket of [client, far]) socket.on('error', () => {})
      return { client, server: far }
    },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
