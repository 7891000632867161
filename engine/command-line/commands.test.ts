import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { UsageError } from './command.ts'
import { readCommandLine, USAGE, usageFor } from './commands.ts'

const RUN = {
  relay: undefined,
  relayCa: undefined,
  page: { host: '127.0.0.1', port: 0 },
  authority: { directoryUrl: undefined, caFile: undefined, email: undefined, stagingUrl: undefined, agrees: false },
  certificateLog: undefined,
  unlocks: false,
} as const

const LINK = { act: 'add', label: '', endsAtMs: null, maxUses: null, alias: false, via: 'relay', pin: null } as const

const UNPINNED = { pin: undefined, accept: false } as const

const added = (action: object) => ({
  ...{ do: 'add', host: 'a.example', service: null, ipv6Suffix: null, file: null, isSameAccount: false },
  ...action,
})

const UNDERSTOOD: readonly [string, object, string?][] = [
  ['run', RUN],
  ['run --data /srv/porchlight --ui off', { ...RUN, page: 'off' }, '/srv/porchlight'],
  ['run --ui 127.0.0.1:8090', { ...RUN, page: { host: '127.0.0.1', port: 8090 } }],
  ['run --ui 127.0.0.2:8090', { ...RUN, page: { host: '127.0.0.2', port: 8090 } }],
  ['run --ui localhost:8090', { ...RUN, page: { host: '127.0.0.1', port: 8090 } }],
  ['run --ui [::1]:0', { ...RUN, page: { host: '::1', port: 0 } }],
  ['run --relay https://relay.example --relay-ca ca.pem', { ...RUN, relay: 'https://relay.example', relayCa: 'ca.pem' }],
  [
    'run --acme-directory https://acme.test/dir --acme-ca acme.pem --acme-email me@home.example --acme-staging https://acme.test/try --agree',
    {
      ...RUN,
      authority: {
        ...{ directoryUrl: 'https://acme.test/dir', caFile: 'acme.pem', email: 'me@home.example' },
        ...{ stagingUrl: 'https://acme.test/try', agrees: true },
      },
    },
  ],
  ['run --unlock --ui off', { ...RUN, page: 'off', unlocks: true }],
  ['run --certificate-log off', { ...RUN, certificateLog: 'off' }],
  ['run --certificate-log https://log.test/', { ...RUN, certificateLog: 'https://log.test/' }],
  ['add web --to http://192.168.1.20:8080', { service: 'web', to: 'http://192.168.1.20:8080', preset: undefined, pinning: UNPINNED }],
  ['add --to=tcp://h:22 --preset ssh box --data d', { service: 'box', to: 'tcp://h:22', preset: 'ssh', pinning: UNPINNED }, 'd'],
  [
    'add nas --to https://nas.local --accept-certificate',
    { service: 'nas', to: 'https://nas.local', preset: undefined, pinning: { pin: undefined, accept: true } },
  ],
  ['route add web /zm --to http://h', { act: 'add', service: 'web', prefix: '/zm', to: 'http://h', strip: false, pinning: UNPINNED }],
  [
    'route add web /zm --to https://h --strip --pin AB:CD',
    { act: 'add', service: 'web', prefix: '/zm', to: 'https://h', strip: true, pinning: { pin: 'AB:CD', accept: false } },
  ],
  ['test web --json', { service: 'web', json: true }],
  ['diagnose --message provider', { json: false, to: 'provider' }],
  ['guide', { do: 'show', router: undefined, json: false }],
  ['guide livebox --json', { do: 'show', router: 'livebox', json: true }],
  ['guide --list', { do: 'list', json: false }],
  ['guide choose auto', { do: 'choose', router: null }],
  ['guide choose generic', { do: 'choose', router: 'generic' }],
  ['history', { service: undefined, days: 30, json: false }],
  ['history web --days 2 --json', { service: 'web', days: 2, json: true }],
  ['traffic --range hour', { service: undefined, range: 'hour', json: false }],
  ['traffic web', { service: 'web', range: 'day', json: false }],
  ['visitors --json', { json: true }],
  ['log', { filter: { level: 'info' }, count: 100, follow: false, json: false }],
  [
    'log --follow --service web --level warning --count 5 --json',
    { filter: { level: 'warning', service: 'web' }, count: 5, follow: true, json: true },
  ],
  ['support-bundle', { file: undefined }],
  ['support-bundle out.txt', { file: 'out.txt' }],
  ['preferences', { change: {}, json: false }],
  ['preferences language system', { change: { language: null }, json: false }],
  ['preferences quiet-hours 22:00-07:30', { change: { quietHours: { from: '22:00', to: '07:30' } }, json: false }],
  ['preferences quiet-hours off', { change: { quietHours: null }, json: false }],
  ['restart', {}],
  ['route ls web --json', { act: 'ls', service: 'web', json: true }],
  ['route rm web /zm', { act: 'rm', service: 'web', prefix: '/zm' }],
  ['route test web /zm/?x', { act: 'test', service: 'web', path: '/zm/?x' }],
  ['pin nas', { name: 'nas', prefix: null, fingerprint: undefined }],
  ['pin web/zm/api AB:CD', { name: 'web', prefix: '/zm/api', fingerprint: 'AB:CD' }],
  ['proxy-protocol ssh on', { name: 'ssh', on: true }],
  ['way web relay', { name: 'web', on: true }],
  ['way web best --data d', { name: 'web', on: false }, 'd'],
  ['upload-limit web 500', { name: 'web', mb: 500 }],
  ['upload-limit web off --data d', { name: 'web', mb: null }, 'd'],
  ['add photos --folder /srv/photos', { service: 'photos', to: `folder:${resolve('/srv/photos')}`, preset: undefined, pinning: UNPINNED }],
  ['remove web', { service: 'web' }],
  ['pause web', { service: 'web' }],
  ['resume web --data d', { service: 'web' }, 'd'],
  ['link web', { act: 'print', service: 'web' }],
  ['link ls', { act: 'print', service: 'ls' }],
  ['link ls web --json', { act: 'ls', service: 'web', json: true }],
  ['link revoke web abcdefghijklmnop', { act: 'revoke', service: 'web', id: 'abcdefghijklmnop' }],
  ['link add web', { ...LINK, service: 'web' }],
  ['link add web --label Marie --uses 3 --home', { ...LINK, service: 'web', label: 'Marie', maxUses: 3, via: 'home' }],
  ['link add web --alias --expires 2030-12-31T18:00Z', { ...LINK, service: 'web', alias: true, endsAtMs: Date.UTC(2030, 11, 31, 18) }],
  ['check web', { service: 'web', json: false, tryDefaultLogins: false }],
  ['check web --try-default-logins --json', { service: 'web', json: true, tryDefaultLogins: true }],
  ['link add web --pin 0471', { ...LINK, service: 'web', pin: '0471' }],
  ['access web', { act: 'print', name: 'web', json: false }],
  ['access web --json', { act: 'print', name: 'web', json: true }],
  ['access web link', { act: 'set', name: 'web', access: 'link' }],
  ['access web password', { act: 'set', name: 'web', access: 'password' }],
  ['access web lan --data d', { act: 'set', name: 'web', access: 'lan' }, 'd'],
  ['access web addresses', { act: 'set', name: 'web', access: 'addresses' }],
  [
    'access web addresses 203.0.113.0/24 m.example',
    { act: 'set', name: 'web', access: 'addresses', allowed: ['203.0.113.0/24', 'm.example'] },
  ],
  ['access game expel 203.0.113.7', { act: 'expel', name: 'game', place: '203.0.113.7' }],
  ['preset ls', { act: 'ls', json: false }],
  ['preset show jeedom --json', { act: 'show', id: 'jeedom', json: true }],
  ['ban ls', { act: 'ls', json: false }],
  ['ban', { act: 'ls', json: false }],
  ['ban ls --json --data d', { act: 'ls', json: true }, 'd'],
  ['ban add 203.0.113.7', { act: 'add', address: '203.0.113.7', forS: null }],
  ['ban add 2001:db8::7 --for 12h', { act: 'add', address: '2001:db8::7', forS: 43_200 }],
  ['ban rm 2001:db8::/64', { act: 'rm', address: '2001:db8::/64' }],
  ['certificate', { action: { do: 'ls', json: false } }],
  ['certificate ls --json', { action: { do: 'ls', json: true } }],
  ['certificate agree', { action: { do: 'agree' } }],
  [
    'certificate add web.example --service web --cert /c.pem --key /k.pem',
    { action: { do: 'add', wish: { host: 'web.example', service: 'web', files: { cert: resolve('/c.pem'), key: resolve('/k.pem') } } } },
  ],
  ['certificate add ipv4 --service web', { action: { do: 'add', wish: { host: 'ipv4', service: 'web', files: null } } }],
  ['certificate remove ipv4', { action: { do: 'remove', host: 'ipv4' } }],
  ['certificate test', { action: { do: 'test' } }],
  [
    'certificate authority zerossl --email a@b.example --eab-key-id k --ca /ca.pem',
    {
      action: {
        do: 'authority',
        wish: { directory: 'zerossl', email: 'a@b.example', caFile: resolve('/ca.pem') },
        keyId: 'k',
      },
    },
  ],
  ['name ls --json', { action: { do: 'ls', host: null, json: true } }],
  ['name providers', { action: { do: 'providers', json: false } }],
  ['name test a.example', { action: { do: 'test', host: 'a.example' } }],
  ['name rm a.example --data d', { action: { do: 'rm', host: 'a.example' } }, 'd'],
  ['name update a.example --credentials f', { action: { do: 'update', host: 'a.example', file: 'f' } }],
  ['name add a.example --provider gandi --service web', { action: added({ provider: 'gandi', service: 'web' }) }],
  [
    'name add a.example --provider gandi --ipv6-suffix ::5 --same-account',
    { action: added({ provider: 'gandi', ipv6Suffix: '::5', isSameAccount: true }) },
  ],
  ['name add a.example --watch', { action: added({ provider: 'watched' }) }],
  ['router', { action: 'show', user: '' }],
  ['router connect', { action: 'connect', user: '' }],
  ['router connect --user lena', { action: 'connect', user: 'lena' }],
  ['router forget --data d', { action: 'forget', user: '' }, 'd'],
  ['router-name', { wish: { action: 'show' } }],
  ['router-name on', { wish: { action: 'on', name: 'router' } }],
  ['router-name on box --data d', { wish: { action: 'on', name: 'box' } }, 'd'],
  ['router-name off', { wish: { action: 'off' } }],
  ['join plr1abc', { relay: 'plr1abc' }],
  ['status', { json: false, watch: false }],
  ['status --json --watch', { json: true, watch: true }],
  ['discover', { json: false }],
  ['discover --json', { json: true }],
  ['diagnose', { json: false }],
  ['diagnose --json', { json: true }],
  ['stop --data d', {}, 'd'],
  ['page', {}],
  ['export /srv/home.porchlight', { file: resolve('/srv/home.porchlight') }],
  ['import /srv/home.porchlight --data d', { file: resolve('/srv/home.porchlight'), replace: false }, 'd'],
  ['import --replace /srv/home.porchlight', { file: resolve('/srv/home.porchlight'), replace: true }],
  ['service install', { act: 'install', system: false }],
  ['service install --system', { act: 'install', system: true }, '/var/lib/porchlight'],
  ['service uninstall --system --data d', { act: 'uninstall', system: true }, 'd'],
  ['help', { about: undefined }],
  ['--help', { about: undefined }],
  ['help name', { about: 'name' }],
  ['name --help', { about: 'name' }],
  ['-h', { about: undefined }],
]
for (const [line, options, data] of UNDERSTOOD)
  test(`porchlight ${line}`, () => {
    const order = readCommandLine(line.split(' '))
    assert.deepEqual([order.options, order.data], [options, data])
  })

