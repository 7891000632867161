/** What everyday apps do all day, and what scanners and guessers do: the ones are never banned, the others soon. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Home, openHome, STRANGER } from './visitors.fixture.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE
const uuid = (index: number): string => `4f0c${index.toString(16).padStart(4, '0')}-8a77-4b1e-9d2c-000000000000`
const basic = (password: string): string => `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`

/** Each does its worst for hours, on one address. */
const EVERYDAY: Readonly<Record<string, (home: Home) => void>> = {
  'a calendar client that begins every sync with a 401 (CalDAV)'({ ask, pass }) {
    for (let sync = 0; sync < 2000; sync++, pass(MINUTE)) {
      ask(401, { method: 'PROPFIND', url: '/remote.php/dav/' })
      for (let day = 0; day < 5; day++) ask(401, { method: 'REPORT', url: `/remote.php/dav/calendars/me/${uuid(day)}.ics` })
      ask(207, { method: 'PROPFIND', url: '/remote.php/dav/', authorization: basic('right') })
    }
  },
  'git and docker, which send credentials only when asked, on every request'({ ask, pass }) {
    for (let layer = 0; layer < 3000; layer++, pass(200)) {
      ask(401, `/v2/house/blobs/sha256:${uuid(layer)}`)
      ask(404, { method: 'HEAD', url: `/v2/house/blobs/sha256:${uuid(layer)}`, authorization: basic('right') })
      ask(202, { method: 'POST', url: '/v2/house/blobs/uploads/', authorization: basic('right') })
    }
  },
  'a telephone with a token that has expired, asking every few seconds for weeks'({ ask, pass }) {
    for (let poll = 0; poll < 100_000; poll++, pass(5 * SECOND))
      ask(401, { url: ['/Sessions', '/Users/Me', '/Items/Latest', '/socket'][poll % 4] ?? '', authorization: 'MediaBrowser Token="old"' })
  },
  'the same with its token in the address or in a cookie'({ ask, pass }) {
    for (let poll = 0; poll < 20_000; poll++, pass(5 * SECOND)) ask(401, `/api/states?token=old&t=${poll}`)
  },
  'a photo app whose session is over, asking for ten thousand thumbnails'({ ask, pass }) {
    for (let index = 0; index < 10_000; index++, pass(20)) ask(401, `/api/assets/${uuid(index)}/thumbnail`)
  },
  'a film library without pictures (Jellyfin)'({ ask, pass }) {
    for (let index = 0; index < 10_000; index++, pass(20)) {
      ask(404, `/Items/${uuid(index).replaceAll('-', '')}/Images/Primary?tag=${index}`)
      ask(404, `/Items/${index}/Images/Backdrop/0`)
      ask(404, `/Persons/${index}%20Smith/Images/Primary`)
    }
  },
  'an album of which no thumbnail was ever made, under names that people gave'({ ask, pass }) {
    for (let index = 0; index < 5000; index++, pass(20))
      ask(404, `/photos/holidays/${'abcdefghij'[index % 10]}${'klmnopqrst'[index % 7]}.webp`)
  },
  'tiles of a map, pieces of a stream that is over, days of a diary'({ ask, pass }) {
    for (let index = 0; index < 5000; index++, pass(50)) {
      ask(404, `/tiles/12/${index}/${index}.png`)
      ask(404, `/hls/segment-${index}.ts`)
      ask(404, `/diary/2026-01-${index}`)
    }
  },
  'a program that looks for each file before it stores it (WebDAV, restic)'({ ask, pass }) {
    for (let index = 0; index < 5000; index++, pass(50)) {
      const name = String(index).replace(/\d/g, (digit) => 'abcdefghij'[Number(digit)] ?? '')
      ask(404, { method: 'HEAD', url: `/store/${name}`, authorization: basic('right') })
      ask(201, { method: 'PUT', url: `/store/${name}`, authorization: basic('right') })
    }
  },
  'browsers that ask what every browser asks, of a service that has none of it'({ ask, pass }) {
    const asks = ['favicon.ico', 'apple-touch-icon.png', 'robots.txt', 'sitemap.xml', 'manifest.json', 'browserconfig.xml', 'sw.js']
    const known = [
      'change-password',
      'assetlinks.json',
      'apple-app-site-association',
      'carddav',
      'caldav',
      'security.txt',
      'passkey-endpoints',
    ]
    for (let visit = 0; visit < 500; visit++, pass(10 * SECOND))
      for (const path of [...asks, ...known.map((name) => `.well-known/${name}`)]) ask(404, `/${path}`)
  },
  'a page that renews its session in vain, once every five seconds'({ ask, pass }) {
    for (let poll = 0; poll < 20_000; poll++, pass(5 * SECOND)) ask(401, { method: 'POST', url: '/api/auth/refresh' })
  },
  'a page that asks a programming interface by POST, without being signed in'({ ask, pass }) {
    for (let poll = 0; poll < 20_000; poll++, pass(SECOND)) ask(401, { method: 'POST', url: '/graphql' })
  },
  'Windows signing in by NTLM on each connection'({ ask, pass }) {
    for (let index = 0; index < 2000; index++, pass(SECOND)) {
      ask(401, '/share')
      ask(401, { url: '/share', authorization: 'NTLM TlRMTVNTUAABAAAA' })
      ask(200, { url: '/share', authorization: `NTLM TlRMTVNTUAADAAAA${index}` })
    }
  },
  'a program on a desk with the password of last year, asking every second'({ ask, pass }) {
    for (let poll = 0; poll < 20_000; poll++, pass(SECOND)) ask(401, { url: '/camera/live', authorization: basic('last-year') })
  },
  'a camera’s app that asks for five pictures, each time without being signed in at first (Digest)'({ ask, pass }) {
    for (let poll = 0; poll < 5000; poll++, pass(2 * SECOND)) {
      ask(401, `/cgi-bin/${['snapshot', 'magicBox', 'configManager', 'eventManager', 'devVideoInput'][poll % 5]}.cgi`)
      ask(200, { url: '/cgi-bin/snapshot.cgi', authorization: `Digest username="a", nc=${poll}` })
    }
  },
  'a person who mistypes a password nine times'({ ask, pass }) {
    for (let guess = 0; guess < 9; guess++, pass(5 * SECOND)) ask(401, { url: '/', authorization: basic(`mistyped${guess}`) })
  },
  'a link that its owner has withdrawn, opened by everybody behind one address'({ visitors, pass }) {
    for (let guest = 0; guest < 500; guest++, pass(SECOND)) visitors.refused(STRANGER, 'web', 'the withdrawn grant')
  },
  'a watcher that opens a raw service’s port every ten seconds to see that it is there'({ visitors, pass }) {
    for (let look = 0; look < 20_000; look++, pass(10 * SECOND)) visitors.enterRaw(STRANGER, 'box', () => undefined)?.leave(0)
  },
  'fifty machines kept by one script over SSH, in a burst'({ visitors, pass }) {
    for (let run = 0; run < 100; run++, pass(300)) visitors.enterRaw(STRANGER, 'box', () => undefined)?.leave(4000)
  },
  'a raw service that is down, and players who try'({ visitors, pass }) {
    for (let run = 0; run < 5000; run++, pass(SECOND)) visitors.enterRaw(STRANGER, 'game', () => undefined)?.leave(undefined)
  },
  'WordPress for its own owner: an editor’s app that is not allowed in'({ ask, pass }) {
    for (let poll = 0; poll < 5000; poll++, pass(5 * SECOND)) ask(403, { method: 'POST', url: '/xmlrpc.php' })
  },
}
for (const [name, live] of Object.entries(EVERYDAY))
  test(`not banned: ${name}`, () => {
    const home = openHome()
    live(home)
    assert.deepEqual(home.told, [])
    assert.equal(home.ask(200), 'answered')
  })

