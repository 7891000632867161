import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { type Duplex, duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { type ForwardTcpOptions, forwardTcp } from './forward-tcp.ts'
import { proxyHead } from './proxy-protocol.ts'
import { listenOn, text, untilClosed } from './test-door.ts'

async function forward(t: TestContext, serve: (socket: net.Socket) => void, change: Partial<ForwardTcpOptions> = {}) {
  const events: string[] = []
  const backends: net.Socket[] = []
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    backends.push(socket.on('error', () => undefined))
    serve(socket)
  })
  const port = await listenOn(t, server)
  const stop = new AbortController()
  const forwarded = await forwardTcp({
    listenAddress: '127.0.0.1',
    port: 0,
    target: () => ({ kind: 'tcp', host: '127.0.0.1', port }),
    onTargetFailure: (failure) => events.push(failure),
    onTargetSuccess: () => events.push('ok'),
    isOwnListener: () => false,
    lanPrefixes: () => [],
    signal: stop.signal,
    ...change,
  })
  t.after(() => {
    stop.abort()
    for (const socket of backends) socket.destroy()
  })
  return { ...forwarded, server, events, stop }
}

async function enter(port: number): Promise<net.Socket> {
  const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  await once(socket, 'connect')
  return socket
}

test('bytes go both ways, and who has finished speaking can still listen', async (t) => {
  const { port, events } = await forward(t, async (socket) => {
    const heard = await text(socket)
    socket.end(`you said ${heard}`)
  })
  const socket = await enter(port)
  socket.end('hello'.repeat(1000))
  assert.equal(await text(socket), `you said ${'hello'.repeat(1000)}`)
  assert.deepEqual(events, ['ok'])
})

test('a service that speaks first and stops speaking still listens', async (t) => {
  const heard = Promise.withResolvers<string>()
  const { port } = await forward(t, (socket) => {
    socket.end('220 ready\r\n')
    heard.resolve(text(socket))
  })
  const socket = await enter(port)
  assert.equal(await text(socket), '220 ready\r\n')
  socket.end('too late?')
  assert.equal(await heard.promise, 'too late?')
})

test('a reset on either side resets the other', async (t) => {
  const fromHome = await forward(t, (socket) => socket.once('data', () => socket.resetAndDestroy()))
  const visitor = await enter(fromHome.port)
  visitor.write('x')
  await assert.rejects(text(visitor), { code: 'ECONNRESET' })

  const outcome = Promise.withResolvers<string | undefined>()
  const fromOutside = await forward(t, (socket) => {
    socket.write('hello')
    socket.resume().once('error', (error: NodeJS.ErrnoException) => outcome.resolve(error.code))
  })
  const leaver = await enter(fromOutside.port)
  await once(leaver, 'data')
  leaver.resetAndDestroy()
  assert.equal(await outcome.promise, 'ECONNRESET')
})

test('a visitor out of the tunnel is served alike', async (t) => {
  const { accept } = await forward(t, (socket) => socket.pipe(socket))
  const [home, visitor] = duplexPair()
  accept(home, { address: '198.18.0.10', port: 1 })
  visitor.end('through the tunnel')
  assert.equal(await text(visitor), 'through the tunnel')
})

test('a service that is down resets the visitor and is said so', async (t) => {
  const { port, server, events } = await forward(t, () => assert.fail('it is down'))
  server.close()
  await assert.rejects(text(net.connect(port, '127.0.0.1')), { code: 'ECONNRESET' })
  assert.deepEqual(events, ['refused'])
})

test('a target that must not be one is not connected to', async (t) => {
  const { port, events } = await forward(t, () => assert.fail('forbidden'), { isOwnListener: () => true })
  await assert.rejects(text(net.connect(port, '127.0.0.1')), { code: 'ECONNRESET' })
  assert.deepEqual(events, ['forbidden'])
})

test('whoever answers probes may keep a visitor, with every byte, and gives the others back', async (t) => {
  const { port } = await forward(t, (socket) => socket.pipe(socket), {
    onConnection: async (stream: Duplex, peer) => {
      assert.equal(peer.address, '127.0.0.1')
      const [first] = await once(stream, 'data')
      stream.pause()
      const isProbe = String(first) === 'probe'
      if (isProbe) stream.end('answer')
      else stream.unshift(first)
      return isProbe
    },
  })
  const probe = await enter(port)
  probe.write('probe')
  assert.equal(await text(probe), 'answer')
  probe.end()
  const visitor = await enter(port)
  visitor.end('ordinary')
  assert.equal(await text(visitor), 'ordinary')
})