test('a link that works for a while ends so much later', () => {
  for (const [text, ms] of [
    ['90m', 5_400_000],
    ['12h', 43_200_000],
    ['7d', 604_800_000],
  ] as const) {
    const { endsAtMs } = readCommandLine(['link', 'add', 'web', '--expires', text]).options as { endsAtMs: number }
    assert.ok(Math.abs(endsAtMs - Date.now() - ms) < 60_000, text)
  }
})

test('each command is told of in the usage text', () => {
  for (const [line] of UNDERSTOOD) if (!line.startsWith('-')) assert.match(USAGE, new RegExp(`^  porchlight ${line.split(' ')[0]}\\b`, 'm'))
})

test('who mistypes a command is told how that one goes, and where all are', () => {
  assert.match(usageFor(['ban', 'away']), /^usage:\n {2}porchlight ban ls .*\n(?: {4}.*\n)*porchlight help lists every command\.\n$/)
  for (const unknown of [[], ['expose'], ['constructor']]) assert.equal(usageFor(unknown), USAGE)
})

const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
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
  [['test'], /one service/],
  [['history', '--days', '31'], /--days needs/],
  [['history', 'web', 'nas'], /history takes/],
  [['traffic', '--range', 'year'], /--range needs/],
  [['log', '--level', 'debug'], /--level needs/],
  [['log', '--count', '0'], /--count needs/],
  [['support-bundle', 'a', 'b'], /one file/],
  [['preferences', 'language', 'de'], /preferences takes/],
  [['preferences', 'quiet-hours', '22-7'], /preferences takes/],
  [['certificate', 'authority'], /certificate takes/],
  [['certificate', 'agree', '--json'], /certificate takes/],
  [['certificate', 'add', 'web.example'], /certificate takes/],
  [['certificate', 'add', 'web.example', '--service', 'web', '--cert', 'c'], /certificate takes/],
  [['certificate', 'ls', '--email', 'x'], /certificate takes/],
  [['name', 'add', 'a.example'], /needs --provider/],
  [['name', 'add', 'a.example', '--watch', '--provider', 'gandi'], /needs --provider/],
  [['name', 'add', 'a.example', '--provider', 'gandi', '--service', 'web', '--ipv6-suffix', '::5'], /exclude each other/],
  [['name', 'rm', 'a.example', '--json'], /name takes/],
  [['name', 'ls', 'a.example', 'b.example'], /name takes/],
  [['name', 'set', 'x', '--json'], /name takes/],
  [['name', 'add', 'a.example', '--token', 't'], /--token/],
  [['add'], /one service/],
  [['add', 'web'], /--to/],
  [['add', 'web', 'photos', '--to', 'x'], /one service/],
  [['add', 'web', '--to'], /--to/],
  [['add', 'nas', '--to', 'https://h', '--pin', 'AB', '--accept-certificate'], /exclude each other/],
  [['route'], /route needs/],
  [['route', 'ls'], /route needs/],
  [['route', 'ls', 'web', '/zm'], /route needs/],
  [['route', 'add', 'web'], /route needs/],
  [['route', 'add', 'web', '/zm'], /--to/],
  [['route', 'rm', 'web', '/zm', '--strip'], /route rm does not take --strip/],
  [['route', 'test', 'web', 'zm'], /slash/],
  [['pin'], /one service/],
  [['pin', 'a', 'b', 'c'], /one service/],
  [['proxy-protocol', 'ssh'], /on or off/],
  ...['', '0', '-1', '1.5', '1000001', '5G'].map((mb) => [['upload-limit', 'web', ...(mb === '' ? [] : ['--', mb])], /megabytes/] as const),
  [['proxy-protocol', 'ssh', 'yes'], /on or off/],
  [['way', 'web'], /relay or best/],
  [['way', 'web', 'direct'], /relay or best/],
  [['remove'], /one service/],
  [['link'], /one service/],
  [['link', 'a', 'b'], /one service/],
  [['link', 'add', 'web', 'photos'], /one service/],
  [['link', 'revoke', 'web'], /one service/],
  [['link', 'web', '--uses', '1'], /does not take --uses/],
  [['link', 'ls', 'web', '--alias'], /link ls does not take --alias/],
  [['link', 'add', 'web', '--json'], /link add does not take --json/],
  [['link', 'add', 'web', '--label', 'x'.repeat(61)], /--label/],
  ...['0', '-1', '1.5', '1000000', 'many'].map((uses) => [['link', 'add', 'web', `--uses=${uses}`], /--uses needs/] as const),
  ...['', '7', '7w', 'tomorrow', '2030-13-01', '12/31/2030', '99999d', '9999-01-01'].map(
    (time) => [['link', 'add', 'web', `--expires=${time}`], /--expires needs/] as const,
  ),
  [['ban', 'add'], /one address/],
  [['ban', 'add', '203.0.113.7', '203.0.113.8'], /one address/],
  [['ban', 'ls', '203.0.113.7'], /one address/],
  [['ban', 'add', 'web'], /ban needs an address/],
  [['ban', 'add', '203.0.113.0/24'], /ban needs an address/],
  [['ban', 'rm', '203.0.113.7', '--for', '1h'], /ban rm does not take --for/],
  [['ban', 'add', '203.0.113.7', '--json'], /ban add does not take --json/],
  ...['', '0m', '7', '-1h', '99999d', 'ever'].map((time) => [['ban', 'add', '203.0.113.7', `--for=${time}`], /--for needs/] as const),
  [['check'], /one service/],
  [['check', 'web', '--yes'], /--yes/],
  [['access'], /one service/],
  [['access', 'web', 'private'], /public, link, password/],
  [['access', 'web', 'password', 'secret'], /public, link, password/],
  [['access', 'web', 'public', 'link'], /public, link, password/],
  [['access', 'web', 'expel'], /expel with an address/],
  [['access', 'web', 'lan', '--json'], /--json/],
  ...['', '123', '123456789', '12a4'].map((pin) => [['link', 'add', 'web', `--pin=${pin}`], /--pin needs/] as const),
  [['preset'], /preset needs/],
  [['preset', 'show'], /preset needs/],
  [['preset', 'ls', 'jeedom'], /preset needs/],
  [['help', 'nothing'], /one command/],
  [['help', 'name', 'ban'], /one command/],
  [['join'], /relay code/],
  [['export'], /one file/],
  [['import', 'a', 'b'], /one file/],
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
