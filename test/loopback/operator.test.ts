/** An operator who takes down, and grants so much a month: with the programs as people start them. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { folder } from '../folder.ts'
import { at, finish, type Relay, relayCommand, type Status, startEngine, startRelay, statusOf, succeed } from './programs.ts'

const operator = async (relay: Relay, ...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await finish(relayCommand(...args, '--data', relay.data))
  assert.equal(code, 0, stderr)
  return stdout
}

/** A web server at home whose page has so many bytes. */
async function kitchen(t: TestContext, bytes: number): Promise<string> {
  const server = http.createServer((_request, response) => response.end(Buffer.alloc(bytes, 'k')))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Names below localhost are this computer. The rehearsal's certificate is nobody's business. */
function visit(url: string): Promise<{ status: number; bytes: number; body: string }> {
  return new Promise((resolve, reject) => {
    const { hostname, port, pathname } = new URL(url)
    const options = {
      host: '127.0.0.1',
      servername: hostname,
      headers: { host: hostname },
      port,
      path: pathname,
      rejectUnauthorized: false,
    }
    const request = https.get({ ...options, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const body = Buffer.concat(chunks)
        resolve({ status: response.statusCode ?? 0, bytes: body.length, body: body.toString('latin1') })
      })
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}

const becomes = (data: string, is: (status: Status) => void): Promise<Status> =>
  eventually(
    async () => {
      const now = await statusOf(data)
      is(now)
      return now
    },
    { timeoutMs: 60_000, everyMs: 200 },
  )
const problemOf = ({ problems }: Status, code: string) => problems.find((each) => each.code === code)
const reachable = ({ services, problems }: Status): void =>
  assert.deepEqual([services[0]?.state, problems.map(({ code }) => code)], ['reachable', []])

async function house(t: TestContext, pageBytes: number): Promise<{ relay: Relay; data: string; url: string; link: string }> {
  const relay = await startRelay(t, { open: true })
  const data = folder(t)
  await startEngine(t, data, ...at(relay))
  await succeed('add', 'web', '--to', await kitchen(t, pageBytes), '--data', data)
  const status = await becomes(data, reachable)
  return { relay, data, url: status.services[0]?.publicUrl ?? '', link: status.services[0]?.shareLink ?? '' }
}

test('a name and a link are taken down by one command each, its owner reads why, and they come back', async (t) => {
  const { relay, data, url, link } = await house(t, 100)
  assert.equal((await visit(url)).status, 200)
  await operator(relay, 'takedown', url, '--reason', 'a copied shop')
  const down = await becomes(data, (now) => assert.ok(problemOf(now, 'service-taken-down')))
  assert.equal(down.services[0]?.state, 'unreachable')
  assert.match(problemOf(down, 'service-taken-down')?.cause ?? '', /a copied shop/)
  assert.match(problemOf(down, 'service-taken-down')?.remedy ?? '', /^Write to whoever runs the relay/)
  await assert.rejects(visit(url))
  assert.equal((await visit(link)).status, 410)

  // Whatever is published anew, it stays down.
  await succeed('add', 'wiki', '--to', await kitchen(t, 100), '--data', data)
  await eventually(async () => assert.match(await operator(relay, 'device', url.split('.')[1] ?? ''), /wiki/), { everyMs: 300 })
  await assert.rejects(visit(url))
  await operator(relay, 'put-back', url)
  await becomes(data, (now) => assert.deepEqual([now.services[0]?.state, now.problems], ['reachable', []]))
  assert.equal((await visit(url)).status, 200)

  await operator(relay, 'takedown', link)
  const linkDown = await becomes(data, (now) => assert.ok(problemOf(now, 'link-taken-down')))
  assert.equal(linkDown.services[0]?.state, 'reachable')
  assert.match((await visit(link)).body, /This was taken down/)
  assert.equal((await visit(url)).status, 200)
})

test('a month that runs short, and one that is used up', async (t) => {
  const { relay, data, url, link } = await house(t, 850_000)
  const label = url.split('.')[1] ?? ''
  assert.equal((await visit(url)).bytes, 850_000)
  await operator(relay, 'quota', label, '--gb', '0.001')
  const near = await becomes(data, (now) => assert.ok(problemOf(now, 'relay-quota-near')))
  assert.equal(near.services[0]?.state, 'reachable')
  assert.equal(problemOf(near, 'relay-quota-near')?.params.limit, '1000000')
  assert.equal((await visit(url)).bytes, 850_000, 'what is open comes to its end')

  const usedUp = await becomes(data, (now) => assert.ok(problemOf(now, 'relay-quota-reached')))
  await assert.rejects(visit(url), { code: 'ECONNRESET' })
  assert.deepEqual([(await visit(link)).status, (await visit(link)).body.includes('No more room this month')], [503, true])
  assert.equal(usedUp.relay.state, 'connected')
  const red = await becomes(data, (now) => assert.equal(now.services[0]?.state, 'unreachable'))
  assert.equal(red.services[0]?.problem?.code, 'relay-quota-reached')
  assert.match(await operator(relay, 'device', label), /0\.00\d GB in, 0\.001 GB out, of 0\.001 GB|GB out, of 0\.001 GB/)

  await operator(relay, 'quota', label, '--gb', 'unlimited')
  await becomes(data, reachable)
  assert.equal((await visit(url)).bytes, 850_000)
})
