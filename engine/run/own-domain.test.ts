/** A domain whose signatures are wrong is told from one that is not there, by what a resolver says with and without checking. */
import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { CHECKING_DISABLED } from '../../dns/message.ts'
import { isDistrusted } from './own-domain.ts'

const [NOERROR, SERVFAIL, NXDOMAIN] = [0, 2, 3]
const { signal } = new AbortController()

/** Answers with these codes, to whom wants the signatures checked and to whom does not. */
async function resolver(t: TestContext, checked: number, unchecked: number): Promise<string> {
  const socket = createSocket('udp4')
  socket.on('message', (question, from) => {
    const rcode = question.readUInt16BE(2) & CHECKING_DISABLED ? unchecked : checked
    const answer = Buffer.from(question.subarray(0, question.length - 11))
    answer.writeUInt16BE(0x8180 | rcode, 2)
    answer.writeUInt16BE(0, 10)
    socket.send(answer, from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  t.after(() => socket.close())
  return `127.0.0.1:${socket.address().port}`
}

test('wrong signatures are what fails only while somebody checks', async (t) => {
  for (const [checked, unchecked, expected] of [
    [SERVFAIL, NOERROR, true],
    [SERVFAIL, NXDOMAIN, true],
    [SERVFAIL, SERVFAIL, false],
    [NOERROR, NOERROR, false],
    [NXDOMAIN, NXDOMAIN, false],
  ] as const) {
    const resolvers = [await resolver(t, checked, unchecked)]
    assert.equal(await isDistrusted('example.org', { resolvers }, signal), expected, `${checked} ${unchecked}`)
  }
})
