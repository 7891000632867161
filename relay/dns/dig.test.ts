/** What dig says of us (Debian: bind9-dnsutils): a client that we did not write. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { ZONE } from './query.fixture.ts'
import { startDns } from './server.ts'

const run = promisify(execFile)
const abort = new AbortController()
const server = await startDns({ addresses: ['127.0.0.1', '::1'], port: 0, zone: ZONE, signal: abort.signal })
after(() => {
  abort.abort()
  return server.closed
})

/** dig's whole output, with runs of blanks made one. */
async function dig(...args: string[]): Promise<string> {
  const at = args.some((arg) => arg.startsWith('@')) ? [] : ['@127.0.0.1']
  const { stdout } = await run('dig', [
    ...at,
    '-p',
    String(server.port),
    '+norec',
    '+nostats',
    '+nocmd',
    '+timeout=30',
    '+tries=1',
    ...args,
  ])
  assert.doesNotMatch(stdout, /Warning|malformed|extra bytes|mismatch|BAD/i)
  return stdout.replace(/[ \t]+/g, ' ')
}

test('SOA and NS at the top', async () => {
  const soa = await dig('relay.example', 'SOA')
  assert.match(soa, /status: NOERROR/)
  assert.match(soa, /flags: qr aa;/)
  assert.match(soa, /^relay\.example\. 30 IN SOA ns1\.relay\.example\. hostmaster\.relay\.example\. 7 1200 180 1209600 30$/m)
  const ns = await dig('relay.example', 'NS')
  assert.match(ns, /ADDITIONAL SECTION:\nns1\.relay\.example\. 3600 IN A 203\.0\.113\.1$/m)
  for (const host of ['ns1', 'ns2']) assert.match(ns, new RegExp(`^relay\\.example\\. 3600 IN NS ${host}\\.relay\\.example\\.$`, 'm'))
})

test('A, AAAA, TXT, CAA and HTTPS', async () => {
  const a = await dig('web.amber-otter-42.relay.example', 'A')
  assert.match(
    a,
    /^web\.amber-otter-42\.relay\.example\. 10 IN A 198\.51\.100\.7\nweb\.amber-otter-42\.relay\.example\. 10 IN A 203\.0\.113\.1$/m,
  )
  assert.match(await dig('relay.example', 'AAAA'), /^relay\.example\. 10 IN AAAA 2001:db8::1$/m)
  assert.match(await dig('_acme-challenge.amber-otter-42.relay.example', 'TXT'), /IN TXT "token-one"$/m)
  assert.match(await dig('amber-otter-42.relay.example', 'CAA'), /IN CAA 128 issue "ca\.example; validationmethods=dns-01"$/m)
  assert.match(await dig('web.amber-otter-42.relay.example', 'HTTPS'), /^web\.amber-otter-42\.relay\.example\. 10 IN HTTPS 1 \.$/m)
  const long = (await dig('+short', 'long.relay.example', 'TXT')).trim()
  // 400 bytes of UTF-8 in two strings; the cut falls inside a letter, which only the joined bytes show whole.
  assert.equal(long.split('" "').length, 2)
  const joined = long.replaceAll('"', '').replaceAll(' ', '')
  assert.equal(joined, '\\195\\169'.repeat(200))
})

test('no such data and no such name are told apart', async () => {
  const soa = /AUTHORITY SECTION:\nrelay\.example\. 30 IN SOA /
  for (const name of ['between.relay.example', 'amber-otter-42.relay.example', 'ns1.relay.example']) {
    const answer = await dig(name, name.startsWith('ns1') ? 'AAAA' : 'A')
    assert.match(answer, /status: NOERROR.*\n.*flags: qr aa; QUERY: 1, ANSWER: 0, AUTHORITY: 1/)
    assert.match(answer, soa)
  }
  const nobody = await dig('nobody.relay.example', 'A')
  assert.match(nobody, /status: NXDOMAIN.*\n.*flags: qr aa; QUERY: 1, ANSWER: 0, AUTHORITY: 1/)
  assert.match(nobody, soa)
})

test('the asker’s letter case comes back', async () => {
  const answer = await dig('wEb.aMbEr-OtTeR-42.ReLaY.eXaMpLe', 'A')
  assert.match(answer, /^;wEb\.aMbEr-OtTeR-42\.ReLaY\.eXaMpLe\. IN A$/m)
  assert.match(answer, /^wEb\.aMbEr-OtTeR-42\.ReLaY\.eXaMpLe\. 10 IN A 198\.51\.100\.7$/m)
})

test('what is not ours is refused, what is not a query is not implemented', async () => {
  assert.match(await dig('example.org', 'A'), /status: REFUSED.*\n.*flags: qr;/)
  assert.match(await dig('version.bind', 'CH', 'TXT'), /status: REFUSED/)
  assert.match(await dig('+noedns', '+opcode=notify', 'relay.example', 'SOA'), /status: NOTIMP/)
  assert.match(await dig('+tcp', 'relay.example', 'ANY'), /IN HINFO "RFC8482" ""$/m)
  assert.match(await dig('relay.example', 'AXFR'), /Transfer failed/)
})

test('too large for UDP: truncated, then whole over TCP', async () => {
  const cut = await dig('+ignore', '+bufsize=1232', 'huge.relay.example', 'TXT')
  assert.match(cut, /flags: qr aa tc; QUERY: 1, ANSWER: 0/)
  const whole = await dig('huge.relay.example', 'TXT')
  assert.match(whole, /flags: qr aa; QUERY: 1, ANSWER: 10/)
  assert.match(
    await dig('+noedns', '+ignore', 'long.relay.example', 'TXT'),
    /flags: qr aa; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 0/,
  )
})

test('EDNS: 1232 bytes, other versions named, cookies and padding left alone', async () => {
  assert.match(await dig('relay.example', 'A'), /EDNS: version: 0, flags:; udp: 1232/)
  assert.match(await dig('+dnssec', 'relay.example', 'A'), /EDNS: version: 0, flags: do; udp: 1232/)
  assert.match(await dig('+nsid', '+padding=128', '+cookie', 'relay.example', 'A'), /status: NOERROR/)
  const { stdout } = await run('dig', ['@127.0.0.1', '-p', String(server.port), '+edns=1', '+noednsnegotiation', 'relay.example', 'SOA'])
  assert.match(stdout, /status: BADVERS/)
})

test('IPv6, over UDP and TCP', async () => {
  for (const way of ['+notcp', '+tcp']) assert.match(await dig('@::1', way, 'relay.example', 'AAAA'), /IN AAAA 2001:db8::1$/m)
})
