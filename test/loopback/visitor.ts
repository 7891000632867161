/** A house with a kitchen, and who comes to visit, on loopback. */
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { WebSocketServer } from 'ws'

export const PAGE = 'Hello from the kitchen'

/** A web server at home with one page and a WebSocket that says everything back. */
export async function kitchen(t: TestContext): Promise<string> {
  const server = http.createServer((request, response) => response.end(`${PAGE} at ${request.headers.host}`))
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data.toString().toUpperCase())))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Visitors resolve by themselves: names below localhost are this computer. The rehearsal's certificate is nobody's business. */
export const visitor = { family: 4, rejectUnauthorized: false, agent: false, lookup: toLoopback } as const

function toLoopback(_host: string, options: { all?: boolean }, done: (...result: unknown[]) => void): void {
  if (options.all) done(null, [{ address: '127.0.0.1', family: 4 }])
  else done(null, '127.0.0.1', 4)
}

/** `names`: for whom the certificate is that was shown. */
export interface Visit {
  readonly status: number
  readonly body: string
  readonly location: string | undefined
  readonly names: string | undefined
}

export function visit(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const request = https.get(url, { ...(visitor as https.RequestOptions), headers }, (response) => {
      const names = (response.socket as TLSSocket).getPeerCertificate().subjectaltname

      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body, location: response.headers.location, names }))
    })
    request.on('error', reject)
  })
}
