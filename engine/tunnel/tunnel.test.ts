import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { Problem } from '../../protocol/problem.ts'
import { type FakeRelay, type FakeRelayOptions, fakeRelay } from '../../test/fakes/relay.ts'
import { later } from '../../test/folder.ts'
import { newIdentity } from '../../wire/identity.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import type { RawMeta, StreamMeta, Welcome } from '../../wire/messages.ts'
import { AskRejected, startTunnel, type Tunnel } from './tunnel.ts'

const CHALLENGE = { kind: 'challenge', action: 'set', value: 'v'.repeat(43) } as const

interface Home {
  readonly tunnel: Tunnel
  readonly relay: FakeRelay
  readonly connected: Welcome[]
  readonly waiting: Problem[]
  readonly refused: Problem[]
  readonly visitors: StreamMeta[]
  readonly raw: RawMeta[]
  stop(): void
}

async function home(
  t: TestContext,
  options: FakeRelayOptions = {},
  onVisitor = (stream: LaneStream) => void stream.destroy(),
  onUp: (tunnel: Tunnel) => void = () => {},
): Promise<Home> {
  const relay = await fakeRelay(t, options)
  const aborter = new AbortController()
  const [connected, waiting, refused] = [[] as Welcome[], [] as Problem[], [] as Problem[]]
  const [visitors, raw] = [[] as StreamMeta[], [] as RawMeta[]]
  let key: string | undefined
  const tunnel = startTunnel({
    relay: { host: relay.host, port: relay.port, ca: relay.caPem },
    identity: newIdentity(),
    pin: () => (key === undefined ? { kind: 'none' } : { kind: 'key', key }),
    code: () => (key === undefined ? 'c'.repeat(22) : undefined),
    findProxy: async () => undefined,
    signal: aborter.signal,
    onTransport: () => {},
    onNotice: () => {},
    onConnected(welcome, relayKey) {
      key = relayKey
      connected.push(welcome)
      onUp(tunnel)
    },
    onWaiting: (problem) => waiting.push(problem),
    onRefused: (problem) => refused.push(problem),
    onRawVisitor(stream, meta) {
      raw.push(meta)
      stream.end(meta.service)
    },
    onFlow(flow, meta) {
      raw.push(meta)
      flow.onDatagram = (datagram) => void flow.send(datagram)
    },
    onVisitor(stream, meta) {
      visitors.push(meta)
      onVisitor(stream)
    },
  })
  later(t, async () => {
    aborter.abort()
    await tunnel.ended
  })
  return { tunnel, relay, connected, waiting, refused, visitors, raw, stop: () => aborter.abort() }
}

const never = new AbortController().signal
const codes = (problems: readonly Problem[]): string[] => problems.map(({ code }) => code)
const META = { service: 'band', peer: { address: '203.0.113.9', port: 50_000 } }
/** Somebody has come for music, whom others are to be kept apart from. */
const played = (relay: FakeRelay): Promise<unknown> => eventually(() => assert.ok(relay.lanes()[0]?.openFlow(META)))
const lanesAre = (relay: FakeRelay, count: number): Promise<unknown> => eventually(() => assert.equal(relay.lanes().length, count))

for (const lanes of [1, 2, 4] as const)
  test(`one lane until there is need, then as many as the relay allows: ${lanes}, all of one session`, async (t) => {
    const { relay, connected, tunnel } = await home(t, { reply: (_device, welcome) => ({ ...welcome, lanes }) })
    await lanesAre(relay, 1)
    await played(relay)
    await lanesAre(relay, lanes)
    // The relay has a lane before its welcome has come home.
    await eventually(() => assert.equal(connected.length, 1))
    assert.deepEqual(await tunnel.ask(CHALLENGE, never), {})
    assert.equal(relay.lanes().length, lanes)
    assert.equal(connected.length, 1)
    assert.equal(new Set(relay.devices.map(({ session }) => session)).size, 1)
  })

test('who is told that it stands may ask at once', async (t) => {
  const asked: Promise<unknown>[] = []
  const { connected } = await home(t, {}, undefined, (tunnel) => asked.push(tunnel.ask(CHALLENGE, never)))
  await eventually(() => assert.equal(connected.length, 1))
  assert.deepEqual(await Promise.all(asked), [{}])
})