test('the 513th visitor at one time is turned away, and the others stay', async (t) => {
  const { port, accept } = await forward(t, (socket) => socket.pipe(socket))
  const pairs = Array.from({ length: 511 }, () => duplexPair())
  for (const [home] of pairs) accept(home, { address: '198.18.0.10', port: 1 })
  const last = await enter(port)
  last.write('the 512th')
  assert.equal(String((await once(last, 'data'))[0]), 'the 512th')
  const [home] = duplexPair()
  accept(home, { address: '198.18.0.10', port: 1 })
  assert.equal(home.destroyed, true)
  const gone = untilClosed(last)
  last.end()
  await gone
  const again = await enter(port)
  again.end('room again')
  assert.equal(await text(again), 'room again')
})

test('the signal ends listener and visitors, and a port that is taken is said so', async (t) => {
  const { port, stop } = await forward(t, (socket) => socket.pipe(socket))
  await assert.rejects(
    forward(t, () => undefined, { port }),
    { code: 'EADDRINUSE' },
  )
  const visitor = await enter(port)
  visitor.write('x')
  await once(visitor, 'data')
  stop.abort()
  await assert.rejects(text(visitor), { code: 'ECONNRESET' })
  await assert.rejects(enter(port), { code: 'ECONNREFUSED' })
  await assert.rejects(
    forward(t, () => undefined, { signal: AbortSignal.abort(new Error('stopped')) }),
    /stopped/,
  )
})

test('a service that wants to be told is told its visitor before his first byte, whichever way he came', async (t) => {
  const heard: Buffer[] = []
  let wanted = true
  const { port, accept } = await forward(
    t,
    (socket) => {
      const chunks: Buffer[] = []
      socket.on('data', (chunk: Buffer) => chunks.push(chunk))
      socket.on('end', () => {
        heard.push(Buffer.concat(chunks))
        socket.end()
      })
    },
    { tellsVisitor: () => wanted },
  )
  const direct = await enter(port)
  const from = direct.localPort ?? 0
  await leave(direct)
  const [home, visitor] = duplexPair()
  accept(home, { address: '2001:db8:9::a', port: 54_321 })
  await leave(visitor)
  wanted = false
  await leave(await enter(port))
  assert.deepEqual(heard, [
    Buffer.concat([proxyHead({ address: '127.0.0.1', port: from }, { address: '127.0.0.1', port }), Buffer.from('hello')]),
    Buffer.concat([proxyHead({ address: '2001:db8:9::a', port: 54_321 }, { address: '::', port }), Buffer.from('hello')]),
    Buffer.from('hello'),
  ])
})

async function leave(stream: Duplex): Promise<void> {
  stream.end('hello')
  await text(stream)
}

test('who may not come in is reset before the service hears of him, and who may not stay is when that is looked at again', async (t) => {
  const may = new Set(['127.0.0.1 true', '203.0.113.9 false'])
  const asked: string[] = []
  const rechecks = new Set<() => void>()
  let served = 0
  const admits = (address: string, isDirect: boolean): boolean => may.has(asked[asked.push(`${address} ${isDirect}`) - 1] ?? '')
  const { port, accept, close } = await forward(
    t,
    (socket) => {
      served += 1
      socket.write('hello')
    },
    { admission: { admits, rechecks } },
  )
  const direct = (await enter(port)).on('error', () => undefined)
  assert.equal(String((await once(direct, 'data'))[0]), 'hello')
  const tunnelled = (address: string): { near: Duplex; closed: Promise<unknown> } => {
    const [near, far] = duplexPair()
    const closed = once(far, 'close')
    accept(far, { address, port: 1 })
    return { near, closed }
  }
  const friend = tunnelled('203.0.113.9')
  assert.equal(String((await once(friend.near, 'data'))[0]), 'hello')
  for (const address of ['203.0.113.10', '127.0.0.1']) await tunnelled(address).closed
  assert.deepEqual(asked, ['127.0.0.1 true', '203.0.113.9 false', '203.0.113.10 false', '127.0.0.1 false'])
  assert.equal(served, 2)
  may.delete('203.0.113.9 false')
  for (const check of rechecks) check()
  await friend.closed
  assert.ok(!direct.destroyed)
  await close()
  assert.equal(rechecks.size, 0)
})
