import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from './command.ts'
import { readCommandLine, USAGE } from './commands.ts'

const RUN = {
  relay: undefined,
  relayCa: undefined,
  page: { host: '127.0.0.1', port: 0 },
  acmeDirectory: undefined,
  acmeCa: undefined,
  acmeEmail: undefined,
  certificateLog: undefined,
} as const

const UNDERSTOOD: readonly [string, object, string?][] = [
  ['run', RUN],
  ['run --data /srv/porchlight --ui off', { ...RUN, page: 'off' }, '/srv/porchlight'],
  ['run --ui 127.0.0.1:8090', { ...RUN, page: { host: '127.0.0.1', port: 8090 } }],
  ['run --ui 127.0.0.2:8090', { ...RUN, page: { host: '127.0.0.2', port: 8090 } }],
  ['run --ui localhost:8090', { ...RUN, page: { host: '127.0.0.1', port: 8090 } }],
  ['run --ui [::1]:0', { ...RUN, page: { host: '::1', port: 0 } }],
  ['run --relay https://relay.example --relay-ca ca.pem', { ...RUN, relay: 'https://relay.example', relayCa: 'ca.pem' }],
  [
    'run --acme-directory https://acme.test/dir --acme-ca acme.pem --acme-email me@home.example',
    { ...RUN, acmeDirectory: 'https://acme.test/dir', acmeCa: 'acme.pem', acmeEmail: 'me@home.example' },
  ],
  ['run --certificate-log off', { ...RUN, certificateLog: 'off' }],
  ['run --certificate-log https://log.test/', { ...RUN, certificateLog: 'https://log.test/' }],
  ['add web --to http://192.168.1.20:8080', { service: 'web', to: 'http://192.168.1.20:8080', preset: undefined }],
  ['add --to=tcp://h:22 --preset ssh box --data d', { service: 'box', to: 'tcp://h:22', preset: 'ssh' }, 'd'],
  ['remove web', { service: 'web' }],
  ['pause web', { service: 'web' }],
  ['resume web --data d', { service: 'web' }, 'd'],
  ['link web', { service: 'web' }],
  ['join plr1abc', { relay: 'plr1abc' }],
  ['status', { json: false, watch: false }],
  ['status --json --watch', { json: true, watch: true }],
  ['diagnose', { json: false }],
  ['diagnose --json', { json: true }],
  ['stop --data d', {}, 'd'],
  ['page', {}],
  ['help', {}],
  ['--help', {}],
  ['-h', {}],
]
for (const [line, options, data] of UNDERSTOOD)
  test(`porchlight ${line}`, () => {
    const order = readCommandLine(line.split(' '))
    assert.deepEqual([order.options, order.data], [options, data])
  })

test('each command is told of in the usage text', () => {
  for (const [line] of UNDERSTOOD) if (!line.startsWith('-')) assert.match(USAGE, new RegExp(`^  porchlight ${line.split(' ')[0]}\\b`, 'm'))
})

const REFUSED: readonly [readonly string[], RegExp][] = [
  [[], /command is missing/],
  [['expose'], /unknown command "expose"/],
  [['constructor'], /unknown command/],
  [['run', 'now'], /now/],
  [['run', '--port', '1'], /--port/],
  [['run', '--relay'], /--relay/],
  [['run', '--relay', '--ui'], /--relay/],
  [['run', '--ui', ''], /--ui needs/],
  [['run', '--ui', '8090'], /--ui needs/],
  [['run', '--ui', '127.0.0.1'], /--ui needs/],
  [['run', '--ui', '127.0.0.1:65536'], /--ui needs/],
  [['run', '--ui', '127.999.0.1:80'], /--ui needs/],
  [['run', '--ui', '0.0.0.0:80'], /--ui needs/],
  [['run', '--ui', '[::]:80'], /--ui needs/],
  [['run', '--ui', '192.168.1.10:80'], /--ui needs/],
  [['run', '--ui', 'localhost.evil.example:80'], /--ui needs/],
  [['run', '--ui', 'OFF'], /--ui needs/],
  [['add'], /one service/],
  [['add', 'web'], /--to/],
  [['add', 'web', 'photos', '--to', 'x'], /one service/],
  [['add', 'web', '--to'], /--to/],
  [['remove'], /one service/],
  [['link', 'a', 'b'], /one service/],
  [['join'], /relay code/],
  [['status', 'web'], /web/],
  [['status', '--json=yes'], /--json/],
  [['page', '--json'], /--json/],
  [['stop', '--data', ''], /--data needs a folder/],
  [['run', '--data='], /--data needs a folder/],
]
for (const [args, words] of REFUSED)
  test(`wrong usage: porchlight ${args.join(' ')}`, () => {
    assert.throws(
      () => readCommandLine(args),
      (error: Error) => {
        assert.ok(error instanceof UsageError)
        assert.match(error.message, words)
        assert.doesNotMatch(error.message, /\n/)
        return true
      },
    )
  })
