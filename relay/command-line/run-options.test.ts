import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseArgs } from 'node:util'
import { UsageError } from './command.ts'
import { readCommandLine } from './commands.ts'
import { RUN_FLAGS, type RunOptions, readRunOptions } from './run-options.ts'

const LEAST = ['--domain', 'relay.example', '--data', '/srv/relay', '--ipv4', '203.0.113.1']
const FLAGS = { ...RUN_FLAGS, data: { type: 'string' } } as const
const read = (...args: string[]): RunOptions => readRunOptions(parseArgs({ args, options: FLAGS }).values)
const run = (...flags: string[]): RunOptions => read(...LEAST, ...flags)
const fails = (message: RegExp) => (error: unknown) => error instanceof UsageError && message.test(error.message)

test('the least a relay needs, and what it takes for the rest', () => {
  assert.deepEqual(run(), {
    domain: 'relay.example',
    addresses: { ipv4: '203.0.113.1' },
    https: { host: '::', port: 443 },
    http: { host: '::', port: 80 },
    dns: { host: '::', port: 53 },
    dnsUpdate: undefined,
    certificate: { kind: 'self-made' },
    stunIPv4: undefined,
    probeCaFile: undefined,
    witnesses: {},
    open: false,
    host: 'relay.example',
    siblings: [],
    nameServers: ['ns.relay.example'],
    publicPorts: { first: 20000, last: 29999 },
    lineMbit: undefined,
    deviceMbit: undefined,
    mail: undefined,
    alertAfterMs: 300_000,
    operating: { monthlyBytes: null, page: { host: '127.0.0.1', port: 0 }, abuseContact: undefined, logVisitors: false },
  })
})

test('several relays for one domain', () => {
  const files = ['--tls-cert', 'c', '--tls-key', 'k']
  const [one, two] = ['A'.repeat(43), 'B'.repeat(43)]
  const { host, siblings, nameServers } = run(
    ...['--host', 'two.example.net', '--sibling', one, '--sibling', two, '--ns', 'ns1.example.net', '--ns', 'ns2.example.net', ...files],
  )
  assert.deepEqual([host, siblings, nameServers], ['two.example.net', [one, two], ['ns1.example.net', 'ns2.example.net']])
  for (const [flags, message] of [
    [['--host', 'two.relay.example', ...files], /outside of --domain/],
    [['--host', 'two', ...files], /outside of --domain/],
    [['--sibling', 'short', ...files], /another relay’s key/],
    [['--sibling', one], /need --tls-cert/],
    [['--ns', 'no name'], /--ns needs/],
  ] as const)
    assert.throws(() => run(...flags), fails(message))
})

test('a key of another relay may begin with dashes, as one in 64 does', () => {
  for (const key of [`-${'A'.repeat(42)}`, `--${'b'.repeat(41)}`])
    assert.doesNotThrow(
      () => readCommandLine(['run', ...LEAST, '--tls-cert', 'c', '--tls-key', 'k', '--sibling', key, '--sibling', key]),
      key,
    )
  assert.throws(() => readCommandLine(['run', ...LEAST, '--sibling', '--open']), fails(/argument is ambiguous/))
})

test('every flag', () => {
  const flags = ['--ipv6', '2001:db8::1', '--https', '127.0.0.1:8443', '--http', '[::1]:8080', '--dns', '0.0.0.0:0', '--open']
  const { addresses, https, http, dns, open } = run(...flags)
  assert.equal(run('--probe-ca', 'roots.pem').probeCaFile, 'roots.pem')
  assert.deepEqual(addresses, { ipv4: '203.0.113.1', ipv6: '2001:db8::1' })
  assert.deepEqual(
    [https, http],
    [
      { host: '127.0.0.1', port: 8443 },
      { host: '::1', port: 8080 },
    ],
  )
  assert.deepEqual([dns, open], [{ host: '0.0.0.0', port: 0 }, true])
  assert.equal(run('--dns', 'off').dns, 'off')
  const update = run('--dns-update', '[::1]:53', '--tsig-file', 'key')
  assert.deepEqual([update.dns, update.dnsUpdate], ['off', { server: { address: '::1', port: 53 }, keyFile: 'key' }])
})

test('public ports: a range, or none', () => {
  assert.deepEqual(run('--public-ports', '1000-1000').publicPorts, { first: 1000, last: 1000 })
  assert.equal(run('--public-ports', 'off').publicPorts, 'off')
  for (const range of ['', '20000', '0-9', '9-8', '1-65536', '1-2-3', '20000–29999'])
    assert.throws(() => run('--public-ports', range), fails(/--public-ports needs a range/), range)
})

test('what the line carries, and what a device may: whole megabits, or nothing said', () => {
  const { lineMbit, deviceMbit } = run('--line-mbit', '1000', '--device-mbit', '50')
  assert.deepEqual([lineMbit, deviceMbit], [1000, 50])
  assert.deepEqual([run().lineMbit, run().deviceMbit], [undefined, undefined])
  for (const flag of ['--line-mbit', '--device-mbit'])
    for (const text of ['', '0', '1.5', '1e3', '1000000', 'many']) assert.throws(() => run(flag, text), fails(/needs megabits/), text)
})

