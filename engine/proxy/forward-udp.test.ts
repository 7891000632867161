import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { type ForwardUdpOptions, forwardUdp } from './forward-udp.ts'

async function socketOn(t: TestContext, onMessage?: (bytes: Buffer, from: dgram.RemoteInfo, socket: dgram.Socket) => void) {
  const socket = dgram.createSocket('udp4')
  socket.on('message', (bytes, from) => onMessage?.(bytes, from, socket))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const close = () => new Promise<void>((resolve) => socket.close(() => resolve()))
  t.after(() => close().catch(() => undefined))
  return { socket, port: socket.address().port, close }
}

const echo = (bytes: Buffer, from: dgram.RemoteInfo, socket: dgram.Socket) => socket.send(bytes, from.port, from.address)

async function forward(t: TestContext, targetPort: number, change: Partial<ForwardUdpOptions> = {}) {
  const events: string[] = []
  const failed = Promise.withResolvers<string>()
  const stop = new AbortController()
  const target = { kind: 'udp', host: '127.0.0.1', port: targetPort } as const
  const forwarded = await forwardUdp({
    listenAddress: '127.0.0.1',
    port: 0,
    target: () => target,
    onTargetFailure: (failure) => failed.resolve(failure),
    onTargetSuccess: () => events.push('ok'),
    isOwnListener: () => false,
    lanPrefixes: () => [],
    signal: stop.signal,
    ...change,
  })
  t.after(() => forwarded.close())
  return { ...forwarded, events, failed: failed.promise, stop }
}

async function ask(from: dgram.Socket, port: number, message: string): Promise<string> {
  const answer = once(from, 'message')
  from.send(message, port, '127.0.0.1')
  return String((await answer)[0])
}

test('each visitor has a flow of his own, and answers find him', async (t) => {
  const sources = new Set<number>()
  const { port: targetPort } = await socketOn(t, (bytes, from, socket) => {
    sources.add(from.port)
    echo(bytes, from, socket)
  })
  const { port, flows, events } = await forward(t, targetPort)
  const [one, two] = [(await socketOn(t)).socket, (await socketOn(t)).socket]
  assert.deepEqual(await Promise.all([ask(one, port, 'one'), ask(two, port, 'two')]), ['one', 'two'])
  assert.equal(await ask(one, port, 'one again'), 'one again')
  assert.deepEqual([flows(), sources.size, events], [2, 2, ['ok', 'ok']])
})

test('a visitor out of the tunnel is answered the way he came, by the latest way', async (t) => {
  const { port: targetPort } = await socketOn(t, echo)
  const { deliver, flows } = await forward(t, targetPort)
  const via = (way: string, message: string) =>
    new Promise<string>((resolve) =>
      deliver(Buffer.from(message), { address: '198.18.0.10', port: 9 }, (bytes) => resolve(`${way} ${bytes}`)),
    )
  assert.equal(await via('lane 1', 'a'), 'lane 1 a')
  assert.equal(await via('lane 2', 'b'), 'lane 2 b')
  assert.equal(flows(), 1)
})

test('a probe is kept by whoever answers probes', async (t) => {
  const { port: targetPort } = await socketOn(t, () => assert.fail('a probe is not the service’s'))
  const { port, flows } = await forward(t, targetPort, {
    onDatagram: (bytes, peer, reply) => {
      assert.equal(peer.address, '127.0.0.1')
      reply(Buffer.from(`answer to ${bytes}`))
      return true
    },
  })
  assert.equal(await ask((await socketOn(t)).socket, port, 'nonce'), 'answer to nonce')
  assert.equal(flows(), 0)
})

