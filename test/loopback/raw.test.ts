/** Services without TLS through the relay's public ports: both programs on loopback, so that the tunnel is the only way. */
import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import net, { type AddressInfo, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { folder } from '../folder.ts'
import { at, startEngine, startRelay, statusOf, succeed } from './programs.ts'

/** Speaks first, as SSH does, then says everything back, and ends when the visitor has; "reset" makes it break off. */
async function shell(t: TestContext): Promise<number> {
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {})
    socket.write('SSH-2.0-home\r\n')
    socket.on('data', (bytes: Buffer) => (bytes.toString() === 'reset' ? socket.resetAndDestroy() : socket.write(bytes)))
    socket.on('end', () => socket.end('bye'))
    t.after(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

/** Says every datagram back, with the port it came from. */
async function band(t: TestContext): Promise<number> {
  const socket = dgram.createSocket('udp4')
  socket.on('message', (bytes, from) => socket.send(`${bytes} at ${from.port}`, from.port, from.address))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => socket.close())
  return socket.address().port
}

const becomesReachable = (data: string, name: string): Promise<ServiceView> =>
  eventually(
    async () => {
      const { services } = await statusOf(data)
      const found = services.find((service) => service.name === name)
      assert.ok(found)
      assert.deepEqual([found.state, found.best.ipv4], ['reachable', 'tunnel'], JSON.stringify(found.paths))
      return found
    },
    { timeoutMs: 60_000 },
  )

async function visitor(
  t: TestContext,
  port: number,
): Promise<{ socket: Socket; said(text: string): Promise<void>; left: Promise<string> }> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  t.after(() => socket.destroy())
  let seen = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    seen += text
  })
  const left = new Promise<string>((resolve) => {
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
    socket.once('end', () => resolve('ended'))
  })
  await once(socket, 'connect')
  return { socket, said: (text) => eventually(() => assert.equal(seen, text)), left }
}

async function ask(t: TestContext, port: number) {
  const socket = dgram.createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => socket.close())
  return async (text: string): Promise<string> => {
    const answer = once(socket, 'message')
    socket.send(text, port, '127.0.0.1')
    return String((await answer)[0])
  }
}

test('a shell and a band are reached through the relay’s public ports', async (t) => {
  const startedMs = performance.now()
  const data = folder(t)
  const relay = await startRelay(t, { open: true })
  await startEngine(t, data, ...at(relay))
  await succeed('add', 'shell', '--to', `tcp://127.0.0.1:${await shell(t)}`, '--data', data)
  await succeed('add', 'band', '--to', `udp://127.0.0.1:${await band(t)}`, '--data', data)
  const ports = {
    shell: (await becomesReachable(data, 'shell')).publicAddress?.port ?? 0,
    band: (await becomesReachable(data, 'band')).publicAddress?.port ?? 0,
  }

  await t.test('a shell: the home speaks first, halves end one by one, a break is a break', async () => {
    const one = await visitor(t, ports.shell)
    await one.said('SSH-2.0-home\r\n')
    one.socket.end('ls')
    await one.said('SSH-2.0-home\r\nlsbye')
    assert.equal(await one.left, 'ended')
    const two = await visitor(t, ports.shell)
    await two.said('SSH-2.0-home\r\n')
    two.socket.write('reset')
    assert.equal(await two.left, 'ECONNRESET')
  })

  await t.test('a band: two players are kept apart, each with a flow that stays his', async () => {
    const [anna, ben] = [await ask(t, ports.band), await ask(t, ports.band)]
    const [first, other] = [await anna('la'), await ben('la')]
    assert.match(first, /^la at \d+$/)
    assert.notEqual(first, other)
    assert.deepEqual([await anna('la'), await ben('la')], [first, other])
  })

  await t.test('the relay’s delay is told', async () => {
    const rttMs = await eventually(async () => {
      const { relay: told } = await statusOf(data)
      assert.ok(told.rttMs !== null)
      return told.rttMs
    })
    assert.ok(rttMs >= 0 && rttMs < performance.now() - startedMs, `${rttMs} ms`)
  })

  await t.test('a paused service’s port is closed, and opens again as the same', async () => {
    await succeed('pause', 'shell', '--data', data)
    await eventually(async () => assert.rejects(visitor(t, ports.shell), { code: 'ECONNREFUSED' }))
    await succeed('resume', 'shell', '--data', data)
    assert.equal((await becomesReachable(data, 'shell')).publicAddress?.port, ports.shell)
    await (await visitor(t, ports.shell)).said('SSH-2.0-home\r\n')
  })
})
