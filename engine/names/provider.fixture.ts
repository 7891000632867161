/** A provider that follows a script: it has the real ones' names and certificates for them, on loopback, keeps every byte that it is sent, and
 *  answers what the test says. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import tls, { type TLSSocket } from 'node:tls'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { type Credentials, ProviderError, type Session } from './provider.ts'
import { createSend, USER_AGENT } from './send.ts'

const authority = await makeAuthority()
const { certPem, keyPem } = await issue(authority, { names: ['*.example', '*.com', '*.net', '*.org', '*.io'] })

/** A whole answer, or what it does instead. */
export type Scripted = string | 'hang up' | 'say nothing' | ((socket: TLSSocket) => void)

export interface Script {
  readonly session: Session
  /** Byte for byte, in order. */
  readonly requests: readonly string[]
}

/** Answers one request after the other; what is left over, or too much asked, fails the test. */
export async function follow(t: TestContext, credentials: Credentials, answers: readonly Scripted[]): Promise<Script> {
  const requests: string[] = []
  const left = [...answers]
  const server = tls
    .createServer({ cert: certPem, key: keyPem }, (socket) => {
      let text = ''
      socket.on('error', () => undefined)
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1')
        if (!isWhole(text)) return
        requests.push(text)
        text = ''
        answer(socket, left.shift() ?? reply(500, 'asked once too often'))
      })
    })
    .listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const agent = new https.Agent()
  // The name stays the provider's, and is checked; only the way leads here.
  agent.createConnection = (options) =>
    tls.connect({
      host: '127.0.0.1',
      port,
      servername: options.servername ?? '',
      ca: authority.certPem,
      checkServerIdentity: () => undefined,
    })
  t.after(() => {
    server.close()
    assert.deepEqual(left, [], 'everything was asked for')
  })
  const session = { credentials, send: createSend({ agent }), signal: AbortSignal.timeout(20_000), now: Date.now }
  return { session, requests }
}

function answer(socket: TLSSocket, scripted: Scripted): void {
  if (typeof scripted === 'function') scripted(socket)
  else if (scripted === 'hang up') socket.destroy()
  else if (scripted !== 'say nothing') socket.end(scripted)
}

function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  const length = Number(/^content-length: (\d+)$/im.exec(text.slice(0, end))?.[1] ?? 0)
  return end >= 0 && text.length >= end + 4 + length
}

export const reply = (status: number, body: string, ...headers: readonly string[]): string =>
  `${[`HTTP/1.1 ${status} Whatever`, `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close', ...headers].join('\r\n')}\r\n\r\n${body}`

export const json = (status: number, value: unknown): string => reply(status, JSON.stringify(value), 'Content-Type: application/json')

/** A request as it must be, byte for byte; `url` without scheme. */
export function asked(method: string, url: string, headers: readonly string[] = [], body?: unknown): string {
  const slash = url.indexOf('/')
  const text = body === undefined ? '' : JSON.stringify(body)
  const length = body === undefined && method !== 'POST' ? [] : [`Content-Length: ${Buffer.byteLength(text)}`]
  const head = [
    `${method} ${url.slice(slash)} HTTP/1.1`,
    `User-Agent: ${USER_AGENT}`,
    ...headers,
    ...length,
    `Host: ${url.slice(0, slash)}`,
  ]
  return `${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${text}`
}

export const basicHeader = (user: string, password: string): string =>
  `Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** The error that the work ends with. */
export async function troubleOf(work: Promise<void>): Promise<ProviderError> {
  const error = await work.then(
    () => assert.fail('it went well'),
    (cause: unknown) => cause,
  )
  assert.ok(error instanceof ProviderError, String(error))
  return error
}
