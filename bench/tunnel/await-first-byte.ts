/**
 * Run on the visitor's machine: asks for a page again and again, and prints when the first byte of the right one came.
 *
 *     node await-first-byte.ts '{"address":"198.51.100.20","port":443,"serverName":"web.home.relay.test","expect":"Hello"}'
 */
import net from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import tls from 'node:tls'

export interface AwaitOptions {
  readonly address: string
  readonly port: number
  /** Over TLS for this name, without looking at the certificate; without it, in the clear. */
  readonly serverName?: string
  /** What stands in the page. */
  readonly expect: string
}

const EVERY_MS = 5
const ATTEMPT_MS = 3000
const LIMIT_MS = 30_000

/** The moment of the first byte, in milliseconds since 1970; undefined when it was not the page. */
function attempt({ address, port, serverName, expect }: AwaitOptions): Promise<number | undefined> {
  const socket = serverName
    ? tls.connect({ host: address, port, servername: serverName, rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
    : net.connect({ host: address, port })
  let firstAtMs: number | undefined
  let text = ''
  socket.setNoDelay().setTimeout(ATTEMPT_MS, () => socket.destroy())
  socket.once(serverName ? 'secureConnect' : 'connect', () =>
    socket.write(`GET / HTTP/1.1\r\nHost: ${serverName ?? address}\r\nConnection: close\r\n\r\n`),
  )
  socket.on('data', (chunk) => {
    firstAtMs ??= performance.timeOrigin + performance.now()
    text += chunk
  })
  socket.on('error', () => {})
  return new Promise((resolve) => socket.once('close', () => resolve(text.includes(expect) ? firstAtMs : undefined)))
}

const options = JSON.parse(process.argv[2] ?? '{}') as AwaitOptions
const until = performance.now() + LIMIT_MS
for (let first = true; performance.now() < until; first = false) {
  const atMs = await attempt(options)
  if (first) console.log('knocking')
  if (atMs !== undefined) {
    console.log(`first byte at ${atMs.toFixed(1)}`)
    break
  }
  await wait(EVERY_MS)
}
