/** Each finding, shown by a scripted program that answers as the real one's documentation has it (its preset names where that stands). */
import assert from 'node:assert/strict'
import net from 'node:net'
import { describe, test } from 'node:test'
import { FindingCode } from '../../../protocol/finding.ts'
import { type Change, checkAt, codes, listening, NAME, type Program, programAt } from './safety.fixture.ts'

const LOGIN = '<title>Sign in</title><form method=post><input name=u><input type="password" name=p></form>'
const page = (title: string, rest = ''): string => `<!doctype html><html><head><title>${title}</title></head><body>${rest}</body></html>`

interface Case {
  readonly says: string
  readonly program: Program
  readonly change?: Change
  readonly found: readonly FindingCode[]
}

const homeAssistant =
  (trusts: boolean, done = true): Program =>
  ({ path, proxied }) => {
    if (proxied && !trusts) return { status: 400, body: '400: Bad Request' }
    if (path === '/api/') return { status: 401, body: '401: Unauthorized' }
    if (path === '/api/onboarding') return { body: JSON.stringify([{ step: 'user', done }]) }
    return path === '/' ? { body: page('Home Assistant', '<script>login()</script>') } : { body: '{}' }
  }

const nextcloud =
  (domains: readonly string[]): Program =>
  ({ path, host }) => {
    if (path === '/status.php') return { body: '{"installed":true,"maintenance":false,"needsDbUpgrade":false,"productname":"Nextcloud"}' }
    if (!domains.includes(host.split(':')[0] ?? '')) return { status: 400, body: page('Nextcloud', 'edit the "trusted_domains" setting') }
    return path === '/' ? { status: 302, headers: { location: `http://${host}/login` } } : { body: page('Nextcloud', LOGIN) }
  }

const jellyfin =
  (completed: boolean): Program =>
  ({ path }) => {
    if (path === '/System/Info/Public') return { body: `{"ProductName":"Jellyfin Server","StartupWizardCompleted":${completed}}` }
    if (path === '/Users') return { status: 401 }
    return { body: path === '/health' ? 'Healthy' : page('Jellyfin') }
  }

const jeedom =
  (accepts: boolean): Program =>
  ({ path, method, body }) => {
    if (method === 'GET') return { body: page('Jeedom', LOGIN) }
    const login = new URLSearchParams(body)
    const isRight = accepts && login.get('username') === 'admin' && login.get('password') === 'admin'
    return path !== '/core/ajax/user.ajax.php'
      ? { status: 404 }
      : { body: isRight ? '{"state":"ok","result":""}' : '{"state":"error","code":0}' }
  }

const vaultwarden =
  (vault: string): Program =>
  ({ path }) => {
    if (path === '/api/accounts/profile') return { status: 401 }
    if (path === '/api/config') return { body: JSON.stringify({ environment: { vault } }) }
    return { body: page('Vaultwarden Web') }
  }

const pihole =
  (password: boolean): Program =>
  ({ path }) => {
    if (path === '/') return { status: 302, headers: { location: '/admin/' } }
    if (path === '/api/stats/summary') return password ? { status: 401 } : { body: '{}' }
    return { body: page('Pi-hole') }
  }

const zoneminder =
  (auth: boolean, password = 'changed'): Program =>
  ({ path, method, body }) => {
    if (path === '/zm/api/host/login.json' && method === 'POST')
      return body === `user=admin&pass=${password}` ? { body: '{"access_token":"eyJ0","apiversion":"2.0"}' } : { status: 401 }
    if (path === '/zm/') return { body: page('ZM - ZoneMinder', auth ? LOGIN : 'Console') }
    if (path === '/zm/api/monitors.json') return auth ? { status: 401 } : { body: '{"monitors":[]}' }
    return path === '/' ? { body: page('Apache2 Debian Default Page') } : { status: 404 }
  }

const PRESET = (preset: string): Change => ({ preset })
/** As a machine on the home's network, which the fixture's connection leads to loopback all the same. */
const ON_LAN: Change = { target: { host: '192.168.1.20' } }

