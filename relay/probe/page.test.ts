/** A real front door on loopback, and everything that may be wrong with what it shows. */
import assert from 'node:assert/strict'
import { randomBytes, X509Certificate } from 'node:crypto'
import type net from 'node:net'
import { mock, type TestContext, test } from 'node:test'
import tls, { createSecureContext, type TLSSocket } from 'node:tls'
import { issue, type KeyAndCertificate, makeAuthority } from '../../certificates/self-made.ts'
import { newIdentity } from '../../wire/identity.ts'
import { PROBE_ALPN } from '../../wire/probe.ts'
import { answering, tcpHome } from './listener.fixture.ts'
import { publicKeyOf } from './page.ts'
import { probe, type Sighting } from './prober.ts'

// The time that a look has does not pass on a machine that stands still.
mock.timers.enable({ apis: ['setTimeout'] })

const HOME = newIdentity()
const HOST = 'web.amber-otter-42.relay.example'
const NAMES = ['*.amber-otter-42.relay.example']
const DAY_MS = 86_400_000
const OURS = await makeAuthority()
const STRANGERS = await makeAuthority('a stranger')
const trusted = createSecureContext({ ca: OURS.certPem })
const GOOD = await issue(OURS, { names: NAMES })

interface Door {
  /** What is shown to a probe, and to a browser. */
  readonly toProbe?: KeyAndCertificate
  readonly toBrowser?: KeyAndCertificate
  /** What is said to a browser's first words. */
  onPage?(socket: TLSSocket, words: string): void
}

const HTTP = (socket: TLSSocket): unknown => socket.end('HTTP/1.1 421 Misdirected Request\r\nConnection: close\r\n\r\n')

/** Shows one certificate to those who speak the probe's protocol, and perhaps another one to those who do not. */
async function door(context: TestContext, { toProbe = GOOD, toBrowser = toProbe, onPage = HTTP }: Door): Promise<number> {
  const serverOf = ({ certPem, keyPem }: KeyAndCertificate, protocols: string[]): tls.Server =>
    tls.createServer({ cert: certPem, key: keyPem, ALPNProtocols: protocols }).on('tlsClientError', () => {})
  const probed = serverOf(toProbe, [PROBE_ALPN]).on('secureConnection', answering(HOME))
  const page = serverOf(toBrowser, ['http/1.1']).on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => {})
    socket.once('data', (words) => onPage(socket, words.toString('latin1')))
  })
  return await tcpHome(context, (socket: net.Socket) => {
    socket.once('data', (hello) => {
      socket.pause()
      socket.unshift(hello)
      const server = hello.includes(PROBE_ALPN) ? probed : page
      server.emit('connection', socket)
    })
  })
}

function look(port: number, authority: 'public' | 'named' = 'public', signal = new AbortController().signal): Promise<Sighting> {
  const outside = { address: '127.0.0.1', port }
  const page = { trusted, authority }
  return probe({ transport: 'tls', outside, host: HOST, deviceKey: HOME.publicKey, id: randomBytes(16), page }, signal)
}

const seen = ({ outcome, certificate }: Sighting): unknown => [outcome, certificate]

test('a door with our key, our name, in its time, vouched for, that speaks HTTP: a browser goes in', async (context) => {
  const asked: string[] = []
  const onPage = (socket: TLSSocket, words: string): void => {
    asked.push(`${socket.servername} ${words}`)
    HTTP(socket)
  }
  const { rttMs, ...rest } = await look(await door(context, { onPage }))
  assert.deepEqual(rest, { outcome: 'reachable' })
  assert.ok(rttMs !== undefined)
  // No service has that name, so the question never goes further than the door.
  assert.deepEqual(asked, [`${HOST} HEAD / HTTP/1.1\r\nHost: porchlight.invalid\r\nConnection: close\r\n\r\n`])
})

test('what a browser would not show is no reachable page, and it is told why', async (context) => {
  const nowMs = Date.now()
  const cases: Record<string, [Door, unknown]> = {
    'an old one': [
      { toProbe: await issue(OURS, { names: NAMES, notBeforeMs: nowMs - 2 * DAY_MS, notAfterMs: nowMs - DAY_MS }) },
      ['wrong-certificate', 'expired'],
    ],
    'one of tomorrow': [
      { toProbe: await issue(OURS, { names: NAMES, notBeforeMs: nowMs + DAY_MS, notAfterMs: nowMs + 2 * DAY_MS }) },
      ['wrong-certificate', 'not-yet-valid'],
    ],
    'one for somebody else': [{ toProbe: await issue(OURS, { names: ['*.relay.example'] }) }, ['wrong-certificate', 'wrong-name']],
    'one that nobody vouches for': [{ toProbe: await issue(STRANGERS, { names: NAMES }) }, ['wrong-certificate', 'untrusted']],
    'another key behind the same name, as good as ours': [
      { toBrowser: await issue(OURS, { names: NAMES }) },
      ['wrong-certificate', 'foreign-key'],
    ],
  }
  for (const [what, [one, expected]] of Object.entries(cases)) assert.deepEqual(seen(await look(await door(context, one))), expected, what)
})

test('an authority that its owner has named may be a stranger to us, but excuses nothing else', async (context) => {
  const port = await door(context, { toProbe: await issue(STRANGERS, { names: NAMES }) })
  assert.deepEqual(seen(await look(port, 'named')), ['reachable', 'untrusted'])
  const old = await issue(STRANGERS, { names: NAMES, notBeforeMs: Date.now() - 2 * DAY_MS, notAfterMs: Date.now() - DAY_MS })
  assert.deepEqual(seen(await look(await door(context, { toProbe: old }), 'named')), ['wrong-certificate', 'expired'])
})

test('a door behind which nobody speaks HTTP is another host; one that cuts off or keeps silent says so', async (context) => {
  const cases: Record<string, [Required<Door>['onPage'], string]> = {
    'another language': [(socket) => socket.end('SSH-2.0-something that is long enough\r\n'), 'wrong-host'],
    nothing: [(socket) => socket.end(), 'wrong-host'],
    'half a line': [(socket) => socket.end('HTTP/1.1'), 'wrong-host'],
    'a cut': [(socket) => (socket as unknown as { _parent?: net.Socket })._parent?.resetAndDestroy(), 'reset'],
  }
  for (const [what, [onPage, outcome]] of Object.entries(cases))
    assert.equal((await look(await door(context, { onPage }))).outcome, outcome, what)
  const silent = Promise.withResolvers<void>()
  const port = await door(context, { onPage: () => silent.resolve() })
  const stop = new AbortController()
  const sighting = look(port, 'public', stop.signal)
  await silent.promise
  stop.abort()
  assert.equal((await sighting).outcome, 'unknown')
})

test('a public key is the same whoever signed for it', () => {
  const certificate = new X509Certificate(GOOD.certPem)
  assert.deepEqual(publicKeyOf(certificate), publicKeyOf(new X509Certificate(certificate.raw)))
  assert.equal(publicKeyOf(undefined), undefined)
})
