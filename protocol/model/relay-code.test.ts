import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { fuzz, random } from '../../test/fuzz/random.ts'
import { formatRelayCode, looksLikeRelayCode, parseRelayCode, type RelayCode } from './relay-code.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const code = (host: string, port = 443, seed = 1): RelayCode => {
  const source = random(seed)
  return { host, port, fingerprint: Uint8Array.from(source.bytes(16)), key: Uint8Array.from(source.bytes(16)) }
}
const KNOWN = code('relay.example.org')
const WORD = formatRelayCode(KNOWN)

/** Computed by another program: Python's base64.b32encode and zlib.crc32. */
test('the word for one code, for ever', () => {
  const plain: RelayCode = { host: 'a.example', port: 8443, fingerprint: new Uint8Array(16), key: new Uint8Array(16).fill(255) }
  const word = formatRelayCode(plain)
  assert.match(word, /^plr1[a-z2-7]+$/)
  assert.equal(word, 'plr1ed5qsyjomv4gc3lqnrsqaaaaaaaaaaaaaaaaaaaaaaaab777777777777777777777777726cj35k')
})

describe('round trip', () => {
  // Every length of host: the last letter carries a different number of bits each time.
  test('every length of host name', () => {
    for (let length = 1; length <= 253; length++) {
      const original = code('a'.repeat(length), 1 + length, length)
      assert.deepEqual(parseRelayCode(formatRelayCode(original)), original)
    }
  })
  test('ports', () => {
    for (const port of [1, 255, 256, 443, 65535]) assert.equal(parseRelayCode(formatRelayCode(code('r.example', port)))?.port, port)
    for (const port of [0, -1, 65536, 1.5, Number.NaN]) assert.throws(() => formatRelayCode(code('r.example', port)), RangeError)
  })
  test('what is no host, fingerprint or key is not written', () => {
    for (const host of ['', 'UPPER.example', 'a b', 'a/b', 'é', 'a'.repeat(254), 'a\n', '::1'])
      assert.throws(() => formatRelayCode(code(host)), RangeError, JSON.stringify(host))
    for (const length of [0, 15, 17, 32]) {
      assert.throws(() => formatRelayCode({ ...KNOWN, key: new Uint8Array(length) }), RangeError)
      assert.throws(() => formatRelayCode({ ...KNOWN, fingerprint: new Uint8Array(length) }), RangeError)
    }
  })
})

describe('how a code travels', () => {
  const forms = [
    WORD,
    WORD.toUpperCase(),
    ` ${WORD}\n`,
    `https://relay.example.org/join/${WORD}`,
    `https://relay.example.org:8443/join/${WORD}`,
    `HTTPS://Relay.Example.Org/join/${WORD.toUpperCase()}`,
    `porchlight://join/${WORD}`,
    `Porchlight://join/${WORD}`,
  ]
  for (const form of forms) test(form.replace(WORD, 'WORD').trim(), () => assert.deepEqual(parseRelayCode(form), KNOWN))

  test('a join link with the longest host there is', () => {
    const longest = code('h'.repeat(253), 65535)
    assert.deepEqual(parseRelayCode(`https://${longest.host}:65535/join/${formatRelayCode(longest)}`), longest)
  })
  const refused = [
    ...[
      '',
      'plr1',
      'plr2',
      'plr',
      `x${WORD}`,
      `${WORD} ${WORD}`,
      WORD.slice(4),
      `plr2${WORD.slice(4)}`,
      `http://relay.example.org/join/${WORD}`,
    ],
    ...[`https://relay.example.org/${WORD}`, `https://relay.example.org/x/join/${WORD}`, `https:///join/${WORD}`, `porchlight://${WORD}`],
    ...[`https://relay.example.org/join/${WORD}/x`, `https://relay.example.org/join/${WORD}?x`, `porchlight://join/https://r/join/${WORD}`],
    ...[`${WORD}=`, `${WORD}\0`, WORD.replace('plr1', 'plr１'), 'plr1'.repeat(300), `plr1${'a'.repeat(800)}`, `plr1${'a'.repeat(60)}`],
  ]
  for (const text of refused)
    test(`refuses ${JSON.stringify(text.replace(WORD, 'WORD').slice(0, 50))}`, () => assert.equal(parseRelayCode(text), undefined))

  test('what was meant as a code is told from other addresses', () => {
    for (const text of [...forms, 'plr1mistyped', 'plr2future', 'https://r/join/plr9', ' PLR1'])
      assert.equal(looksLikeRelayCode(text), true, text)
    for (const text of ['', 'relay.example.org', 'https://relay.example.org', 'plrx', 'example.org/plr1', 'https://r/join/', 'aplr1'])
      assert.equal(looksLikeRelayCode(text), false, text)
  })
})

