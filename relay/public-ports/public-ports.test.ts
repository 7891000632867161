import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { networkInterfaces } from 'node:os'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { freePort } from '../../test/ports.ts'
import type { Publication, RawMeta } from '../../wire/messages.ts'
import { temporaryRegistry } from '../registry/registry.fixture.ts'
import type { PortRange } from '../registry/registry.ts'
import { newKey } from '../registry/values.fixture.ts'
import { caller, sender, testHome } from './house.fixture.ts'
import { createPublicPorts, publicHosts } from './public-ports.ts'

const KEY = newKey()
type Services = Publication['services']
const raw = (name: string, kind: 'tcp' | 'udp', port?: number): Services[number] => ({
  name,
  kind,
  links: [],
  direct: [],
  ...(port === undefined ? {} : { port }),
})

function house(context: TestContext, range: PortRange | 'off' = { first: 1024, last: 65535 }) {
  const registry = temporaryRegistry(context)
  registry.registerDevice(KEY, Date.now())
  const home = testHome(context)
  const state = { up: true }
  const logged: string[] = []
  const ports = createPublicPorts({
    registry,
    presence: {
      isUp: () => state.up,
      openStream: (_deviceKey, meta) => home.relay.open(meta),
      openFlow: (_deviceKey, meta) => home.relay.openFlow(meta),
    },
    range,
    hosts: ['127.0.0.1'],
    log: (event) => logged.push(event),
  })
  context.after(() => ports.close())
  const serve = (...services: Services) => ports.serve(KEY, 'amber-otter-42', services)
  const leave = (): void => {
    state.up = false
    ports.left(KEY)
  }
  return { home, registry, ports, serve, leave, state, logged }
}

test('raw services that ask for a port get one that is open when they are told of it', async (context) => {
  const { home, serve } = house(context)
  const [shell, band] = [await freePort('tcp'), await freePort('udp')]
  const web: Services[number] = { name: 'web', kind: 'http', links: [], direct: [], port: 80 }
  const answer = await serve(raw('shell', 'tcp', shell), web, raw('band', 'udp', band), raw('older', 'tcp'))
  assert.deepEqual(answer, {
    ports: [
      { service: 'shell', port: shell },
      { service: 'band', port: band },
    ],
  })
  await caller(context, shell)
  ;(await sender(context, band)).say('a note')
  await eventually(() => assert.deepEqual([home.streams.length, home.flows[0]?.heard], [1, ['a note']]))
  assert.equal((home.flows[0]?.meta as RawMeta | undefined)?.service, 'band')
})

test('a service that is gone, and a device that is gone, leave nothing open; back again it is as it was', async (context) => {
  const { serve, leave, state } = house(context)
  const [shell, talk] = [await freePort('tcp'), await freePort('tcp')]
  await serve(raw('shell', 'tcp', shell), raw('talk', 'tcp', talk))
  const { left } = await caller(context, shell)
  await serve(raw('talk', 'tcp', talk))
  assert.equal(await left, 'ECONNRESET')
  await assert.rejects(caller(context, shell), { code: 'ECONNREFUSED' })
  await caller(context, talk)
  leave()
  await eventually(() => assert.rejects(caller(context, talk), { code: 'ECONNREFUSED' }))
  state.up = true
  assert.deepEqual(await serve(raw('talk', 'tcp', 1)), { ports: [{ service: 'talk', port: talk }] })
  await caller(context, talk)
})

test('changes that follow each other closely end as the last one says', async (context) => {
  const { serve, leave } = house(context)
  const shell = await freePort('tcp')
  await Promise.all([serve(raw('shell', 'tcp', shell)), serve(), serve(raw('shell', 'tcp', shell))])
  await caller(context, shell)
  const last = serve(raw('shell', 'tcp', shell))
  leave()
  await last
  await eventually(() => assert.rejects(caller(context, shell), { code: 'ECONNREFUSED' }))
})

test('a port that another program has is another one for a newcomer; an old one waits until it is free', async (context) => {
  const { serve, leave, state, logged } = house(context)
  const stranger = net.createServer().listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  const { port } = stranger.address() as net.AddressInfo
  const given = (await serve(raw('shell', 'tcp', port))).ports[0]?.port
  assert.ok(given && given !== port)
  // Of the others, too, some are other programs'.
  assert.deepEqual([...new Set(logged)], ['public-port-taken'])
  leave()
  await eventually(() => assert.rejects(caller(context, given), { code: 'ECONNREFUSED' }))
  const squatter = net.createServer().listen(given, '127.0.0.1')
  await once(squatter, 'listening')
  state.up = true
  assert.deepEqual(await serve(raw('shell', 'tcp', port)), { ports: [{ service: 'shell', port: null }] })
  for (const server of [stranger, squatter]) {
    server.close()
    await once(server, 'close')
  }
  assert.deepEqual(await serve(raw('shell', 'tcp', port)), { ports: [{ service: 'shell', port: given }] })
})

test('a range that is used up gives none; a relay that gives none says nothing', async (context) => {
  const port = await freePort('tcp')
  const { serve } = house(context, { first: port, last: port })
  assert.deepEqual(await serve(raw('shell', 'tcp', port), raw('talk', 'tcp', port)), {
    ports: [
      { service: 'shell', port },
      { service: 'talk', port: null },
    ],
  })
  const off = house(context, 'off')
  assert.deepEqual(await off.serve(raw('shell', 'tcp', port)), { ports: [] })
  assert.deepEqual(off.registry.publicPorts(KEY), [])
})

test('one device’s ports are not another’s, though both want the same', async (context) => {
  const { registry, ports } = house(context)
  const other = newKey()
  registry.registerDevice(other, Date.now())
  const wanted = await freePort('udp')
  const [mine, theirs] = await Promise.all([KEY, other].map((key) => ports.serve(key, key, [raw('band', 'udp', wanted)])))
  assert.equal(mine?.ports[0]?.port, wanted)
  const another = theirs?.ports[0]?.port
  assert.ok(another && another !== wanted)
})

test('everywhere means each public address of this machine, or all where they are translated on the way', () => {
  const own = Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .find(({ family }) => family === 'IPv4')?.address
  assert.deepEqual(publicHosts('127.0.0.1', { ipv4: '198.51.100.1' }), ['127.0.0.1'])
  assert.deepEqual(publicHosts('::', { ipv4: '198.51.100.1', ipv6: '2001:db8::1' }), ['0.0.0.0', '::'])
  assert.deepEqual(publicHosts('0.0.0.0', { ipv4: own ?? '', ipv6: '2001:db8::1' }), [own])
})
