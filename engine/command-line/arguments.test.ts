import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Command, readCommandLine, UsageError } from './arguments.ts'

const RUN = {
  name: 'run',
  relay: undefined,
  relayCa: undefined,
  page: { host: '127.0.0.1', port: 0 },
  acmeDirectory: undefined,
  acmeCa: undefined,
  acmeEmail: undefined,
  certificateLog: undefined,
} as const

const UNDERSTOOD: readonly [string, Command, string?][] = [
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
  ['add web --to http://192.168.1.20:8080', { name: 'add', service: 'web', to: 'http://192.168.1.20:8080', preset: undefined }],
  ['add --to=tcp://h:22 --preset ssh box --data d', { name: 'add', service: 'box', to: 'tcp://h:22', preset: 'ssh' }, 'd'],
  ['remove web', { name: 'remove', service: 'web' }],
  ['pause web', { name: 'pause', service: 'web' }],
  ['resume web --data d', { name: 'resume', service: 'web' }, 'd'],
  ['link web', { name: 'link', service: 'web' }],
  ['join plr1abc', { name: 'join', relay: 'plr1abc' }],
  ['status', { name: 'status', json: false, watch: false }],
  ['status --json --watch', { name: 'status', json: true, watch: true }],
  ['diagnose', { name: 'diagnose', json: false }],
  ['diagnose --json', { name: 'diagnose', json: true }],
  ['stop --data d', { name: 'stop' }, 'd'],
  ['page', { name: 'page' }],
  ['help', { name: 'help' }],
  ['--help', { name: 'help' }],
  ['-h', { name: 'help' }],
]
for (const [line, command, data] of UNDERSTOOD)
  test(`porchlight ${line}`, () => assert.deepEqual(readCommandLine(line.split(' ')), { command, data }))

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
