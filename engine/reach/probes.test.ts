import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { type Duplex, duplexPair } from 'node:stream'
import { type TestContext, test } from 'node:test'
import type { TLSSocket } from 'node:tls'
import { type TlsHouse, tlsHouse } from '../../test/tls-pair.ts'
import { newIdentity, sessionBinding } from '../../wire/identity.ts'
import { checkProbeAnswer, formatProbeQuestion, type ProbeQuestion } from '../../wire/probe.ts'
import { createProbes, NO_BINDING, type Probes } from './probes.ts'

const identity = newIdentity()
const never = new AbortController().signal

const question = (id: string): ProbeQuestion => ({ id: Buffer.from(id, 'base64url'), challenge: randomBytes(32) })
const stranger = (): ProbeQuestion => ({ id: randomBytes(16), challenge: randomBytes(32) })

async function house(t: TestContext): Promise<TlsHouse> {
  const opened = await tlsHouse()
  t.after(() => opened.close())
  return opened
}

/** Everything that comes until the end, whichever way that comes. */
async function heard(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', () => {})
  await once(stream, 'close')
  return Buffer.concat(chunks)
}

test('a question that we wanted is answered, by us and for this session only', async (t) => {
  const { pair } = await house(t)
  const probes = createProbes(identity)
  const { client, server } = await pair()
  probes.serve(server)
  const asked = question(probes.expect(never))
  client.write(formatProbeQuestion(asked))
  const gone = once(server, 'close')
  const binding = sessionBinding(client)
  const answer = await heard(client)
  assert.ok(checkProbeAnswer(identity.publicKey, asked, binding, answer))
  assert.ok(!checkProbeAnswer(identity.publicKey, asked, randomBytes(32), answer), 'it cannot be passed on')
  assert.ok(!checkProbeAnswer(newIdentity().publicKey, asked, binding, answer))
  // Nothing of it stays, though nobody reads it any more.
  await gone
})