test('one lane is a tunnel, whatever becomes of the others', async (t) => {
  let introductions = 0
  const reply = (_device: unknown, welcome: Welcome): unknown => {
    introductions += 1
    return introductions === 1 ? welcome : { m: 'refused', code: 'busy' }
  }
  const { relay, tunnel, waiting } = await home(t, { reply })
  await played(relay)
  await eventually(() => assert.equal(introductions, 4))
  await lanesAre(relay, 1)
  assert.deepEqual(await tunnel.ask(CHALLENGE, never), {})
  assert.deepEqual(waiting, [])
})

test('a question has its answer, a rejection its reason', async (t) => {
  const { tunnel, connected, relay } = await home(t, {
    answer: (ask) => (ask.kind === 'challenge' ? { rejected: 'rate-limited' } : { result: { verdict: 'x' } }),
  })
  await assert.rejects(tunnel.ask(CHALLENGE, never), { reason: 'no tunnel' })
  await eventually(() => assert.equal(connected.length, 1))
  await assert.rejects(tunnel.ask(CHALLENGE, never), (error) => error instanceof AskRejected && error.reason === 'rate-limited')
  const publication = { services: [], direct: [] }
  assert.deepEqual(await tunnel.ask({ kind: 'publish', publication }, never), { verdict: 'x' })
  assert.deepEqual(relay.asks, [CHALLENGE, { kind: 'publish', publication }])
})

test('a question that is given up, and one that is lost with its lane, wait for nothing', async (t) => {
  const { tunnel, connected, relay } = await home(t, { answer: () => undefined })
  await eventually(() => assert.equal(connected.length, 1))
  const aborter = new AbortController()
  const given = tunnel.ask(CHALLENGE, aborter.signal)
  aborter.abort()
  await assert.rejects(given, { name: 'AbortError' })
  await assert.rejects(tunnel.ask(CHALLENGE, AbortSignal.abort()), { name: 'AbortError' })
  const lost = tunnel.ask(CHALLENGE, never)
  await eventually(() => assert.equal(relay.asks.length, 2))
  relay.cut()
  await assert.rejects(lost, { reason: 'the lane was lost' })
})

test('losing some lanes is no loss; losing all is told, and mended at once with a new session and without the code', async (t) => {
  const { tunnel, relay, connected, waiting } = await home(t)
  await played(relay)
  await lanesAre(relay, 4)
  relay.lanes()[0]?.close('lost')
  await lanesAre(relay, 3)
  await eventually(() => tunnel.ask(CHALLENGE, never))
  assert.equal(waiting.length, 0)
  const before = relay.devices.length
  relay.cut()
  await eventually(() => assert.equal(connected.length, 2))
  assert.deepEqual(codes(waiting), ['relay-unreachable'])
  assert.match(waiting[0]?.params.relay ?? '', new RegExp(`:${relay.port}$`))
  await lanesAre(relay, 1)
  const [first, again] = [relay.devices[0], relay.devices[before]]
  assert.notEqual(again?.session, first?.session)
  assert.deepEqual([first?.code, again?.code], ['c'.repeat(22), undefined])
  assert.deepEqual(await tunnel.ask(CHALLENGE, never), {})
})

test('an outage is told at every attempt, and ends by itself', async (t) => {
  let busy = true
  const reply = (_device: unknown, welcome: Welcome): unknown => (busy ? { m: 'refused', code: 'busy' } : welcome)
  const { connected, waiting } = await home(t, { reply })
  await eventually(() => assert.equal(waiting.length, 2))
  assert.deepEqual(codes(waiting), ['relay-busy', 'relay-busy'])
  busy = false
  await eventually(() => assert.equal(connected.length, 1))
})

test('who is told when to come again comes no sooner', async (t) => {
  const repliesMs: number[] = []
  const reply = (_device: unknown, welcome: Welcome): unknown => {
    repliesMs.push(performance.now())
    return repliesMs.length === 1 ? { m: 'refused', code: 'busy', retryAfterS: 1 } : welcome
  }
  const { connected } = await home(t, { reply })
  await eventually(() => assert.equal(connected.length, 1))
  const [first = 0, second = 0] = repliesMs
  assert.ok(second - first >= 1000, `${second - first} ms`)
})

