/** Scripted programs on loopback: each is told what it answers to which path, and how its visitor came. */
import { once } from 'node:events'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import net, { type AddressInfo, type Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { Finding } from '../../../protocol/finding.ts'
import type { Target } from '../../../protocol/model/service.ts'
import { checkSafety, type SafetyQuestion } from './check-safety.ts'

export const NAME = 'web.amber-otter-42.relay.example'

export interface Reply {
  readonly status?: number
  readonly body?: string
  readonly headers?: Record<string, string>
}
/** `proxied`: the visitor comes as our proxy sends him. */
export type Program = (request: { path: string; host: string; proxied: boolean; method: string; body: string }) => Reply

export async function listening(t: TestContext, server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
  })
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function answer(program: Program, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { host = '', 'x-forwarded-for': forwarded } = request.headers
  const body = Buffer.concat(chunks).toString()
  const reply = program({ path: request.url ?? '', host, proxied: forwarded !== undefined, method: request.method ?? '', body })
  response.writeHead(reply.status ?? 200, { 'content-type': 'text/html', ...reply.headers }).end(reply.body ?? '')
}

export const programAt = (t: TestContext, program: Program): Promise<number> =>
  listening(
    t,
    http.createServer((request, response) => void answer(program, request, response)),
  )

export type Change = Partial<Omit<SafetyQuestion, 'target'>> & { readonly target?: Partial<Target> }

/** Everything found on a service at this port, as seen with the heads that our proxy sends. */
export function checkAt(port: number, { target, ...change }: Change = {}, signal = new AbortController().signal): Promise<Finding[]> {
  return checkSafety(
    {
      service: 'web',
      target: { kind: 'http', host: '127.0.0.1', port, ...target },
      preset: undefined,
      route: null,
      name: NAME,
      connect: async () => {
        const socket = net.connect(port, '127.0.0.1')
        await once(socket, 'connect')
        return socket
      },
      proxyHeaders: (name) => ['Host', name, 'X-Forwarded-For', '192.0.2.1', 'X-Forwarded-Proto', 'https', 'X-Forwarded-Host', name],
      tryDefaultLogins: false,
      onTry: () => {},
      ...change,
    },
    signal,
  )
}

export const codes = (findings: readonly Finding[]): string[] => findings.map(({ code }) => code)