test('what the operator grants, where he looks and how he is reached', () => {
  const flags = ['--monthly-gb', '0.5', '--operator-page', '[::1]:9470', '--abuse-contact', 'abuse@relay.example', '--log-visitors']
  assert.deepEqual(run(...flags).operating, {
    monthlyBytes: 5e8,
    page: { host: '::1', port: 9470 },
    abuseContact: 'mailto:abuse@relay.example',
    logVisitors: true,
  })
  assert.equal(run('--abuse-contact', 'https://relay.example/report').operating.abuseContact, 'https://relay.example/report')
  assert.equal(run('--operator-page', 'off').operating.page, 'off')
  for (const wrong of ['0.0.0.0:9470', '[::]:9470', '192.168.1.10:9470', '9470'])
    assert.throws(() => run('--operator-page', wrong), fails(/--operator-page needs/), wrong)
  for (const wrong of ['nobody', 'http://relay.example', 'a@b c.example', 'javascript:alert(1)', 'mailto:<x>@y.example'])
    assert.throws(() => run('--abuse-contact', wrong), fails(/--abuse-contact needs/), wrong)
  for (const wrong of ['0', '-1', 'many']) assert.throws(() => run(`--monthly-gb=${wrong}`), fails(/--monthly-gb needs/), wrong)
})

test('a witness for each family', () => {
  assert.deepEqual(run('--witness', '198.51.100.1:53', '--witness', '[2001:db8::53]:853').witnesses, {
    ipv4: { address: '198.51.100.1', port: 53 },
    ipv6: { address: '2001:db8::53', port: 853 },
  })
})

test('one certificate: from files, from a directory, or self-made', () => {
  assert.deepEqual(run('--tls-cert', 'c', '--tls-key', 'k').certificate, { kind: 'files', certFile: 'c', keyFile: 'k' })
  const acme = ['--acme-directory', 'https://acme.example/directory', '--acme-email', 'a@example.org']
  assert.deepEqual(run(...acme).certificate, { kind: 'acme', directoryUrl: acme[1], email: acme[3], caFile: undefined })
  assert.deepEqual(run(...acme, '--acme-ca', 'ca').certificate, { kind: 'acme', directoryUrl: acme[1], email: acme[3], caFile: 'ca' })
})

test('a domain in any case and with its dot is one name', () => {
  assert.equal(read('--domain', 'Relay.EXAMPLE.', ...LEAST.slice(2)).domain, 'relay.example')
})

test('a mistake is said, not guessed away', () => {
  const cases: [args: string[], message: RegExp][] = [
    [['run'], /--domain/],
    [['run', ...LEAST, '--portt', '1'], /--portt/],
    [['run', ...LEAST, 'extra'], /extra/],
    [['run', ...LEAST, '--domain', 'localhost'], /--domain/],
    [['run', ...LEAST, '--domain', '-a.example'], /--domain/],
    [['run', ...LEAST, '--domain', 'a..example'], /--domain/],
    [['run', ...LEAST, '--domain', 'a b.example'], /--domain/],
    [['run', ...LEAST, '--domain', `${'a.'.repeat(100)}example`], /--domain/],
    [['run', ...LEAST, '--data', ''], /--data/],
    [['run', ...LEAST, '--ipv4', '2001:db8::1'], /--ipv4/],
    [['run', ...LEAST, '--ipv4', '203.0.113'], /--ipv4/],
    [['run', ...LEAST.slice(0, 4)], /--ipv4/],
    [['run', ...LEAST, '--ipv6', '203.0.113.1'], /--ipv6/],
    [['run', ...LEAST, '--https', '443'], /--https/],
    [['run', ...LEAST, '--https', 'relay.example:443'], /--https/],
    [['run', ...LEAST, '--https', '::1:443'], /--https/],
    [['run', ...LEAST, '--http', '127.0.0.1:65536'], /--http/],
    [['run', ...LEAST, '--http', 'off'], /--http/],
    [['run', ...LEAST, '--dns', '127.0.0.1:'], /--dns/],
    [['run', ...LEAST, '--dns-update', '127.0.0.1:53'], /--tsig-file/],
    [['run', ...LEAST, '--dns-update', '127.0.0.1:0', '--tsig-file', 'k'], /port/],
    [['run', ...LEAST, '--dns-update', 'ns.example.org', '--tsig-file', 'k'], /--dns-update/],
    [['run', ...LEAST, '--dns-update', '127.0.0.1:53', '--tsig-file', 'k', '--dns', '127.0.0.1:53'], /not both/],
    [['run', ...LEAST, '--dns', '[127.0.0.1:53'], /--dns/],
    [['run', ...LEAST, '--witness', 'example.org:443'], /--witness/],
    [['run', ...LEAST, '--stun-ipv4', '203.0.113.1'], /a second IPv4/],
    [['run', ...LEAST, '--stun-ipv4', '2001:db8::1'], /--stun-ipv4/],
    [['run', ...LEAST, '--witness', '192.0.2.1:0'], /--witness/],
    [['run', ...LEAST, '--witness', '192.0.2.1:1', '--witness', '192.0.2.2:1'], /each family/],
    [['run', ...LEAST, '--tls-cert', 'c'], /go together/],
    [['run', ...LEAST, '--tls-key', 'k'], /go together/],
    [['run', ...LEAST, '--tls-cert', 'c', '--tls-key', 'k', '--acme-directory', 'u'], /not both/],
    [['run', ...LEAST, '--acme-directory', 'https://acme.example'], /--acme-email/],
    [['run', ...LEAST, '--acme-directory', 'acme.example', '--acme-email', 'e'], /https/],
    [['run', ...LEAST, '--acme-directory', 'http://acme.example', '--acme-email', 'e'], /https/],
    [['run', ...LEAST, '--acme-directory', 'https://acme.example', '--acme-email', 'e', '--dns', 'off'], /--dns/],
    [['run', ...LEAST, '--acme-email', 'e'], /--acme-directory/],
    [['run', ...LEAST, '--acme-ca', 'ca'], /--acme-directory/],
  ]
  for (const [args, message] of cases) assert.throws(() => readCommandLine(args), fails(message), args.join(' '))
})
