import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { damaged } from '../../../test/fakes/gateway-fuzz.ts'
import { freePort } from '../../../test/ports.ts'
import { SSDP_GROUP } from '../../network/ssdp.ts'
import { watchNotices } from './notices.ts'
import { type Notice, parseNotice } from './ssdp.ts'

const IGD = 'urn:schemas-upnp-org:device:InternetGatewayDevice:2'

function notify(kind: string, bootId: number | string | null = 7, target = IGD): Buffer {
  const lines = ['NOTIFY * HTTP/1.1', 'HOST: 239.255.255.250:1900', `NT: ${target}`, `NTS: ssdp:${kind}`]
  return Buffer.from([...lines, ...(bootId === null ? [] : [`BOOTID.UPNP.ORG: ${bootId}`]), '', ''].join('\r\n'))
}

test('notice: coming and going, with the count of restarts where there is one', () => {
  assert.deepEqual(parseNotice(notify('alive')), { kind: 'alive', bootId: 7 })
  assert.deepEqual(parseNotice(notify('byebye', 1_795_257_248)), { kind: 'byebye', bootId: 1_795_257_248 })
  assert.deepEqual(parseNotice(notify('alive', null)), { kind: 'alive', bootId: null })
  assert.deepEqual(parseNotice(notify('alive', 'often')), { kind: 'alive', bootId: null })
  assert.deepEqual(parseNotice(notify('alive', 7, 'urn:schemas-upnp-org:service:WANIPConnection:2')), { kind: 'alive', bootId: 7 })
})

test('notice: what does not speak of a gateway is none', () => {
  const others = ['upnp:rootdevice', 'urn:schemas-upnp-org:device:MediaServer:1', 'uuid:6b0d6c3e', '']
  for (const target of others) assert.equal(parseNotice(notify('alive', 7, target)), null, target)
  for (const kind of ['update', 'hello', '']) assert.equal(parseNotice(notify(kind)), null, kind)
  assert.equal(parseNotice(Buffer.from(`HTTP/1.1 200 OK\r\nNT: ${IGD}\r\nNTS: ssdp:alive\r\n\r\n`)), null)
  assert.equal(parseNotice(Buffer.concat([notify('alive'), Buffer.alloc(9_000, 'x')])), null)
})

test('notice: 20,000 damaged ones never throw, and give nothing but what a notice can say', () => {
  let found = 0
  for (const bytes of damaged([notify('alive'), notify('byebye', 123_456)], 20_000, 11)) {
    const notice = parseNotice(bytes)
    if (!notice) continue
    found += 1
    assert.ok(notice.kind === 'alive' || notice.kind === 'byebye')
    assert.ok(notice.bootId === null || (Number.isInteger(notice.bootId) && notice.bootId >= 0))
  }
  assert.ok(found > 500, String(found))
})

async function sender(t: TestContext, address: string): Promise<Socket> {
  const socket = createSocket('udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  socket.setMulticastInterface('127.0.0.1')
  socket.setMulticastLoopback(true)
  t.after(() => socket.close())
  return socket
}

/** A watcher, and `tell`, which resolves once everything sent so far has been heard: a last notice proves it. */
async function watching(t: TestContext) {
  const port = await freePort('udp')
  const stop = new AbortController()
  t.after(() => stop.abort())
  const heard: Notice[] = []
  let wake = () => {}
  const onNotice = (notice: Notice) => {
    heard.push(notice)
    wake()
  }
  const watch = () => watchNotices({ gatewayAddress: '127.0.0.1', localAddress: '127.0.0.1', signal: stop.signal, onNotice, port })
  assert.equal(await watch(), true)
  const router = await sender(t, '127.0.0.1')
  const tell = async (...datagrams: Buffer[]) => {
    for (const datagram of datagrams) router.send(datagram, port, SSDP_GROUP)
    while (heard.at(-1)?.bootId !== 999) {
      router.send(notify('byebye', 999), port, SSDP_GROUP)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
    return heard.slice(0, -1).map(({ kind, bootId }) => `${kind} ${bootId}`)
  }
  return { port, tell, watch, stop, heard }
}

test('notices: each news once, however often it is said', async (t) => {
  const { tell } = await watching(t)
  const said = await tell(
    notify('alive', 1),
    notify('alive', 1, 'urn:schemas-upnp-org:device:WANDevice:2'),
    notify('alive', 1),
    notify('alive', 50, 'urn:schemas-upnp-org:device:MediaServer:1'),
    notify('byebye', 1),
    notify('byebye', 1),
    notify('alive', 2),
    notify('alive', 3),
  )
  assert.deepEqual(said, ['alive 1', 'byebye 1', 'alive 2', 'alive 3'])
})

test('notices: of the gateway only', async (t) => {
  // macOS has one loopback address only.
  const stranger = process.platform === 'darwin' ? null : await sender(t, '127.0.0.2')
  const { port, tell } = await watching(t)
  stranger?.send(notify('byebye', 66), port, SSDP_GROUP)
  assert.deepEqual(await tell(notify('alive', 1)), ['alive 1'])
})

test('notices: a flood is cut', async (t) => {
  const { port, tell, heard } = await watching(t)
  const witness = createSocket({ type: 'udp4', reuseAddr: true })
  t.after(() => witness.close())
  witness.bind({ address: process.platform === 'win32' ? '0.0.0.0' : SSDP_GROUP, port })
  await once(witness, 'listening')
  witness.addMembership(SSDP_GROUP, '127.0.0.1')
  const all = new Promise<void>((resolve) => {
    witness.on('message', (datagram) => {
      if (parseNotice(datagram)?.bootId === 129) resolve()
    })
  })
  await tell(...Array.from({ length: 19 }, (_, index) => notify('alive', index)))
  const router = await sender(t, '127.0.0.1')
  for (let index = 100; index < 130; index += 1) router.send(notify('alive', index), port, SSDP_GROUP)
  await all
  assert.equal(heard.length, 20)
})

test('notices: the port is shared, and goes with the signal', async (t) => {
  const { port, tell, watch, stop } = await watching(t)
  assert.equal(await watch(), true)
  assert.ok((await tell(notify('alive', 1))).length > 0)
  stop.abort()
  assert.equal(await watch(), false)
  const alone = createSocket('udp4')
  t.after(() => alone.close())
  alone.bind({ port, exclusive: true })
  await once(alone, 'listening')
})

test('notices: a port that another program keeps to itself, or an address that is not ours, is no failure', async (t) => {
  const alone = createSocket('udp4')
  t.after(() => alone.close())
  alone.bind({ address: SSDP_GROUP, port: 0 })
  await once(alone, 'listening')
  const options = { gatewayAddress: '127.0.0.1', signal: new AbortController().signal, onNotice: () => {} }
  assert.equal(await watchNotices({ ...options, localAddress: '127.0.0.1', port: alone.address().port }), false)
  assert.equal(await watchNotices({ ...options, localAddress: '192.0.2.1', port: await freePort('udp') }), false)
})