describe('mistakes', () => {
  const neighbours = (letter: string): string[] => [...ALPHABET, '0', '1', '8', '9', '-', ' ', 'é', ''].filter((other) => other !== letter)

  test('one wrong letter anywhere is noticed, whichever it is; so is a missing one', () => {
    // Three hosts whose last letters carry 0, 2 and 4 spare bits.
    for (const host of ['r', 'relay.example', 'relay.example.org']) {
      const word = formatRelayCode(code(host))
      for (let at = 0; at < word.length; at++)
        for (const wrong of neighbours(word.charAt(at)))
          assert.equal(parseRelayCode(word.slice(0, at) + wrong + word.slice(at + 1)), undefined, `"${wrong}" at ${at}`)
    }
  })
  test('one letter too many anywhere is noticed', () => {
    for (let length = 1; length <= 8; length++) {
      const word = formatRelayCode(code('a'.repeat(length)))
      for (let at = 0; at <= word.length; at++)
        for (const extra of ALPHABET)
          assert.equal(parseRelayCode(word.slice(0, at) + extra + word.slice(at)), undefined, `"${extra}" at ${at}`)
    }
  })
  test('two letters that changed places are noticed', () => {
    for (let at = 0; at + 1 < WORD.length; at++) {
      const swapped = WORD.slice(0, at) + WORD.charAt(at + 1) + WORD.charAt(at) + WORD.slice(at + 2)
      if (swapped !== WORD) assert.equal(parseRelayCode(swapped), undefined, `at ${at}`)
    }
  })
})

test('hostile words: never a throw, and what is taken has one spelling only', () => {
  fuzz(5, (source) => {
    const text = source.chance(0.5) ? `plr1${source.text(ALPHABET, source.int(120))}` : source.mutated(Buffer.from(WORD)).toString('latin1')
    const parsed = parseRelayCode(text)
    if (parsed) assert.equal(formatRelayCode(parsed), text.trim().toLowerCase())
  })
})

test('a word with a right checksum but a hostile inside is refused', () => {
  // The writer's own checks are passed by by replacing bytes and computing the checksum again.
  const hostile = ['A.example', 'a b', 'a/b', 'a\n', 'a\0b', 'é', '\u202e']
  for (const host of hostile) assert.equal(parseRelayCode(rawWord(Buffer.from(host, 'utf8'), 443)), undefined, JSON.stringify(host))
  assert.equal(parseRelayCode(rawWord(Buffer.from('a.example'), 0)), undefined)
  assert.equal(parseRelayCode(rawWord(Buffer.alloc(0), 443)), undefined)
  assert.equal(parseRelayCode(rawWord(Buffer.from('a.example'), 443))?.host, 'a.example')
  assert.equal(parseRelayCode(rawWord(Buffer.from('a.example'), 443, 3)), undefined, 'a length that says less than is there')
})

function rawWord(host: Buffer, port: number, claimedLength = host.length): string {
  const body = Buffer.concat([Buffer.of(port >> 8, port & 255, claimedLength), host, Buffer.alloc(32, 7)])
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  let bits = ''
  for (const byte of Buffer.concat([body, sum])) bits += byte.toString(2).padStart(8, '0')
  return `plr1${bits
    .match(/.{1,5}/g)
    ?.map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('')}`
}
