/** Who we are, by HTTP digest: the standard's own example, and challenges as routers write them, or as nobody should. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { answerTo, digestCredentials, parseChallenge } from './digest.ts'

/** RFC 7616 §3.9.1. */
const EXAMPLE = {
  user: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  path: '/dir/index.html',
  count: 1,
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
}
const REALM =
  'realm="http-auth@example.org", qop="auth, auth-int", nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'

for (const [algorithm, response] of [
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const)
  test(`the example of RFC 7616 by ${algorithm}`, () => {
    const challenge = parseChallenge(`Digest ${REALM}, algorithm=${algorithm}`)
    assert.ok(challenge)
    const answer = answerTo(challenge, EXAMPLE)
    assert.ok(answer.includes(`response="${response}"`), answer)
    assert.match(answer, /^Digest username="Mufasa", .*nc=00000001/)
  })

describe('challenges', () => {
  const CASES: readonly (readonly [what: string, header: string, isAnswerable: boolean])[] = [
    ['without qop, as of old', 'Digest realm="r", nonce="n"', true],
    ['with its algorithm in quotes', 'Digest realm="r", nonce="n", algorithm="MD5"', true],
    ['the second of two', 'Basic realm="x", Digest realm="r", nonce="n"', true],
    ['that asks for more than we can', 'Digest realm="r", nonce="n", qop="auth-int"', false],
    ['by a hash that we do not know', 'Digest realm="r", nonce="n", algorithm=SHA-512-256', false],
    ['that would have the password itself', 'Basic realm="x"', false],
    ['without a nonce', 'Digest realm="r"', false],
    ['with a line break in it', 'Digest realm="a\r\nX: y", nonce="n"', false],
    ['longer than anybody reads', `Digest realm="r", nonce="${'n'.repeat(5000)}"`, false],
    ['that is empty', '', false],
  ]
  for (const [what, header, isAnswerable] of CASES) test(what, () => assert.equal(parseChallenge(header) !== undefined, isAnswerable))
})

test('what was refused once answers no more', () => {
  const credentials = digestCredentials('user', 'secret')
  credentials.refused()
  assert.ok(!credentials.challenged('Digest realm="r", nonce="n"'))
})

test('one challenge serves many questions, each with a number of its own', () => {
  const credentials = digestCredentials('user', 'secret')
  assert.equal(credentials.authorization('GET', '/'), undefined)
  assert.ok(credentials.challenged('Digest realm="r", nonce="n", qop="auth"'))
  assert.match(credentials.authorization('GET', '/') ?? '', /nc=00000001/)
  assert.match(credentials.authorization('GET', '/') ?? '', /nc=00000002/)
  assert.ok(!credentials.authorization('GET', '/')?.includes('secret'))
  assert.ok(!credentials.challenged('Basic realm="r"'))
  assert.equal(credentials.authorization('GET', '/'), undefined, 'to whom asks otherwise nothing is said')
})