const CASES: readonly Case[] = [
  { says: 'a page for everybody', program: () => ({ body: page('Hello') }), found: ['no-login-seen', 'answers'] },
  { says: 'a page that is known to be for everybody', program: () => ({ body: page('Hi') }), change: PRESET('web'), found: ['answers'] },
  { says: 'a login form', program: () => ({ body: LOGIN }), found: ['asks-login', 'answers'] },
  { says: 'a login of HTTP’s own', program: () => ({ status: 401 }), found: ['asks-login', 'answers'] },
  {
    says: 'a login behind a redirect',
    program: ({ path }) => (path === '/' ? { status: 302, headers: { location: '/login?next=/' } } : { body: page('x') }),
    found: ['asks-login', 'answers'],
  },
  {
    says: 'a login without encryption at home',
    program: () => ({ body: LOGIN }),
    change: ON_LAN,
    found: ['login-in-clear-at-home', 'asks-login', 'answers'],
  },
  {
    says: 'a login form that is sent in clear',
    program: ({ host }) => ({ body: `<form action="http://${host}/in"><input type=password></form>` }),
    found: ['login-form-in-clear', 'asks-login', 'answers'],
  },
  { says: 'a folder of files', program: () => ({ body: page('Index of /') }), change: PRESET('web'), found: ['lists-files', 'answers'] },
  {
    says: 'another program',
    program: () => ({ body: page('Grafana') }),
    change: PRESET('jeedom'),
    found: ['default-login-known', 'not-as-expected'],
  },
  {
    says: 'https where http was typed',
    program: () => ({ status: 400, body: 'The plain HTTP request was sent to HTTPS port' }),
    found: ['speaks-https'],
  },
  {
    says: 'Home Assistant that trusts us',
    program: homeAssistant(true),
    change: PRESET('home-assistant'),
    found: ['asks-login', 'as-expected'],
  },
  {
    says: 'Home Assistant that has not been told of a proxy',
    program: homeAssistant(false),
    change: PRESET('home-assistant'),
    found: ['setting-missing', 'asks-login', 'as-expected'],
  },
  {
    says: 'Home Assistant that nobody has set up',
    program: homeAssistant(true, false),
    change: PRESET('home-assistant'),
    found: ['unclaimed', 'asks-login', 'as-expected'],
  },
  {
    says: 'Nextcloud that does not know its public name',
    program: nextcloud(['127.0.0.1']),
    change: PRESET('nextcloud'),
    found: ['setting-missing', 'setting-unseen', 'asks-login', 'as-expected'],
  },
  {
    says: 'Nextcloud that believes itself reached in clear',
    program: nextcloud(['127.0.0.1', NAME]),
    change: PRESET('nextcloud'),
    found: ['redirects-to-http', 'setting-unseen', 'asks-login', 'as-expected'],
  },
  { says: 'Jellyfin', program: jellyfin(true), change: PRESET('jellyfin'), found: ['setting-unseen', 'asks-login', 'as-expected'] },
  {
    says: 'Jellyfin without an owner',
    program: jellyfin(false),
    change: PRESET('jellyfin'),
    found: ['unclaimed', 'setting-unseen', 'asks-login', 'as-expected'],
  },
  {
    says: 'Jellyfin that is not well',
    program: (request) => (request.path === '/health' ? { status: 503, body: 'Unhealthy' } : jellyfin(true)(request)),
    change: PRESET('jellyfin'),
    found: ['not-well', 'setting-unseen', 'asks-login'],
  },
  {
    says: 'Jeedom, whose login is not tried unasked',
    program: jeedom(true),
    change: PRESET('jeedom'),
    found: ['default-login-known', 'asks-login', 'as-expected'],
  },
  {
    says: 'Jeedom that still accepts admin/admin',
    program: jeedom(true),
    change: { preset: 'jeedom', tryDefaultLogins: true },
    found: ['default-login', 'asks-login', 'as-expected'],
  },
  {
    says: 'Jeedom that does not any more',
    program: jeedom(false),
    change: { preset: 'jeedom', tryDefaultLogins: true },
    found: ['default-login-refused', 'asks-login', 'as-expected'],
  },
  {
    says: 'an answer to a login that is neither yes nor no',
    program: ({ method }) => ({ body: method === 'GET' ? page('Jeedom', LOGIN) : 'ok' }),
    change: { preset: 'jeedom', tryDefaultLogins: true },
    found: ['default-login-unclear', 'asks-login', 'as-expected'],
  },
  {
    says: 'Vaultwarden that knows its address',
    program: vaultwarden(`https://${NAME}`),
    change: PRESET('vaultwarden'),
    found: ['asks-login', 'as-expected'],
  },
  {
    says: 'Vaultwarden that has not been told it',
    program: vaultwarden('http://localhost'),
    change: PRESET('vaultwarden'),
    found: ['setting-missing', 'asks-login', 'as-expected'],
  },
  {
    says: 'Constellation that listens for localhost alone',
    program: ({ host }) =>
      host.startsWith('127.') ? { body: page('Constellation', LOGIN) } : { status: 400, body: 'Bad Request - Invalid Hostname' },
    change: PRESET('constellation'),
    found: ['setting-missing', 'asks-login', 'as-expected'],
  },
  {
    says: 'Pi-hole without a password',
    program: pihole(false),
    change: PRESET('pi-hole'),
    found: ['no-login', 'better-at-home', 'as-expected'],
  },
  { says: 'Pi-hole with one', program: pihole(true), change: PRESET('pi-hole'), found: ['better-at-home', 'asks-login', 'as-expected'] },
  {
    says: 'ZoneMinder below its path',
    program: zoneminder(true),
    change: { preset: 'zoneminder', tryDefaultLogins: true },
    found: ['default-login-refused', 'asks-login', 'as-expected'],
  },
  {
    says: 'ZoneMinder whose login was switched on, and nothing else',
    program: zoneminder(true, 'admin'),
    change: { preset: 'zoneminder', tryDefaultLogins: true },
    found: ['default-login', 'asks-login', 'as-expected'],
  },
  {
    says: 'ZoneMinder as it is installed',
    program: zoneminder(false),
    change: PRESET('zoneminder'),
    found: ['no-login', 'default-login-known', 'as-expected'],
  },
  {
    says: 'a login page behind another one',
    program: ({ path }) => ({ body: path === '/web/index.html' ? page('Emby', LOGIN) : page('It works') }),
    change: PRESET('emby'),
    found: ['asks-login', 'as-expected'],
  },
  {
    says: 'a NAS',
    program: () => ({ body: page('Synology', LOGIN) }),
    change: PRESET('synology-dsm'),
    found: ['better-by-link', 'setting-unseen', 'asks-login', 'as-expected'],
  },
  {
    says: 'a NAS whose login page has a title of its own',
    program: ({ path }) => ({ body: path.startsWith('/webapi/query.cgi?') ? '{"data":{"SYNO.API.Auth":{}}}' : page('Home', LOGIN) }),
    change: PRESET('synology-dsm'),
    found: ['better-by-link', 'setting-unseen', 'asks-login', 'as-expected'],
  },
  {
    says: 'a program that refuses proxies',
    program: ({ proxied }) => (proxied ? { status: 403 } : { body: LOGIN }),
    found: ['refuses-proxy', 'asks-login', 'answers'],
  },
  {
    says: 'a program that refuses its public name',
    program: ({ host }) => (host === NAME ? { status: 421 } : { body: LOGIN }),
    found: ['refuses-name', 'asks-login', 'answers'],
  },
  { says: 'a program that always says 404 there', program: () => ({ status: 404 }), found: ['answers'] },
  {
    says: 'a redirect to an address at home',
    program: ({ proxied }) => (proxied ? { status: 301, headers: { location: 'https://192.168.1.20:8443/' } } : { body: LOGIN }),
    found: ['redirects-home', 'asks-login', 'answers'],
  },
  {
    says: 'a redirect to another site',
    program: ({ proxied }) => (proxied ? { status: 302, headers: { location: 'https://login.example/' } } : { body: LOGIN }),
    found: ['redirects-elsewhere', 'asks-login', 'answers'],
  },
  {
    says: 'a redirect round in circles',
    program: ({ proxied, path }) => (proxied ? { status: 302, headers: { location: path === '/' ? '/a' : '/' } } : { body: LOGIN }),
    found: ['redirects-in-circles', 'asks-login', 'answers'],
  },
  {
    says: 'no name yet',
    program: () => ({ body: LOGIN }),
    change: { name: null },
    found: ['unseen-from-outside', 'asks-login', 'answers'],
  },
]

