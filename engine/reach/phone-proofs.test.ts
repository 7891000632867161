import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Duplex, duplexPair } from 'node:stream'
import { test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import { createPhoneProofs, type PhoneProofs } from './phone-proofs.ts'

/** What comes back for these bytes, and whether they were taken. */
async function opened(proofs: PhoneProofs, pieces: readonly string[], counts = true) {
  const [ours, theirs] = duplexPair()
  const heard: Buffer[] = []
  const ended = once(theirs, 'end')
  theirs.on('data', (chunk: Buffer) => heard.push(chunk))
  const at: (string | null)[] = []
  const taken = proofs.intercept(ours, (given) => {
    at.push(given)
    return counts
  })
  for (const piece of pieces) {
    theirs.write(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
  const isTaken = await taken
  if (isTaken) {
    await ended
    theirs.end()
  }
  return { isTaken, answer: Buffer.concat(heard).toString(), ours: ours as Duplex, at }
}
const request = (path: string, language = 'fr-FR'): string =>
  `GET ${path} HTTP/1.1\r\nHost: 203.0.113.10:443\r\nAccept-Language: ${language}\r\n\r\n`

test('the owner’s phone is told in its own language that it came in, and whether that counts', async () => {
  const proofs = createPhoneProofs()
  const { path } = proofs.issue()
  const good = await opened(proofs, [request(path)])
  assert.equal(good.isTaken, true)
  assert.match(good.answer, /^HTTP\/1\.1 200 OK\r\n/)
  assert.ok(good.answer.includes(LANGUAGES.fr.wizard.phone.proven))
  // Once the Wi-Fi is off it is opened again.
  const home = await opened(proofs, [request(path, 'en')], false)
  assert.ok(home.answer.includes(LANGUAGES.en.wizard.phone.fromHome))
})

test('where the owner has said where this home is, each visit is told what he said', async () => {
  const proofs = createPhoneProofs()
  const [given, silent] = [proofs.issue('203.0.113.10'), proofs.issue()]
  assert.deepEqual((await opened(proofs, [request(given.path)])).at, ['203.0.113.10'])
  assert.deepEqual((await opened(proofs, [request(silent.path)])).at, [null])
})

test('a request in pieces is a request', async () => {
  const proofs = createPhoneProofs()
  const { path } = proofs.issue()
  assert.equal((await opened(proofs, [...request(path)])).isTaken, true)
})

test('everybody else goes on as he came', async () => {
  const proofs = createPhoneProofs()
  const { path } = proofs.issue()
  const other = `/.porchlight/phone/${'x'.repeat(22)}`
  for (const text of [
    request(other),
    request(`${path}x`),
    request('/'),
    '\x16\x03\x01\x02',
    'SSH-2.0-OpenSSH\r\n',
    `POST ${path} HTTP/1.1\r\n\r\n`,
  ]) {
    const { isTaken, ours, answer } = await opened(proofs, [text])
    assert.deepEqual([isTaken, answer], [false, ''], text)
    assert.equal(String(ours.read()), text)
  }
})

test('nobody is held up while no address is out, nor once it is too old', async () => {
  let nowMs = 0
  const proofs = createPhoneProofs(() => nowMs)
  const [ours] = duplexPair()
  assert.equal(
    proofs.intercept(ours, () => true),
    false,
  )
  const { path, untilMs } = proofs.issue()
  nowMs = untilMs
  assert.equal((await opened(proofs, [request(path)])).isTaken, false)
})

test('only the latest addresses are good', async () => {
  const proofs = createPhoneProofs()
  const paths = Array.from({ length: 21 }, () => proofs.issue().path)
  assert.equal((await opened(proofs, [request(paths[0] ?? '')])).isTaken, false)
  assert.equal((await opened(proofs, [request(paths[20] ?? '')])).isTaken, true)
})
