/** The relay as its operator has it: a process that is started, stopped and killed. */

import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import https from 'node:https'
import net from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { fileURLToPath } from 'node:url'
import { parseRelayCode } from '../protocol/model/relay-code.ts'
import { folder, later } from '../test/folder.ts'
import { freePort } from '../test/ports.ts'
import { fingerprint, newIdentity } from '../wire/identity.ts'
import { TUNNEL_ALPN } from '../wire/messages.ts'
import { type TestDevice, testDevice } from './tunnel/device.fixture.ts'

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url))
const LINK = 'abcdefgh2345'

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

function start(context: TestContext, ...args: string[]): { process: ChildProcess; ended: Promise<Ended>; ready: Promise<string> } {
  const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, LANG: 'C' } })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text
    })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, ...said }))
  // Before its folder goes.
  later(context, async () => {
    child.kill('SIGKILL')
    await ended
  })
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text))
  const failed = ended.then(({ stderr }) => {
    throw new Error(`ended before it was ready: ${stderr}`)
  })
  const ready = Promise.race([line, failed])
  // Not everybody waits for it.
  ready.catch(() => {})
  return { process: child, ended, ready }
}

const runFlags = (data: string, port: number): string[] => {
  const listen = ['--https', `127.0.0.1:${port}`, '--http', '127.0.0.1:0', '--dns', 'off']
  return ['run', '--domain', 'relay.example', '--data', data, '--ipv4', '127.0.0.1', ...listen]
}

/** Ready. */
async function running(context: TestContext, data: string, port: number) {
  const relay = start(context, ...runFlags(data, port))
  assert.equal(await relay.ready, `ready https://relay.example:${port}`)
  return relay
}

async function connect(context: TestContext, port: number, identity = newIdentity()): Promise<TestDevice> {
  const socket = tls.connect({
    host: '127.0.0.1',
    port,
    servername: 'relay.example',
    ALPNProtocols: [TUNNEL_ALPN],
    rejectUnauthorized: false,
  })
  context.after(() => socket.destroy())
  await once(socket, 'secureConnect')
  return testDevice(socket, identity)
}

async function statusOfLink(port: number): Promise<number | undefined> {
  const options = { host: '127.0.0.1', port, servername: 'relay.example', path: `/s/${LINK}`, agent: false, rejectUnauthorized: false }
  const [response] = await once(https.get(options), 'response')
  response.resume()
  return response.statusCode
}

test('kill -9, and again: the same relay, the same devices, names and links', async (context) => {
  const [data, port] = [join(folder(context), 'relay'), await freePort()]
  const first = await running(context, data, port)
  const made = await start(context, 'code', '--data', data).ended
  const code = parseRelayCode(made.stdout)
  assert.ok(code, made.stderr)
  assert.match(made.stderr, new RegExp(`https://relay\\.example:${port}/join/plr1`))
  const identity = newIdentity()
  const device = await connect(context, port, identity)
  const { key } = await device.next()
  assert.deepEqual(fingerprint(String(key)), Buffer.from(code.fingerprint))
  const { label } = await device.introduce({ code: Buffer.from(code.key).toString('base64url') })
  const publication = { services: [{ name: 'web', kind: 'http', links: [LINK], direct: [] }], direct: [] }
  assert.deepEqual((await device.ask({ kind: 'publish', publication })).result, { ports: [] })
  assert.equal(await statusOfLink(port), 303)

  for (let kill = 0, relay = first; kill < 2; kill++) {
    relay.process.kill('SIGKILL')
    await relay.ended
    relay = await running(context, data, port)
    assert.equal(await statusOfLink(port), 503, 'known, and nobody home')
    const back = await connect(context, port, identity)
    assert.equal((await back.next()).key, key)
    assert.equal((await back.introduce()).label, label)
    assert.equal(await statusOfLink(port), 303)
  }
})

test('a second relay on the same data says so, and the first goes on', async (context) => {
  const [data, port] = [folder(context), await freePort()]
  const first = await running(context, data, port)
  const second = await start(context, ...runFlags(data, await freePort())).ended
  assert.deepEqual([second.code, second.stdout], [1, ''])
  assert.match(second.stderr, /^error engine-running: .+\n$/)
  assert.equal(await statusOfLink(port), 404)
  const taken = await start(context, ...runFlags(folder(context), port)).ended
  assert.deepEqual([taken.code, taken.stdout], [1, ''])
  assert.match(taken.stderr, new RegExp(`^error port-taken: .*127\\.0\\.0\\.1:${port}.*\\n$`))

  first.process.kill('SIGTERM')
  assert.equal((await first.ended).code, 0)
  await running(context, data, port)
})

test('stopped while it waits for its certificate, it stops', async (context) => {
  const asked = Promise.withResolvers<void>()
  const sockets: net.Socket[] = []
  const silent = net.createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    asked.resolve()
  })
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  context.after(() => {
    for (const socket of sockets) socket.destroy()
    silent.close()
  })
  const { port } = silent.address() as { port: number }
  const acme = ['--acme-directory', `https://127.0.0.1:${port}/directory`, '--acme-email', 'a@example.org']
  const dns = ['--dns', `127.0.0.1:${await freePort()}`]
  const relay = start(context, ...runFlags(folder(context), 0), ...dns, ...acme)
  await asked.promise
  relay.process.kill('SIGTERM')
  const { code, stdout, stderr } = await relay.ended
  assert.deepEqual([code, stdout], [0, ''], stderr)
})

test('what was mistyped is said in one line, with how it is written', async (context) => {
  const { code, stderr, stdout } = await start(context, 'run', '--domain', 'relay.example').ended
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(stderr, /^error usage: --data needs a folder\nusage:\n/)
})

test('a code needs a relay that has run there', async (context) => {
  const { code, stderr } = await start(context, 'code', '--data', folder(context)).ended
  assert.equal(code, 1)
  assert.match(stderr, /^error relay-never-run: .+\n$/)
})