const shown = new Set<FindingCode>([
  ...(['no-answer', 'odd-answer', 'certificate-unaccepted'] as const),
  // behind-path.test.ts
  ...(['path-unknown', 'leaves-path'] as const),
])
describe('what is found', () => {
  for (const { says, program, change, found } of CASES)
    test(says, async (t) => {
      assert.deepEqual(codes(await checkAt(await programAt(t, program), change)), found)
    })
  for (const { found } of CASES) for (const code of found) shown.add(code)
  test('each finding stands in a case', () => assert.deepEqual([...shown].sort(), [...FindingCode.options].sort()))
})

test('facts are those that its owner needs', async (t) => {
  const told = await checkAt(await programAt(t, homeAssistant(false)), PRESET('home-assistant'))
  assert.deepEqual(told[0]?.facts, {
    program: 'Home Assistant',
    need: 'trusted-proxy',
    where: 'http: use_x_forwarded_for, trusted_proxies (configuration.yaml)',
    name: NAME,
    ours: '127.0.0.1',
  })
})

test('a default login is tried once, after it was written down; all else only reads', async (t) => {
  const asked: string[] = []
  const port = await programAt(t, (request) => {
    asked.push(`${request.method} ${request.path}`)
    return jeedom(false)(request)
  })
  await checkAt(port, PRESET('jeedom'))
  assert.deepEqual([...new Set(asked.map((each) => each.split(' ')[0]))], ['GET'])
  asked.length = 0
  await checkAt(port, { preset: 'jeedom', tryDefaultLogins: true, onTry: (user) => asked.push(`log ${user}`) })
  const tries = asked.filter((each) => !each.startsWith('GET'))
  assert.deepEqual(tries, ['log admin', 'POST /core/ajax/user.ajax.php'])
})

