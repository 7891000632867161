/** What strangers send to a relay, and the word its owner hands on. */
import assert from 'node:assert/strict'
import { crc32 } from 'node:zlib'
import { LogUnreadable, readEntries } from '../../../engine/reach/certificate-log.ts'
import { formatRelayCode, looksLikeRelayCode, parseRelayCode } from '../../../protocol/model/relay-code.ts'
import { parseQuery } from '../../../relay/dns/message.ts'
import { queryBytes, ZONE } from '../../../relay/dns/query.fixture.ts'
import { respond } from '../../../relay/dns/respond.ts'
import { offersProtocol, readClientHello } from '../../../relay/public-side/client-hello.ts'
import { alpnOf, browserHello, helloMessage, inRecords, serverNameOf } from '../../../relay/public-side/hello.fixture.ts'
import { around, type Target } from '../target.ts'

const NAME = 'web.amber-otter-42.relay.example'

const clientHello: Target = {
  says: 'the first bytes of a visitor (TLS)',
  input: around(
    [
      inRecords(helloMessage([serverNameOf(NAME), alpnOf('h2')])),
      inRecords(helloMessage([alpnOf('a', 'b'), serverNameOf('a.example')]), 20),
      browserHello(NAME),
    ],
    (random) => Buffer.concat([Buffer.of(22, 3, 1), random.bytes(random.int(400))]),
  ),
  check(bytes) {
    const hello = readClientHello(bytes)
    if (hello.kind === 'hello') {
      assert.match(hello.serverName ?? 'none', /^[a-z0-9_.-]{1,253}$/)
      const isOffered = offersProtocol(hello, 'h2')
      assert.ok(!isOffered || hello.alpn?.includes('\x02h2'))
      return isOffered ? 'hello that offers' : 'hello'
    }
    if (hello.kind === 'incomplete') assert.ok(hello.atLeastBytes > bytes.length)
    return hello.kind
  },
}

const dns: Target = {
  says: 'questions to the relay’s name server, and its answers to them',
  input: around([
    queryBytes({ name: NAME, type: 1 }),
    queryBytes({ name: 'huge.relay.example', type: 16, edns: 4096 }),
    queryBytes({ name: 'relay.example', type: 6, edns: 1232 }),
    queryBytes({ name: 'nobody.relay.example', type: 255, edns: 0 }),
    queryBytes({ name: '', type: 2 }),
  ]),
  check(bytes) {
    const parsed = parseQuery(bytes)
    for (const way of ['udp', 'slip', 'tcp'] as const) {
      const reply = respond(bytes, ZONE, way)
      assert.equal(reply === undefined, parsed.kind === 'silent')
      if (!reply) continue
      assert.equal(reply.fault, undefined)
      assert.deepEqual(Buffer.from(reply.bytes.subarray(0, 2)), bytes.subarray(0, 2))
      assert.equal((reply.bytes[2] ?? 0) >> 7, 1)
      if (way === 'udp') assert.ok(reply.bytes.length <= 1232)
      // What an attacker would have sent to somebody else in his name is no larger than what he sent.
      if (way === 'slip') assert.ok(reply.bytes.length <= bytes.length)
    }
    return parsed.kind
  },
}

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'
const WORD = formatRelayCode({ host: 'relay.example', port: 443, fingerprint: new Uint8Array(16).fill(7), key: new Uint8Array(16).fill(9) })

/** A word with a right checksum around anything. */
function sealed(body: Buffer): string {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(body))
  let bits = ''
  for (const byte of Buffer.concat([body, sum])) bits += byte.toString(2).padStart(8, '0')
  return `plr1${(bits.match(/.{1,5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')}`
}

const relayCode: Target = {
  says: 'relay codes and join links',
  input: (random) => {
    if (random.chance(0.5)) return around([WORD, `https://relay.example/join/${WORD}`, `porchlight://join/${WORD}`, 'plr1'])(random)
    const host = random.chance(0.5) ? Buffer.from(random.text('abz019.-', random.int(60))) : random.bytes(random.int(60))
    const length = random.chance(0.9) ? host.length : random.int(256)
    return Buffer.from(sealed(Buffer.concat([random.bytes(2), Buffer.of(length), host, random.bytes(32)])))
  },
  check(bytes) {
    const text = bytes.toString()
    const parsed = parseRelayCode(text)
    if (!parsed) return looksLikeRelayCode(text) ? 'wrong-code' : 'no-code'
    assert.ok(text.trim().toLowerCase().endsWith(formatRelayCode(parsed)))
    assert.ok(parsed.port > 0 && /^[a-z0-9.-]{1,253}$/.test(parsed.host))
    return 'code'
  },
}

const LOGGED = [
  {
    issuer_ca_id: 1,
    issuer_name: "C=US, O=Let's Encrypt, CN=E7",
    name_value: `*.${NAME}`,
    id: 25_342_399_799,
    entry_timestamp: '2027-01-15T21:29:08.423',
    not_before: '2027-01-15T20:30:38',
    serial_number: '06e52f',
  },
]

const certificates: Target = {
  says: 'the list of certificates that a search in the public logs gives',
  input: (random) => {
    if (random.chance(0.5)) return around([JSON.stringify(LOGGED), '[]'])(random)
    const [entry] = LOGGED
    const changed = { ...entry, [random.pick(['id', 'issuer_name', 'not_before'])]: random.json(2) }
    return Buffer.from(JSON.stringify(random.chance(0.8) ? [changed] : random.json()))
  },
  check(bytes) {
    try {
      const entries = readEntries(bytes.toString())
      for (const { id, not_before } of entries) assert.ok(Number.isSafeInteger(id) && id > 0 && /^\d{4}-\d\d-\d\d/.test(not_before))
      return entries.length > 0 ? 'certificates' : 'none'
    } catch (error) {
      if (!(error instanceof LogUnreadable)) throw error
      return 'unreadable'
    }
  },
}

export const RELAY_TARGETS = { certificates, 'client-hello': clientHello, dns, 'relay-code': relayCode }