test('a service that is down is said so, and is found again when it comes back', async (t) => {
  const target = await socketOn(t)
  await target.close()
  const { port, failed } = await forward(t, target.port)
  const visitor = (await socketOn(t)).socket
  visitor.send('anybody?', port, '127.0.0.1')
  assert.equal(await failed, 'refused')
  const back = dgram.createSocket('udp4').on('message', (bytes, from) => back.send(bytes, from.port, from.address))
  back.bind(target.port, '127.0.0.1')
  await once(back, 'listening')
  t.after(() => back.close())
  assert.equal(await ask(visitor, port, 'hello again'), 'hello again')
})

test('a target that must not be one hears nothing; a name that leads nowhere is said so', async (t) => {
  const { port: targetPort } = await socketOn(t, () => assert.fail('forbidden'))
  const forbidden = await forward(t, targetPort, { isOwnListener: () => true })
  const visitor = (await socketOn(t)).socket
  visitor.send('x', forbidden.port, '127.0.0.1')
  assert.equal(await forbidden.failed, 'forbidden')
  const lost = await forward(t, 1, { target: () => ({ kind: 'udp', host: 'nowhere.invalid', port: 1 }) })
  visitor.send('x', lost.port, '127.0.0.1')
  assert.equal(await lost.failed, 'not-found')
  assert.deepEqual([forbidden.flows(), lost.flows()], [0, 0])
})

test('a service that moves is followed by those who are there already, and by the next ones', async (t) => {
  const saying = async (word: string) => {
    const { port } = await socketOn(t, (bytes, from, socket) => socket.send(`${word} ${bytes}`, from.port, from.address))
    return { kind: 'udp', host: '127.0.0.1', port } as const
  }
  const [before, after] = [await saying('before'), await saying('after')]
  let target = before
  const { port, flows } = await forward(t, 0, { target: () => target })
  const [visitor, next] = [(await socketOn(t)).socket, (await socketOn(t)).socket]
  assert.equal(await ask(visitor, port, 'one'), 'before one')
  target = after
  assert.equal(await ask(visitor, port, 'two'), 'after two')
  assert.equal(await ask(next, port, 'three'), 'after three')
  assert.equal(flows(), 2)
})

test('visitors beyond the limit are dropped until others fall silent for two minutes', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const { port: targetPort } = await socketOn(t, echo)
  const { deliver, flows } = await forward(t, targetPort)
  const visit = (port: number) =>
    new Promise<void>((resolve) => deliver(Buffer.from('x'), { address: '198.18.0.10', port }, () => resolve()))
  for (let port = 1; port <= 1024; port += 64) await Promise.all(Array.from({ length: 64 }, (_, index) => visit(port + index)))
  assert.equal(flows(), 1024)
  deliver(Buffer.from('x'), { address: '198.18.0.11', port: 1 }, () => assert.fail('there is no room'))
  assert.equal(flows(), 1024)
  t.mock.timers.tick(115_000)
  await visit(7)
  t.mock.timers.tick(10_000)
  assert.equal(flows(), 1)
  await visit(2000)
  assert.equal(flows(), 2)
})

test('made-up senders keep nobody out: who has been silent for longest makes room, and who speaks stays', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const sources = new Set<number>()
  const { port: targetPort } = await socketOn(t, (bytes, from, socket) => {
    if (String(bytes) === 'speaks') sources.add(from.port)
    echo(bytes, from, socket)
  })
  const { deliver, flows } = await forward(t, targetPort)
  const visit = (address: string, port: number, says = 'x') =>
    new Promise<void>((resolve) => deliver(Buffer.from(says), { address, port }, () => resolve()))
  await visit('198.18.0.10', 1, 'speaks')
  for (let port = 2; port <= 1024; port += 1) await visit('198.18.0.10', port)
  t.mock.timers.tick(5000)
  await visit('198.18.0.10', 1, 'speaks')
  deliver(Buffer.from('x'), { address: '198.18.0.11', port: 1 }, () => assert.fail('nobody has been silent for long'))
  t.mock.timers.tick(5000)
  for (let port = 2; port <= 100; port += 1) await visit('198.18.0.11', port)
  await visit('198.18.0.10', 1, 'speaks')
  assert.deepEqual([flows(), sources.size], [1024, 1])
})

