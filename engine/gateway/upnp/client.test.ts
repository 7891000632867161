import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../lab/eventually.ts'
import { type FakeGateway, type FakeScript, properReply, startFakeGateway } from '../../../test/fakes/gateway.ts'
import type { Gateway } from '../gateway.ts'
import { openUpnp, type Tuning } from './client.ts'

const OURS = '127.0.0.1'
const never = new AbortController().signal

async function fake(t: TestContext, script: FakeScript = {}): Promise<FakeGateway> {
  const router = await startFakeGateway(script)
  t.after(() => router.close())
  return router
}

function open(router: FakeGateway, tuning: Partial<Tuning> = {}, signal = never): Promise<Gateway | null> {
  return openUpnp({ gatewayAddress: router.address, localAddress: OURS, signal, tuning: { ssdpPort: router.ssdpPort, ...tuning } })
}

/** For searches that go on to their end. What answers has time enough for a slow machine. */
const HASTY: Partial<Tuning> = { searchMs: 1_500, answerMs: 20_000 }
/** The same, where what was heard until then is judged. */
const WHOLE: Partial<Tuning> = { ...HASTY, searchMs: 4_000 }
/** For what never answers to its end. */
const ENDLESS: Partial<Tuning> = { ...WHOLE, answerMs: 800 }

test('upnp: a plain router is found, named and asked for its address', async (t) => {
  const router = await fake(t)
  const gateway = await open(router)
  assert.deepEqual([gateway?.via, gateway?.address, gateway?.name], ['upnp', '127.0.0.1', 'Scripted router'])
  assert.equal(await gateway?.externalAddress(never), '203.0.113.10')
  assert.equal(router.searches[0], 'urn:schemas-upnp-org:device:InternetGatewayDevice:2')
  const { headers, path } = router.calls[0] ?? {}
  assert.equal(headers?.soapaction, '"urn:schemas-upnp-org:service:WANIPConnection:1#GetStatusInfo"')
  assert.deepEqual([headers?.host, headers?.connection, path], [`127.0.0.1:${router.httpPort}`, 'close', '/ctl/IPConn'])
})

test('upnp: answers from an odd port count', async (t) => {
  assert.ok(await open(await fake(t, { oddPort: true })))
})

test('upnp: answers of anybody but the gateway do not count', async (t) => {
  // macOS has one loopback address only: there the search goes unheard.
  const second = process.platform === 'darwin' ? '127.0.0.1' : '127.0.0.2'
  const router = await fake(t, { hearAt: second })
  const options = { gatewayAddress: '127.0.0.2', localAddress: OURS, signal: never, tuning: { ssdpPort: router.ssdpPort, ...WHOLE } }
  assert.equal(await openUpnp(options), null)
  assert.equal(router.searches.length > 0, second === '127.0.0.2')
  assert.deepEqual(router.fetched, [])
})

test('upnp: when nothing answers there is no gateway', async (t) => {
  assert.equal(await open(await fake(t, { announce: () => [] }), HASTY), null)
})

test('upnp: while nothing answers it is asked again, and more widely', async (t) => {
  const router = await fake(t, { announce: () => [] })
  const stop = new AbortController()
  const opened = open(router, { searchMs: 60_000 }, stop.signal)
  const sent = (target: string): number => router.searches.filter((one) => one === target).length
  await eventually(() => sent('upnp:rootdevice') >= 2 && sent('ssdp:all') >= 2)
  stop.abort(new Error('enough'))
  await assert.rejects(opened, /enough/)
})

test('upnp: garbage and redirections elsewhere do not hide the real answer', async (t) => {
  const announce = (location: string, target: string) => [
    'NOTIFY * HTTP/1.1\r\n\r\n',
    Buffer.alloc(60_000, 'x'),
    properReply('http://router.example/desc.xml', target),
    properReply(location, target),
  ]
  assert.ok(await open(await fake(t, { announce })))
})

test('upnp: a LOCATION on another host is read from the gateway', async (t) => {
  const router = await fake(t, { announce: (location, target) => [properReply(location.replace('127.0.0.1', '198.51.100.66'), target)] })
  assert.ok(await open(router))
  assert.deepEqual(router.fetched, ['/desc.xml'])
})

test('upnp: every description is fetched once, and never more than ten', async (t) => {
  const announce = (location: string, target: string) =>
    Array.from({ length: 40 }, (_, index) => properReply(`${location}?${index % 30}`, target))
  const router = await fake(t, { announce, description: { kind: 'raw', status: 404, body: '' } })
  await assert.rejects(open(router, WHOLE), { name: 'GatewayError', fault: 'garbled' })
  assert.equal(router.fetched.length, 10)
  assert.equal(new Set(router.fetched).size, 10)
})

test('upnp: a device that is no internet gateway is none', async (t) => {
  const router = await fake(t, { device: { serviceType: 'urn:schemas-upnp-org:service:AVTransport:1' } })
  assert.equal(await open(router, HASTY), null)
})