test('a certificate that was not accepted', async () => {
  const connect = () => Promise.reject(Object.assign(new Error('untrusted'), { failure: 'untrusted' }))
  assert.deepEqual(codes(await checkAt(443, { connect, target: { kind: 'https' } })), ['certificate-unaccepted'])
})

describe('what is no website', () => {
  test('an SSH server is known by its banner', async (t) => {
    const port = await listening(
      t,
      net.createServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n')),
    )
    assert.deepEqual(codes(await checkAt(port, { preset: 'ssh', target: { kind: 'tcp' } })), ['better-by-link', 'as-expected'])
    assert.deepEqual(codes(await checkAt(port)), ['odd-answer'])
    assert.deepEqual(codes(await checkAt(port, { target: { kind: 'tcp' } })), ['answers'])
  })
  test('something else at its port', async (t) => {
    const port = await listening(
      t,
      net.createServer((socket) => socket.write('220 mail.example ESMTP\r\n')),
    )
    assert.deepEqual(codes(await checkAt(port, { preset: 'ssh', target: { kind: 'tcp' } })), ['not-as-expected', 'better-by-link'])
  })
  test('nobody there', async (t) => {
    const server = net.createServer()
    const port = await listening(t, server)
    await new Promise((done) => server.close(done))
    assert.deepEqual(codes(await checkAt(port)), ['no-answer'])
    assert.deepEqual(codes(await checkAt(port, { preset: 'ssh', target: { kind: 'tcp' } })), ['no-answer'])
  })
})
