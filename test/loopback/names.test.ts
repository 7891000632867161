/** What a device is called: changed while visitors are there, refused, given up and taken back. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type https from 'node:https'
import { test } from 'node:test'
import { WebSocket } from 'ws'
import { eventually } from '../../lab/eventually.ts'
import { folder } from '../folder.ts'
import { assertError, at, DOMAIN, porchlight, type Status, startEngine, startRelay, statusOf, succeed } from './programs.ts'
import { kitchen, PAGE, visit, visitor } from './visitor.ts'

const web = ({ services }: Status) => services.find(({ name }) => name === 'web')

const becomes = (data: string, is: (status: Status) => boolean): Promise<Status> =>
  eventually(
    async () => {
      const status = await statusOf(data)
      assert.ok(is(status), JSON.stringify(status))
      return status
    },
    { timeoutMs: 60_000 },
  )
const isReachable = (status: Status): boolean => web(status)?.state === 'reachable'

test('a home changes its name while a visitor is there', async (t) => {
  const data = folder(t)
  const relay = await startRelay(t, { open: true })
  let engine = await startEngine(t, data, ...at(relay))
  await succeed('add', 'web', '--to', await kitchen(t), '--data', data)
  const before = web(await becomes(data, isReachable))
  assert.ok(before?.publicUrl && before.shareLink)
  const socket = new WebSocket(before.publicUrl, visitor as https.RequestOptions)
  await once(socket, 'open')
  const old = new URL(before.publicUrl).hostname.replace(/^web\./, '')

  assert.equal(await succeed('name', 'check', 'Our House', '--data', data), 'our-house is free.')
  const told = await succeed('name', 'set', 'our-house', '--data', data)
  assert.match(told, new RegExp(`${old} goes on leading to you until`))
  const { domain, names, services } = await becomes(data, (status) => status.domain === `our-house.${DOMAIN}` && isReachable(status))
  const after = services[0]
  assert.ok(after?.publicUrl)

  await t.test('the visitor who is there stays', async () => {
    socket.send('still there?')
    const [answer] = await once(socket, 'message')
    assert.equal(String(answer), 'STILL THERE?')
    socket.close()
  })
  await t.test('both addresses lead home, each with a certificate of its own', async () => {
    for (const [url, device] of [
      [before.publicUrl, old],
      [after.publicUrl, domain],
    ]) {
      const { status, body, names } = await visit(url ?? '')
      assert.deepEqual([status, body.slice(0, PAGE.length), names], [200, PAGE, `DNS:*.${device}`])
    }
  })
  await t.test('who opens a page at the old address is sent to the new one, and comes in there', async () => {
    const opening = { 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' }
    const { status, location } = await visit(`${before.publicUrl}recipes?for=2`, opening)
    assert.deepEqual([status, location], [307, `${after.publicUrl}recipes?for=2`])
    assert.equal((await visit(location ?? '', opening)).status, 200)
  })
  await t.test('the share link given away before leads to the new address', async () => {
    await eventually(async () => assert.equal((await visit(before.shareLink ?? '')).location, after.publicUrl))
    assert.equal(after.shareLink, before.shareLink)
  })
  await t.test('until when the old one answers is told', () => {
    assert.deepEqual([names.label, names.next], ['our-house', null])
    const [former] = names.former
    assert.ok(former?.domain === old && Math.abs(former.untilMs - Date.now() - 30 * 86_400_000) < 60_000)
  })
  await t.test('an engine that is killed and started again answers to both', async () => {
    await engine.stop('SIGKILL')
    engine = await startEngine(t, data, ...at(relay))
    await becomes(data, (status) => status.domain === domain && isReachable(status))
    await eventually(async () => assert.equal((await visit(before.publicUrl ?? '')).status, 200))
    assert.equal((await visit(after.publicUrl ?? '')).status, 200)
  })
  await t.test('back again is possible at once', async () => {
    await succeed('name', 'set', old.split('.')[0] ?? '', '--data', data)
    const back = await becomes(data, (status) => status.domain === old && isReachable(status))
    assert.deepEqual(
      back.names.former.map(({ domain }) => domain),
      [domain],
    )
  })
  await t.test('names that may not be had are refused with their reason', async () => {
    for (const [label, code] of [
      ['www', 'label-reserved'],
      ['pay-pal-login', 'label-imitates'],
      ['xn--house', 'label-malformed'],
    ])
      for (const action of ['check', 'set'])
        assertError(await porchlight('name', action, label ?? '', '--data', data), code ?? '', /Choose another/)
  })
})

test('a name that is given up rests, and only who had it gets it back, with its links', async (t) => {
  const [mine, stranger] = [folder(t), folder(t)]
  const relay = await startRelay(t)
  const join = async (data: string): Promise<unknown> => succeed('join', await relay.code(), '--data', data)
  for (const data of [mine, stranger]) {
    await startEngine(t, data, '--relay-ca', relay.ca)
    await join(data)
  }
  await succeed('name', 'set', 'our-house', '--data', mine)
  await succeed('add', 'web', '--to', await kitchen(t), '--data', mine)
  const { shareLink, publicUrl } =
    web(await becomes(mine, (status) => status.domain === `our-house.${DOMAIN}` && isReachable(status))) ?? {}
  assertError(await porchlight('name', 'set', 'our-house', '--data', stranger), 'label-taken', /another name/)

  await succeed('leave', relay.ready, '--data', mine)
  assert.equal((await visit(shareLink ?? '')).status, 404)
  assertError(await porchlight('name', 'set', 'our-house', '--data', stranger), 'label-resting', /another name/)

  await succeed('join', relay.ready, '--data', mine)
  const back = await becomes(mine, isReachable)
  assert.deepEqual([back.domain, web(back)?.publicUrl], [`our-house.${DOMAIN}`, publicUrl])
  assert.deepEqual([(await visit(publicUrl ?? '')).status, (await visit(shareLink ?? '')).location], [200, publicUrl])
})
