import assert from 'node:assert/strict'
import { once } from 'node:events'
import type https from 'node:https'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { eventually } from '../../lab/eventually.ts'
import { type LinkView, Snapshot } from '../../protocol/snapshot.ts'
import { folder } from '../folder.ts'
import { argv, at, porchlight, type Status, start, startEngine, startRelay, statusOf, succeed } from './programs.ts'
import { kitchen, PAGE, visit, visitor } from './visitor.ts'

const web = ({ services }: Status) => services.find(({ name }) => name === 'web')

/** Resolves with the status in which the service is in this state. */
const becomes = (data: string, state: string): Promise<Status> =>
  eventually(
    async () => {
      const status = await statusOf(data)
      assert.equal(web(status)?.state, state)
      return status
    },
    { timeoutMs: 60_000 },
  )

test('one link from home to a visitor, and everything that is told about it', async (t) => {
  const data = folder(t)
  const relay = await startRelay(t, { open: true })
  const engine = await startEngine(t, data, ...at(relay))
  const target = await kitchen(t)
  await succeed('add', 'web', '--to', target, '--data', data)

  await becomes(data, 'reachable')
  const status: Status = JSON.parse(await succeed('status', '--json', '--data', data))
  const service = web(status)
  assert.ok(service?.publicUrl && service.shareLink)
  await t.test('the status is what the documentation says', () => {
    Snapshot.parse(status)
    assert.equal(status.rehearsal, true)
    assert.equal(status.internet.state, 'unknown')
    assert.equal(service.provenAtMs, null)
    assert.equal(status.relay.state, 'connected')
    assert.equal(status.relay.observedIPv4, '127.0.0.1')
    assert.equal(service.target, target)
    assert.deepEqual(service.best, { ipv4: 'tunnel', ipv6: null })
    assert.equal(service.publicAddress?.host, `web.${status.domain}`)
    assert.equal(service.paths[0]?.verdict?.outcome, 'reachable')
    for (const problem of status.problems) for (const words of ['cause', 'consequence', 'remedy'] as const) assert.ok(problem[words])
  })
  await t.test('a rehearsal leaves the router alone', () => {
    assert.deepEqual(status.gateway.protocols, [])
    assert.ok(service.paths.every(({ rung }) => rung === 'tunnel'))
    assert.ok(!engine.stderr().includes('gateway'))
  })
  await t.test('a visitor gets the page, by its address and by the share link', async () => {
    const { status: code, body } = await visit(service.publicUrl as string)
    assert.equal(code, 200)
    assert.ok(body.startsWith(PAGE))
    const link = await succeed('link', 'web', '--data', data)
    assert.equal(link, service.shareLink)
    const shared = await visit(link)
    assert.deepEqual([shared.status, shared.location], [303, service.publicUrl])
  })
  await t.test('another link is made, listed, opened with its grant, and revoked', async () => {
    const first = await succeed('link', 'add', 'web', '--label', 'for Aunt Marie', '--expires', '7d', '--data', data)
    // The command says so where the relay does not know it yet.
    await eventually(async () => assert.equal((await visit(first)).status, 303))
    assert.equal((await visit(first)).location, service.publicUrl)
    await succeed('access', 'web', 'link', '--data', data)
    const single = await succeed('link', 'add', 'web', '--uses', '1', '--data', data)
    assert.match(single, /#[\w-]{22}$/)
    await eventually(async () => assert.equal((await visit(single)).location, `${service.publicUrl}.porchlight/open`))
    assert.equal((await visit(service.publicUrl as string)).status, 403)
    // The relay leads there before its answer has come home.
    const links = await eventually(async () => {
      const listed: LinkView[] = JSON.parse(await succeed('link', 'ls', 'web', '--json', '--data', data)).links
      assert.ok(listed.every(({ registered }) => registered))
      return listed
    })
    assert.deepEqual(
      links.map((link) => [link.label, link.url, link.maxUses, link.uses, link.registered]),
      [
        ['', links[0]?.url, null, 0, true],
        ['for Aunt Marie', links[1]?.url, null, 0, true],
        ['', single, 1, 0, true],
      ],
    )
    const told = await succeed('link', 'ls', 'web', '--data', data)
    assert.match(told, /for Aunt Marie\n {4}https:.*\n {4}until .*\n {4}curl .*\n.*\n.*\n {4}opened 0 of 1 times$/)
    await succeed('link', 'revoke', 'web', links[1]?.id ?? '', '--data', data)
    await eventually(async () => assert.equal((await visit(first)).status, 404))
    await succeed('access', 'web', 'public', '--data', data)
    await eventually(async () => assert.equal((await visit(single)).location, service.publicUrl))
  })
  await t.test('a visitor gets the page by the name that always leads through the relay', async () => {
    const url = new URL(service.publicUrl as string)
    url.hostname = `web--relay.${status.domain}`
    const { status: code, body } = await visit(String(url))
    assert.deepEqual([code, body.slice(0, PAGE.length)], [200, PAGE])
  })
  await t.test('a WebSocket goes both ways', async () => {
    const socket = new WebSocket(service.publicUrl as string, visitor as https.RequestOptions)
    await once(socket, 'open')
    socket.send('is anybody home?')
    const [answer] = await once(socket, 'message')
    assert.equal(String(answer), 'IS ANYBODY HOME?')
    socket.close()
    await once(socket, 'close')
  })
  await t.test('in words', async () => {
    const text = await succeed('status', '--data', data)
    for (const part of ['web', target, service.publicUrl as string, service.shareLink as string]) assert.ok(text.includes(part), text)
  })
  await t.test('the chain, link by link', async () => {
    const { v, chain } = JSON.parse(await succeed('diagnose', '--json', '--data', data))
    assert.equal(v, 1)
    const verdicts = Object.fromEntries(chain.map(({ link, verdict }: { link: string; verdict: string }) => [link, verdict]))
    assert.deepEqual(verdicts, {
      service: 'ok',
      computer: 'ok',
      firewall: 'unknown',
      lan: 'unknown',
      router: 'unknown',
      'second-router': 'unknown',
      provider: 'unknown',
      internet: 'unknown',
      relay: 'ok',
      outside: 'unknown',
      name: 'ok',
      certificate: 'ok',
      visitor: 'ok',
    })
    const told = await succeed('diagnose', '--data', data)
    assert.match(told, /^✓ Your services answer {2}\(seen now\)$/m)
    assert.match(told, /^✓ as it should be( {3}.+)?$/m)
  })
  await t.test('paused: nobody comes in; resumed: at the same address', async () => {
    await succeed('pause', 'web', '--data', data)
    assert.equal(web(await statusOf(data))?.state, 'paused')
    await assert.rejects(visit(service.publicUrl as string))
    await succeed('resume', 'web', '--data', data)
    const again = web(await becomes(data, 'reachable'))
    assert.deepEqual([again?.publicUrl, again?.shareLink], [service.publicUrl, service.shareLink])
    assert.equal((await visit(service.publicUrl as string)).status, 200)
  })
  await t.test('removed: gone', async () => {
    await succeed('remove', 'web', '--data', data)
    assert.deepEqual((await statusOf(data)).services, [])
    await assert.rejects(visit(service.publicUrl as string))
    await eventually(async () => assert.equal((await visit(service.shareLink as string)).status, 404))
  })
  await t.test('stop ends the engine, and says so when it has', async () => {
    await succeed('stop', '--data', data)
    assert.equal((await engine.ended).code, 0)
    assert.equal((await porchlight('status', '--data', data)).code, 1)
  })
})

test('status --watch prints again at every change, until its reader goes', async (t) => {
  const data = folder(t)
  await startEngine(t, data, '--relay', 'https://porchlight.localhost:1')
  const watch = await start(t, argv('porchlight', ['status', '--watch', '--json', '--data', data]), /^(\{.*)\n/)
  const seen = (): Status[] =>
    watch
      .stdout()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Status)
  await eventually(() => assert.equal(seen().at(-1)?.services.length, 0))
  await succeed('add', 'web', '--to', 'http://127.0.0.1:1', '--data', data)
  await eventually(() => assert.equal(seen().at(-1)?.services.length, 1))
  await eventually(() => assert.equal(web(seen().at(-1) as Status)?.problem?.code, 'service-refused'))
  watch.process.stdout?.destroy()
  await succeed('remove', 'web', '--data', data)
  assert.equal((await watch.ended).code, 0)
})
