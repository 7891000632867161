/** What the engine remembers and says of itself, over visits, a restart and a crash: both programs on loopback, so that the tunnel is the only way. */
import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type https from 'node:https'
import net, { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { WebSocket } from 'ws'
import { eventually } from '../../lab/eventually.ts'
import type { HistoryView, Traffic, TrafficView, VisitorsView } from '../../protocol/model/history.ts'
import type { ServiceTest } from '../../protocol/model/service-test.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { folder } from '../folder.ts'
import { at, startEngine, startRelay, statusOf, succeed } from './programs.ts'
import { kitchen, visit, visitor } from './visitor.ts'

/** Says every byte, and every datagram, back. */
async function echo(t: TestContext): Promise<{ tcp: number; udp: number }> {
  const server = net.createServer((socket) => socket.on('error', () => {}).pipe(socket))
  const socket = dgram.createSocket('udp4')
  socket.on('message', (bytes, from) => socket.send(bytes, from.port, from.address))
  server.listen(0, '127.0.0.1')
  socket.bind(0, '127.0.0.1')
  await Promise.all([once(server, 'listening'), once(socket, 'listening')])
  t.after(() => {
    server.close()
    socket.close()
  })
  return { tcp: (server.address() as AddressInfo).port, udp: socket.address().port }
}

const BYTES = 100_000

test('a home remembers who came and how it stood, over a restart and a crash', async (t) => {
  const data = folder(t)
  const ask = async <T>(...args: string[]): Promise<T> => JSON.parse(await succeed(...args, '--json', '--data', data))
  const relay = await startRelay(t, { open: true })
  const engine = await startEngine(t, data, ...at(relay), '--ui', '127.0.0.1:0')
  const { tcp, udp } = await echo(t)
  await succeed('add', 'web', '--to', await kitchen(t), '--data', data)
  await succeed('add', 'box', '--to', `tcp://127.0.0.1:${tcp}`, '--data', data)
  await succeed('add', 'game', '--to', `udp://127.0.0.1:${udp}`, '--data', data)
  const service = async (name: string): Promise<ServiceView> => {
    const found = (await statusOf(data)).services.find((each) => each.name === name)
    return found ?? assert.fail(name)
  }
  const reachable = (name: string): Promise<ServiceView> =>
    eventually(
      async () => {
        const found = await service(name)
        assert.equal(found.state, 'reachable')
        return found
      },
      { timeoutMs: 60_000 },
    )
  const [web, box, game] = await Promise.all(['web', 'box', 'game'].map(reachable))
  assert.ok(web?.publicUrl && web.shareLink && box?.publicAddress && game?.publicAddress)
  const { publicUrl, shareLink } = web

  await t.test('visitors are counted alike, by HTTP, TCP and UDP, while they are here', async () => {
    assert.equal((await visit(publicUrl)).status, 200)
    const socket = new WebSocket(publicUrl, visitor as https.RequestOptions)
    await once(socket, 'open')
    socket.send('x'.repeat(BYTES))
    await once(socket, 'message')
    const shell = net.connect(box.publicAddress?.port ?? 0, '127.0.0.1')
    shell.write(Buffer.alloc(BYTES))
    let back = 0
    for await (const chunk of shell) {
      back += (chunk as Buffer).length
      if (back === BYTES) break
    }
    const second = net.connect(box.publicAddress?.port ?? 0, '127.0.0.1')
    second.write('hello')
    await once(second, 'data')
    const player = dgram.createSocket('udp4')
    t.after(() => player.close())
    player.send(Buffer.alloc(1000), game.publicAddress?.port ?? 0, '127.0.0.1')
    await once(player, 'message')

    await eventually(async () => {
      const { services, longest } = await ask<VisitorsView>('visitors')
      const counts = Object.fromEntries(services.map((each) => [each.service, [each.visitors, each.connections]]))
      // The first stream was ended by leaving the loop above.
      assert.deepEqual(counts, { web: [1, 1], box: [1, 1], game: [1, 1] })
      assert.ok(longest.every(({ place, direct }) => place === '127.0.0.1' && !direct))
      const carried = longest.find((each) => each.service === 'web')
      assert.ok(carried && carried.bytesIn >= BYTES && carried.bytesIn < 1.1 * BYTES && carried.bytesOut >= BYTES, JSON.stringify(carried))
      assert.deepEqual([(await service('web')).visitors, (await service('game')).visitors], [1, 1])
    })
    socket.terminate()
    second.destroy()
    await eventually(async () => assert.equal((await service('web')).visitors, 0))
  })

  await t.test('a test on demand has its own result', async () => {
    const { outcome, looks } = await ask<ServiceTest>('test', 'web')
    assert.equal(outcome, 'reachable')
    assert.deepEqual(
      looks.map(({ rung, outcome: seen }) => [rung, seen]),
      [['tunnel', 'reachable']],
    )
  })

  await t.test('a restart keeps the process, names, links and browsers; the tunnel returns', async () => {
    const page = new URL(engine.ready)
    const login = await fetch(page, { redirect: 'manual' })
    const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const open = () => fetch(page.origin, { headers: { cookie } })
    assert.equal((await open()).status, 200)
    const { pid } = JSON.parse(readFileSync(join(data, 'engine.json'), 'utf8'))
    await succeed('restart', '--data', data)
    assert.equal(JSON.parse(readFileSync(join(data, 'engine.json'), 'utf8')).pid, pid)
    assert.equal((await open()).status, 200)
    const again = await reachable('web')
    assert.deepEqual([again.publicUrl, again.shareLink], [publicUrl, shareLink])
    assert.equal((await visit(publicUrl)).status, 200)
    assert.deepEqual([(await visit(shareLink)).status, (await visit(shareLink)).location], [303, publicUrl])
  })

  await t.test('what was carried is there after it, and after a crash', async () => {
    await engine.stop('SIGKILL')
    await startEngine(t, data, ...at(relay))
    // The day in hours: what was carried may lie on both sides of a full one.
    const carried = async (name: string) => {
      const hours = (await ask<TrafficView>('traffic', name)).points.flatMap((point) => point.carried ?? [])
      const sum = (of: (hour: Traffic) => number): number => hours.reduce((all, hour) => all + of(hour), 0)
      return {
        bytesIn: sum((hour) => hour.bytesIn),
        bytesOut: sum((hour) => hour.bytesOut),
        visits: sum((hour) => hour.visits),
        visitors: Math.max(...hours.map((hour) => hour.visitors)),
        fine: sum((hour) => hour.requests.fine),
        isTimed: hours.some((hour) => hour.latencyMs !== null),
      }
    }
    const [ofWeb, ofBox, ofGame] = [await carried('web'), await carried('box'), await carried('game')]
    assert.ok(ofWeb.bytesIn >= BYTES && ofWeb.fine >= 2 && ofWeb.isTimed, JSON.stringify(ofWeb))
    assert.deepEqual([ofBox.bytesIn, ofBox.bytesOut, ofBox.visits], [BYTES + 5, BYTES + 5, 2])
    assert.deepEqual([ofGame.bytesIn, ofGame.bytesOut, ofGame.visits, ofGame.visitors], [1000, 1000, 1, 1])
  })

  await t.test('the history says what is known, and does not make up the rest', async () => {
    await reachable('web')
    const { spans, events } = await ask<HistoryView>('history', 'web')
    const states = spans.map(({ state }) => state)
    assert.deepEqual([...new Set(states)].sort(), ['off', 'relayed', 'unknown'])
    assert.deepEqual([states.at(-1), spans.at(-1)?.toMs], ['relayed', null])
    assert.equal((await service('web')).reachableSinceMs, spans.at(-1)?.fromMs)
    const engines = events.flatMap((event) => (event.kind === 'engine' ? [event.what] : []))
    assert.deepEqual(engines, ['started', 'stopped', 'started', 'stopped', 'started'])
  })

  await t.test('the log tells it in sentences, and the bundle without secrets', async () => {
    const log = await succeed('log', '--data', data)
    assert.match(log, /Porchlight \d+\.\d+\.\d+ has started\./)
    assert.match(log, /web can be reached through the relay\./)
    const lines = (await succeed('log', '--service', 'web', '--json', '--data', data)).split('\n').map((line) => JSON.parse(line))
    assert.ok(lines.length > 0 && lines.every((entry) => entry.v === 1 && entry.service === 'web'))
    await succeed('access', 'web', 'link', '--data', data)
    const secret = await succeed('link', 'add', 'web', '--label', 'For Aunt Marie', '--uses', '3', '--data', data)
    const bundle = await succeed('support-bundle', '--data', data)
    assert.match(bundle, /name: web/)
    for (const hidden of [secret, secret.split('#')[1] ?? '-', 'Aunt Marie', shareLink]) assert.ok(!bundle.includes(hidden), hidden)
  })
})