test('a question in pieces is a question', async (t) => {
  const { pair } = await house(t)
  const probes = createProbes(identity)
  const { client, server } = await pair()
  probes.serve(server)
  const asked = question(probes.expect(never))
  const answer = heard(client)
  for (const byte of formatProbeQuestion(asked)) {
    client.write(Buffer.of(byte))
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal((await answer).length, 64)
})

/** Over TLS, what does a caller get who sends these bytes? */
async function reply(t: TestContext, probes: Probes, bytes: Buffer): Promise<Buffer> {
  const { client, server } = await (await house(t)).pair()
  probes.serve(server)
  client.write(bytes)
  return await heard(client)
}

test('whoever just calls gets nothing', async (t) => {
  const probes = createProbes(identity)
  const aborter = new AbortController()
  const over = question(probes.expect(aborter.signal))
  const wanted = formatProbeQuestion(question(probes.expect(never)))
  aborter.abort()
  const strange: readonly [string, Buffer][] = [
    ['an id that nobody expects', formatProbeQuestion(stranger())],
    ['an id that is over', formatProbeQuestion(over)],
    ['no question', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
    ['almost a question', Buffer.from('PLPROBE2'.padEnd(56))],
    ['a question and more', Buffer.concat([wanted, Buffer.of(0)])],
  ]
  for (const [what, bytes] of strange) assert.equal((await reply(t, probes, bytes)).length, 0, what)
})

test('a caller who says nothing, or half of it, is let go', async (t) => {
  const { pair } = await house(t)
  const probes = createProbes(identity)
  const half = formatProbeQuestion(question(probes.expect(never))).subarray(0, 40)
  for (const said of [Buffer.alloc(0), half]) {
    const { client, server } = await pair()
    t.mock.timers.enable({ apis: ['setTimeout'] })
    probes.serve(server)
    client.end(said)
    while (server.readableLength < said.length) await new Promise((resolve) => setImmediate(resolve))
    const gone = heard(client)
    t.mock.timers.tick(5000)
    assert.equal((await gone).length, 0)
    t.mock.timers.reset()
  }
})

test('expected until it is over, and not at all when it is over already', () => {
  const probes = createProbes(identity)
  const aborter = new AbortController()
  const asked = question(probes.expect(aborter.signal))
  const bytes = formatProbeQuestion(asked)
  const answer = probes.answer(bytes, NO_BINDING)
  assert.ok(answer && checkProbeAnswer(identity.publicKey, asked, NO_BINDING, answer))
  aborter.abort()
  assert.equal(probes.answer(bytes, NO_BINDING), undefined)
  assert.equal(probes.answer(formatProbeQuestion(question(probes.expect(aborter.signal))), NO_BINDING), undefined)
  assert.equal(probes.answer(Buffer.alloc(0), NO_BINDING), undefined)
})

test('before a raw service: a probe is answered, a visitor loses no byte', async () => {
  const probes = createProbes(identity)
  const asked = question(probes.expect(never))
  const [near, far] = duplexPair()
  far.write(formatProbeQuestion(asked))
  const told = once(far, 'data')
  assert.equal(await probes.intercept(near), true)
  const [answer] = await told
  assert.ok(checkProbeAnswer(identity.publicKey, asked, NO_BINDING, answer as Buffer))

  for (const first of ['SSH-2.0-client\r\n', 'P', formatProbeQuestion(stranger()).toString('latin1')]) {
    const [door, visitor] = duplexPair()
    visitor.write(Buffer.from(first, 'latin1'))
    visitor.end()
    assert.equal(await probes.intercept(door), false)
    let seen = ''
    for await (const chunk of door.setEncoding('latin1')) seen += chunk
    assert.equal(seen, first)
  }
})

test('an answer is not taken away again by hanging up before it is read', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const [ours, theirs] = duplexPair()
  const probes = createProbes(identity)
  const asked = question(probes.expect(never))
  const intercepted = probes.intercept(ours)
  theirs.write(formatProbeQuestion(asked))
  assert.equal(await intercepted, true)
  await once(theirs, 'readable')
  assert.equal(ours.destroyed, false)
  // One who stays for ever does not hold it for ever.
  t.mock.timers.tick(5000)
  assert.equal(ours.destroyed, true)
})

test('before a raw service: a visitor who waits for the server to speak is not kept waiting', async (t) => {
  const probes = createProbes(identity)
  const [idle] = duplexPair()
  assert.equal(await probes.intercept(idle), false, 'nothing is expected')
  probes.expect(never)
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const [silent] = duplexPair()
  const taken = probes.intercept(silent)
  t.mock.timers.tick(500)
  assert.equal(await taken, false)
})

test('a connection that breaks before its question', async (t) => {
  const { client, server } = await (await house(t)).pair()
  createProbes(identity).serve(server)
  const gone = once(server as TLSSocket, 'close')
  client.destroy()
  await gone
})

test('before a raw service: over TCP, whatever a visitor says before he closes arrives, and his closing too', async (t) => {
  const probes = createProbes(identity)
  probes.expect(never)
  const heardAtDoor: Promise<string>[] = []
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    heardAtDoor.push(
      probes.intercept(socket).then(async (taken) => {
        assert.equal(taken, false)
        let seen = ''
        for await (const chunk of socket.setEncoding('latin1')) seen += chunk
        socket.end()
        return seen
      }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const firsts = ['', 'P', 'PLPROBE1 and then silence', 'GET / HTTP/1.1\r\n\r\n', formatProbeQuestion(stranger()).toString('latin1')]
  const visits = firsts.map((first) => {
    const visitor = net.connect({ port, host: '127.0.0.1' }).resume()
    visitor.end(Buffer.from(first, 'latin1'))
    return once(visitor, 'close')
  })
  await Promise.all(visits)
  assert.deepEqual((await Promise.all(heardAtDoor)).sort(), firsts.sort())
})