const ENTITIES = '<!DOCTYPE root [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><root><device>&b;</device></root>'
const UNUSABLE: Record<string, { script: FakeScript; fault: string; tuning?: Partial<Tuning> }> = {
  'that never comes': { script: { description: { kind: 'hang' } }, fault: 'silent', tuning: ENDLESS },
  'that drips': { script: { description: { kind: 'drip' } }, fault: 'silent', tuning: ENDLESS },
  'that breaks off': { script: { description: { kind: 'reset' } }, fault: 'silent' },
  'with entities': { script: { description: { kind: 'raw', body: ENTITIES } }, fault: 'garbled' },
  'of 300 kB': { script: { description: { kind: 'raw', body: '<root>'.padEnd(300_000) } }, fault: 'garbled' },
  'elsewhere (redirect)': {
    script: { description: { kind: 'raw', status: 302, headers: { Location: '/other.xml' }, body: '' } },
    fault: 'garbled',
  },
  'that is none': { script: { description: { kind: 'raw', body: 'Welcome to your router' } }, fault: 'garbled' },
  'without HTTP': { script: { description: { kind: 'not-http', bytes: 'SSH-2.0-dropbear\r\n' } }, fault: 'garbled' },
}
test('upnp: unusable descriptions, each with its fault', { concurrency: true }, (t) =>
  // Side by side, since each search goes on to its end for a better answer.
  Promise.all(
    Object.entries(UNUSABLE).map(([what, { script, fault, tuning = WHOLE }]) =>
      t.test(`a description ${what} is a ${fault} router`, async (t) => {
        const router = await fake(t, script)
        await assert.rejects(open(router, tuning), { name: 'GatewayError', fault })
        assert.ok(!router.fetched.includes('/other.xml'))
      }),
    ),
  ).then(() => undefined),
)

test('upnp: odd headers of the router do no harm', async (t) => {
  const body = '<root><device><friendlyName>Odd</friendlyName></device></root>'
  const description = {
    kind: 'not-http',
    bytes: `HTTP/1.1 200 OK\r\nX-Name: a\u0001b\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  } as const
  assert.equal(await open(await fake(t, { description }), HASTY), null)
})

test('upnp: of several lines, the connected one with a public address is taken', async (t) => {
  const addresses: Record<string, string> = { '/bridge': '192.168.100.2', '/ctl/IPConn': '203.0.113.10' }
  const router = await fake(t, {
    device: {
      serviceType: 'urn:schemas-upnp-org:service:WANPPPConnection:1',
      moreServices: [
        { serviceType: 'urn:schemas-upnp-org:service:WANIPConnection:2', controlUrl: '/down' },
        { serviceType: 'urn:schemas-upnp-org:service:WANIPConnection:1', controlUrl: '/bridge' },
      ],
    },
    onCall: ({ action, path }) => {
      if (action === 'GetStatusInfo') return { kind: 'result', values: { NewConnectionStatus: path === '/down' ? 'Disconnected' : 'Up' } }
      return action === 'GetExternalIPAddress' ? { kind: 'result', values: { NewExternalIPAddress: addresses[path] ?? '' } } : undefined
    },
  })
  assert.equal(await (await open(router))?.externalAddress(never), '203.0.113.10')
  assert.equal(router.calls.at(-1)?.serviceType, 'urn:schemas-upnp-org:service:WANPPPConnection:1')
})

test('upnp: a control address that is wrong by the standard is tried as miniupnpc reads it', async (t) => {
  const router = await fake(t, {
    device: { controlUrl: 'ctl' },
    announce: (location, target) => [properReply(location.replace('/desc.xml', '/igd/desc.xml'), target)],
    onCall: ({ path }) => (path === '/ctl' ? undefined : { kind: 'raw', status: 404, body: 'Not Found' }),
  })
  assert.ok(await open(router))
  assert.deepEqual(
    router.calls.map(({ path }) => path),
    ['/igd/ctl', '/ctl'],
  )
})

test('upnp: a line that is down is still the gateway, when no better one turns up', async (t) => {
  const gateway = await open(await fake(t, { status: 'Disconnected', externalAddress: '' }))
  assert.equal(await gateway?.externalAddress(never), null)
})

test('upnp: no address, none at all and our own are no external address', async (t) => {
  for (const externalAddress of ['', '0.0.0.0', '127.0.0.1', 'unknown', '2001:db8::1']) {
    const gateway = await open(await fake(t, { externalAddress }))
    assert.equal(await gateway?.externalAddress(never), null, externalAddress)
  }
  const carrier = await open(await fake(t, { externalAddress: '100.64.0.10' }))
  assert.equal(await carrier?.externalAddress(never), '100.64.0.10')
})

test('upnp: a signal ends the search with its reason', async (t) => {
  const router = await fake(t, { announce: () => [] })
  const stop = new AbortController()
  const opened = open(router, {}, stop.signal)
  setImmediate(() => stop.abort(new Error('enough')))
  await assert.rejects(opened, /enough/)
  await assert.rejects(open(router, {}, stop.signal), /enough/)
})

test('upnp: a signal ends a question in flight with its reason', async (t) => {
  const stop = new AbortController()
  const router = await fake(t, {
    onCall: ({ action }) => {
      if (action !== 'GetExternalIPAddress') return undefined
      stop.abort(new Error('enough'))
      return { kind: 'hang' }
    },
  })
  const gateway = await open(router)
  assert.ok(gateway)
  await assert.rejects(gateway.externalAddress(stop.signal), /enough/)
})