test('a refusal for good is told once, and the relay is left alone', async (t) => {
  const { tunnel, relay, refused, waiting } = await home(t, { reply: () => ({ m: 'refused', code: 'closed' }) })
  await tunnel.ended
  assert.deepEqual([codes(refused), waiting, relay.devices.length], [['relay-closed'], [], 1])
})

test('being seen: from one family, for a moment, beside the session', async (t) => {
  const { tunnel, relay, connected } = await home(t, { reply: (_device, welcome) => ({ ...welcome, lanes: 1 }) })
  await eventually(() => assert.equal(connected.length, 1))
  assert.equal(await tunnel.observe('ipv4', undefined, never), '127.0.0.1')
  const [session, seen] = relay.devices
  assert.deepEqual([session?.purpose, seen?.purpose], ['session', 'observe'])
  assert.notEqual(seen?.session, session?.session)
  await lanesAre(relay, 1)
  await assert.rejects(tunnel.observe('ipv4', undefined, AbortSignal.abort()), { name: 'ProblemError' })
})

test('visitors of a raw service come with its name, by streams and by flows', async (t) => {
  const { relay, raw, visitors } = await home(t)
  await eventually(() => assert.ok(relay.lanes().length > 0))
  const [lane] = relay.lanes()
  const stream = lane?.open(META)
  const said: Buffer[] = []
  for await (const chunk of stream ?? []) said.push(chunk)
  assert.equal(Buffer.concat(said).toString(), 'band')
  const flow = lane?.openFlow(META)
  assert.ok(flow)
  const echoed = new Promise<string>((resolve) => {
    flow.onDatagram = (datagram) => resolve(datagram.toString())
  })
  flow.send(Buffer.from('a note'))
  assert.equal(await echoed, 'a note')
  assert.deepEqual([raw, visitors], [[META, META], []])
  const nobody = lane?.openFlow({ service: '../band', peer: META.peer })
  assert.ok(nobody)
  await new Promise<void>((resolve) => {
    nobody.onClose = resolve
  })
})

test('the round trip to the relay is measured', async (t) => {
  const { tunnel, connected } = await home(t)
  await eventually(() => assert.equal(connected.length, 1))
  const rttMs = await eventually(() => {
    const measured = tunnel.rttMs()
    assert.ok(measured !== undefined)
    return measured
  })
  assert.ok(rttMs >= 0 && rttMs < 20_000)
})

test('visitors come with where they wanted to go; one of whom nothing is known is turned away', async (t) => {
  const { relay, visitors } = await home(t, {}, (stream) => void stream.end('welcome'))
  await lanesAre(relay, 1)
  const meta = { host: 'web.amber-otter-42.porchlight.localhost', peer: { address: '198.51.100.9', port: 40000 } }
  const [lane] = relay.lanes()
  const stream = lane?.open(meta)
  assert.ok(stream)
  let said = ''
  for await (const chunk of stream) said += chunk
  assert.equal(said, 'welcome')
  for (const bad of [null, {}, { ...meta, peer: { address: 'somewhere', port: 1 } }]) {
    const turned = lane?.open(bad)
    assert.ok(turned)
    await new Promise((resolve) => turned.once('close', resolve))
  }
  assert.deepEqual(visitors, [meta])
})

test('about to sleep: the relay is told, once a lane is there', async (t) => {
  const heard: unknown[] = []
  const { tunnel, connected } = await home(t, { other: (message) => heard.push(message) })
  tunnel.announceSleep()
  await eventually(() => assert.equal(connected.length, 1))
  tunnel.announceSleep()
  await eventually(() => assert.deepEqual(heard, [{ m: 'sleep' }]))
})

test('stopped: every lane goes, nothing is tried again, and no question is taken', async (t) => {
  const { tunnel, relay, stop, connected, waiting } = await home(t)
  await played(relay)
  await lanesAre(relay, 4)
  stop()
  await tunnel.ended
  await lanesAre(relay, 0)
  await assert.rejects(tunnel.ask(CHALLENGE, never), AskRejected)
  assert.deepEqual([connected.length, waiting], [1, []])
})

test('stopped before the first welcome', async (t) => {
  const { tunnel, relay, stop, connected } = await home(t, { reply: () => undefined })
  await eventually(() => assert.equal(relay.devices.length, 1))
  stop()
  await tunnel.ended
  assert.deepEqual(connected, [])
})
