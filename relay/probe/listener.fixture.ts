/** Homes for probes on loopback: honest engines, and everything else that may stand behind a port. */
import dgram from 'node:dgram'
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import tls, { type TLSSocket } from 'node:tls'
import { testCertificate } from '../../test/certificates.ts'
import { type Identity, sessionBinding } from '../../wire/identity.ts'
import { answerProbe, PROBE_ALPN, type ProbeQuestion, parseProbeQuestion } from '../../wire/probe.ts'

const certificate = await testCertificate('home.test')

/** `context` ends it, with every connection. */
export async function tcpHome(context: TestContext, onSocket: (socket: Socket) => void): Promise<number> {
  return await listening(context, net.createServer(onSocket))
}

export async function tlsHome(context: TestContext, onSocket: (socket: TLSSocket) => void, alpn = [PROBE_ALPN]): Promise<number> {
  const server = tls.createServer({ ...certificate, minVersion: 'TLSv1.3', ALPNProtocols: alpn }, onSocket)
  server.on('tlsClientError', () => {})
  return await listening(context, server)
}

async function listening(context: TestContext, server: net.Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {})
    sockets.add(socket)
  })
  server.on('secureConnection', (socket: Socket) => socket.on('error', () => {}))
  context.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

/** `reply` gives the datagrams that answer the nth question. */
export async function udpHome(context: TestContext, reply: (question: ProbeQuestion, nth: number) => Buffer[]): Promise<number> {
  const socket = dgram.createSocket('udp4')
  let asked = 0
  socket.on('message', (bytes, { port, address }) => {
    const question = parseProbeQuestion(bytes)
    if (question) for (const answer of reply(question, ++asked)) socket.send(answer, port, address)
  })
  context.after(() => socket.close())
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket.address().port
}

/** Answers each question as `identity`, over TLS bound to the session (or to what `binding` says). */
export function answering(identity: Identity, binding?: Buffer): (socket: Socket) => void {
  return (socket) =>
    socket.on('data', (bytes) => {
      const question = parseProbeQuestion(bytes)
      const session = 'encrypted' in socket ? sessionBinding(socket as TLSSocket) : Buffer.alloc(0)
      if (question) socket.write(answerProbe(identity, question, binding ?? session))
    })
}