test('not banned: forty of these behind one address, for a day', () => {
  const home = openHome()
  for (let minute = 0; minute < 1440; minute++, home.pass(MINUTE))
    for (let person = 0; person < 40; person++) {
      home.ask(401, { method: 'PROPFIND', url: '/remote.php/dav/' })
      home.ask(401, { url: '/Sessions', authorization: `MediaBrowser Token="old${person % 5}"` })
      home.ask(404, `/Items/${person}${minute}/Images/Primary`)
      home.ask(200)
    }
  assert.deepEqual(home.told, [])
})

const LIST = [
  '/.env',
  '/.git/config',
  '/wp-login.php',
  '/phpmyadmin/index.php',
  '/vendor/phpunit/src/Util/PHP/eval-stdin.php',
  '/backup.sql',
]
const word = (index: number): string => [...String(index)].map((digit) => 'qwertzuiop'[Number(digit)]).join('')

/** So many requests are enough, or connections. */
const HOSTILE: Readonly<Record<string, readonly [reason: string, enough: number, attempt: (home: Home, index: number) => void]>> = {
  'the usual list, not found': ['scan', 5, ({ ask }, index) => void ask(404, LIST[index] ?? '')],
  'the usual list, forbidden': ['scan', 5, ({ ask }, index) => void ask(403, LIST[index] ?? '')],
  'the usual list, with a page that succeeds in between': [
    'scan',
    5,
    ({ ask }, index) => {
      ask(200, '/')
      ask(404, LIST[index] ?? '')
    },
  ],
  'a dictionary of directories': ['scan', 105, ({ ask }, index) => void ask(404, `/${word(index)}`)],
  'passwords, one after the other (Basic)': [
    'credentials',
    10,
    ({ ask }, index) => void ask(401, { url: '/admin', authorization: basic(word(index)) }),
  ],
  tokens: ['credentials', 10, ({ ask }, index) => void ask(401, { url: '/api', authorization: `Bearer ${word(index)}` })],
  'passwords in a form': ['sign-in', 200, ({ ask }, index) => void ask(index % 2 ? 401 : 403, { method: 'POST', url: '/login' })],
  'passwords in a form, by a program that names itself (Jellyfin)': [
    'sign-in',
    200,
    ({ ask }) => void ask(401, { method: 'POST', url: '/Users/AuthenticateByName', authorization: 'MediaBrowser Client="x"' }),
  ],
  'passwords by Digest': [
    'sign-in',
    200,
    ({ ask }, index) => void ask(401, { url: '/', authorization: `Digest username="admin", response="${index}"` }),
  ],
  'PINs and links of this home': ['access', 10, ({ visitors }, index) => visitors.refused(STRANGER, 'web', String(index))],
  'SSH, one connection after the other': [
    'connections',
    120,
    ({ visitors }) => visitors.enterRaw(STRANGER, 'box', () => undefined)?.leave(3000),
  ],
}
for (const [name, [reason, enough, attempt]] of Object.entries(HOSTILE))
  test(`banned: ${name}`, () => {
    const home = openHome()
    let attempts = 0
    for (; home.told.length === 0 && attempts < 1000; attempts++, home.pass(20)) attempt(home, attempts)
    assert.deepEqual([home.told[0]?.place, home.told[0]?.reason], [STRANGER, reason])
    // Two things in three hundred look alike to a set of a fixed size.
    assert.ok(attempts >= enough - 5 && attempts <= enough + 5, `${attempts}`)
    assert.equal(home.ask(200), 'banned')
  })

test('who guesses slowly enough never to be banned does not get far', () => {
  const home = openHome()
  let guesses = 0
  for (; guesses < 100; guesses++, home.pass(DAY / 960)) home.ask(401, { url: '/', authorization: basic(word(guesses)) })
  assert.deepEqual(home.told, [], 'one in ninety seconds')
  for (guesses = 0; home.told.length === 0; guesses++, home.pass(MINUTE))
    home.ask(401, { url: '/', authorization: basic(`x${word(guesses)}`) })
  assert.ok(guesses < 40, 'one a minute')
})