test('who left through the tunnel finds his flow as it was, unless somebody needed its place', async (t) => {
  const sources = new Map<string, number>()
  const { port: targetPort } = await socketOn(t, (bytes, from, socket) => {
    sources.set(String(bytes), from.port)
    echo(bytes, from, socket)
  })
  const { deliver, leave, flows } = await forward(t, targetPort)
  const visit = (port: number, says = 'x') =>
    new Promise<() => void>((resolve) => {
      const reply = (): void => resolve(reply)
      deliver(Buffer.from(says), { address: '198.18.0.10', port }, reply)
    })
  const first = await visit(1, 'one')
  await visit(1, 'two')
  leave({ address: '198.18.0.10', port: 1 }, first)
  const second = await visit(1, 'three')
  leave({ address: '198.18.0.10', port: 1 }, second)
  await visit(1, 'four')
  assert.equal(new Set(sources.values()).size, 1, 'one socket towards the service all the time')
  const replies = [await visit(1)]
  for (let port = 2; port <= 1024; port += 1) replies.push(await visit(port))
  deliver(Buffer.from('x'), { address: '198.18.0.11', port: 1 }, () => assert.fail('there is no room'))
  leave({ address: '198.18.0.10', port: 9 }, replies[8] ?? (() => {}))
  leave({ address: '198.18.0.10', port: 10 }, () => {})
  await visit(2000)
  assert.equal(flows(), 1024)
  deliver(Buffer.from('x'), { address: '198.18.0.11', port: 1 }, () => assert.fail('there is no room'))
})

test('closing frees the port and drops what comes later', async (t) => {
  const { port: targetPort } = await socketOn(t, echo)
  const { port, deliver, flows, stop, close } = await forward(t, targetPort)
  await assert.rejects(forward(t, targetPort, { port }), { code: 'EADDRINUSE' })
  assert.equal(await ask((await socketOn(t)).socket, port, 'hello'), 'hello')
  stop.abort()
  await close()
  deliver(Buffer.from('x'), { address: '198.18.0.10', port: 1 }, () => assert.fail('closed'))
  assert.equal(flows(), 0)
  await forward(t, targetPort, { port })
})

test('who may not come in hears nothing, not even a no; a probe of ours is answered all the same', async (t) => {
  const { port: targetPort } = await socketOn(t, echo)
  const may = new Set(['127.0.0.1 true'])
  const rechecks = new Set<() => void>()
  const { port, deliver, flows, close } = await forward(t, targetPort, {
    admission: { admits: (address, isDirect) => may.has(`${address} ${isDirect}`), rechecks },
    onDatagram(bytes, _peer, reply) {
      if (String(bytes) === 'probe') reply(Buffer.from('here'))
      return String(bytes) === 'probe'
    },
  })
  const player = (await socketOn(t)).socket
  assert.equal(await ask(player, port, 'hello'), 'hello')
  const heard: string[] = []
  deliver(Buffer.from('hello'), { address: '203.0.113.9', port: 1 }, (bytes) => heard.push(String(bytes)))
  deliver(Buffer.from('hello'), { address: '127.0.0.1', port: 1 }, (bytes) => heard.push(String(bytes)))
  deliver(Buffer.from('probe'), { address: '203.0.113.9', port: 1 }, (bytes) => heard.push(String(bytes)))
  assert.deepEqual([heard, flows()], [['here'], 1])
  may.clear()
  assert.equal(await ask(player, port, 'still here'), 'still here', 'a flow goes on until that is looked at')
  for (const check of rechecks) check()
  assert.equal(flows(), 0)
  player.send('and now', port, '127.0.0.1')
  assert.equal(await ask(player, port, 'probe'), 'here')
  assert.equal(flows(), 0)
  await close()
  assert.equal(rechecks.size, 0)
})
