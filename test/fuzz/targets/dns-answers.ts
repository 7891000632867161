/** What a foreign name server answers, and the signatures under it. */
import assert from 'node:assert/strict'
import { browsed, readMdns, writeMdnsQuestion } from '../../../dns/mdns.ts'
import { readMessage, writeQuestion } from '../../../dns/message.ts'
import { nameOf } from '../../../dns/names.ts'
import { readTsigKey, sign, verify } from '../../../dns/tsig.ts'
import { writeUpdate } from '../../../dns/update.ts'
import { queryBytes, ZONE } from '../../../relay/dns/query.fixture.ts'
import { respond } from '../../../relay/dns/respond.ts'
import { around, type Target } from '../target.ts'

const KEY = readTsigKey(`key "fuzz" { algorithm hmac-sha256; secret "${Buffer.alloc(32, 7).toString('base64')}"; };`)
const NOW = 1_800_000_000_000
const OWNER = nameOf('web.amber-otter-42.relay.example')
const UPDATE = writeUpdate(0x1234, nameOf('relay.example'), [
  { owner: OWNER, type: 'A', records: [{ type: 'A', address: '203.0.113.7', ttlS: 10 }] },
  { owner: OWNER, type: 'TXT', records: [{ type: 'TXT', text: 'x'.repeat(300), ttlS: 1 }] },
])
const SIGNED = Buffer.from(sign(UPDATE, KEY, NOW).bytes)
const answerTo = (name: string, type: number): Buffer => Buffer.from(respond(queryBytes({ name, type }), ZONE, 'tcp')?.bytes ?? '')

const answers: Target = {
  says: 'what a foreign name server answers, and signed updates',
  input: around([
    SIGNED,
    Buffer.from(writeQuestion(1, OWNER, 28)),
    answerTo('web.amber-otter-42.relay.example', 1),
    answerTo('relay.example', 2),
    answerTo('nobody.relay.example', 1),
    answerTo('huge.relay.example', 16),
  ]),
  check(bytes) {
    const message = readMessage(bytes)
    const proof = verify(bytes, KEY, undefined, NOW)
    // Nobody without the key changes a signed byte: only the id, which the signature carries itself, and the letter case of names in it.
    if (proof === 'ok')
      assert.deepEqual(bytes.subarray(2, UPDATE.length - 2).toString('hex'), SIGNED.subarray(2, UPDATE.length - 2).toString('hex'))
    if (!message) return proof === 'unsigned' ? 'malformed' : assert.fail(`malformed and yet ${proof}`)
    const records = [...message.answers, ...message.authority, ...message.additional]
    for (const { owner, data, dataAt } of records) {
      assert.ok(owner.length <= 127 && owner.every((label) => label.length > 0 && label.length <= 63))
      assert.ok(dataAt + data.length <= bytes.length)
    }
    return proof === 'unsigned' ? 'message' : proof
  },
}

/** A radio's answer, its names pointing back as avahi writes them. */
const RADIO = Buffer.from(
  '000084000000000100000002055f68747470045f746370056c6f63616c00000c000100000078000805526164696fc00cc028' +
    '0021800100000078000e000000001f9005726164696fc017c04200018001000000780004c0a8011e',
  'hex',
)

const announcements: Target = {
  says: 'what devices in the house announce by multicast DNS',
  input: around([RADIO, Buffer.from(writeMdnsQuestion([browsed('_http._tcp')]))]),
  check(bytes) {
    const found = readMdns(bytes)
    assert.ok(found.length <= 200)
    for (const one of found) {
      if (one.kind === 'instance') assert.match(`${one.type}${one.label}`, /^_[a-z0-9-]{1,15}\._(tcp|udp)[^\p{Cc}]{0,63}$/u)
      if (one.kind === 'place') assert.ok(one.port > 0 && one.port < 65_536)
      if (one.kind === 'address') assert.match(one.address, /^\d{1,3}(\.\d{1,3}){3}$/)
    }
    return found[0]?.kind ?? 'nothing'
  },
}

export const DNS_TARGETS = { 'dns-answers': answers, mdns: announcements }
