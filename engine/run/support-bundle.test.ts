import assert from 'node:assert/strict'
import { test } from 'node:test'
import { finding } from '../../protocol/finding.ts'
import type { LogEntry } from '../../protocol/model/log.ts'
import { problem } from '../../protocol/problem.ts'
import type { LinkView } from '../../protocol/snapshot.ts'
import { house, service } from '../../test/fakes/snapshots.ts'
import { redact } from './redact.ts'
import { secretsIn, supportBundle, textsIn } from './support-bundle.ts'

/** Each of another kind, so that none is caught by luck. */
const MARKS = {
  grant: 'AbCd1234EfGh5678IjKl90',
  linkId: 'markedlinkidabcd',
  alias: 'K7DQ-2VXM',
  label: 'for my sister Ottilie',
  mail: 'owner.marked@mail.example',
  topic: 'my-hidden-topic-name',
  token: 'duck-token-11112222-3333',
  password: 'correct horse battery',
  friend: 'friend-of-mine.example.org',
  visitor: '198.51.100.234',
  banned: '192.0.2.199',
  hook: 'https://hooks.example/T0K3N/secretpath',
  query: 'patient=marked-query',
  relayCode: 'MARKEDRELAYCODE42',
  cookie: 'session=markedcookievalue',
  pem: '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMarked\n-----END PRIVATE KEY-----',
  folder: '/home/marked-person/photos',
}

const link: LinkView = {
  ...{ id: MARKS.linkId, label: MARKS.label, url: `https://relay.example/s/${MARKS.linkId}#${MARKS.grant}`, alias: MARKS.alias },
  ...{
    via: 'relay',
    createdAtMs: 1,
    endsAtMs: null,
    maxUses: null,
    uses: 0,
    lastUsedAtMs: null,
    registered: true,
    pin: false,
    locked: false,
  },
}

const marked = house({
  services: [
    service({
      name: 'web',
      access: 'link',
      shareLink: link.url,
      links: [link],
      allowed: [{ entry: MARKS.friend, addresses: [MARKS.visitor] }],
      admitted: [{ place: MARKS.visitor, link: MARKS.linkId, untilMs: 5 }],
      problem: problem('service-refused', { service: 'web', target: `http://admin:${MARKS.grant}@192.168.1.20:80/?${MARKS.query}` }),
      safety: { atMs: 1, findings: [finding('default-login-known', { program: 'Jeedom', user: 'admin', password: MARKS.password })] },
    }),
    service({ name: 'photos', target: `folder:${MARKS.folder}` }),
  ],
  alerts: [
    { id: 'a', kind: 'mail', to: MARKS.mail, state: 'failing', reason: `550 ${MARKS.mail} unknown` },
    { id: 'b', kind: 'ntfy', to: `ntfy:https://ntfy.example/${MARKS.topic}`, state: 'ready', reason: null },
  ],
  bans: { total: 1, newest: [{ place: MARKS.banned, reason: 'scan', service: 'web', count: 3, sinceMs: 1, untilMs: null }] },
  authority: {
    name: 'ZeroSSL',
    directory: 'https://acme.example',
    email: MARKS.mail,
    hasAccount: true,
    caFile: null,
    agreed: null,
    wanted: null,
  },
  problems: [problem('relay-unreachable', { relay: `https://relay.example/join/${MARKS.relayCode}`, reason: 'timed out' })],
  diagnosis: {
    chain: [
      { link: 'service', verdict: 'broken', atMs: 5, evidence: [{ fact: 'silent', value: `http://x/?${MARKS.query}` }], problem: null },
    ],
    problems: [
      {
        problem: problem('alert-undelivered', { address: MARKS.mail, reason: `POST ${MARKS.hook} failed` }),
        ...{ link: 'relay', role: 'cause', causedBy: null, sinceMs: 1 },
      },
    ],
    healed: [],
  },
})

const logged: LogEntry = {
  ...{ id: 1, atMs: 1, level: 'error', subject: 'engine', event: 'fault', service: null },
  facts: {
    error: `GET ${MARKS.hook}?${MARKS.query} Authorization: Bearer ${MARKS.grant} Cookie: ${MARKS.cookie} by ${MARKS.mail} with ${MARKS.pem}`,
    more: `token=${MARKS.token}; ${MARKS.password} at ${MARKS.topic}`,
  },
}

const bundle = supportBundle({
  snapshot: marked,
  log: [logged],
  secrets: [
    ...secretsIn(marked),
    ...textsIn({ names: { 'a.example': { credentials: { token: MARKS.token } } }, alerts: [MARKS.topic, MARKS.hook, MARKS.password] }),
  ],
  startedAtMs: 1000,
  nowMs: Date.UTC(2026, 0, 5),
})

test('nothing that opens a door, and nobody who came through one, is in the bundle', () => {
  for (const [name, mark] of Object.entries(MARKS)) {
    assert.ok(!bundle.text.includes(mark), `${name} in\n${bundle.text}`)
    for (const part of mark
      .split(/[\s/=]+/)
      .filter((word) => word.length >= 10 && !word.startsWith('http') && !word.includes('hooks.example')))
      assert.ok(!bundle.text.includes(part), `${part} of ${name} in\n${bundle.text}`)
  }
})

test('what helps is there: what runs, how things stand, what is wrong, the router, the log', () => {
  const { text, fileName } = bundle
  assert.equal(fileName, 'porchlight-support-2026-01-05.txt')
  for (const part of [
    /porchlight: \d+\.\d+\.\d+/,
    /node: v24/,
    /runningSince: 1970-01-01T00:00:01/,
    /Livebox 6/,
    /nat: single/,
    /externalIPv4: 203\.0\.113\.7/,
    /broken +service/,
    /cause: alert-undelivered/,
    /name: web/,
    /"links":1,"allowed":1,"admitted":1/,
    /bans: 1/,
    /fault/,
    /relay\.example/,
    /default-login-known/,
  ])
    assert.match(text, part)
})

test('what is taken out of a text, and what is left of it', () => {
  const cases: [string, string][] = [
    ['https://relay.example:8443/s/abc#grant said no', 'https://relay.example:8443 said no'],
    ['GET /photos/?who=me HTTP/1.1', 'GET /photos/?… HTTP/1.1'],
    ['wss://a:b@host.example/x', 'wss://host.example'],
    ['connect ECONNREFUSED 192.168.1.20:8080', 'connect ECONNREFUSED 192.168.1.20:8080'],
    ['maison-dupont-de-la-plage.relay.example', 'maison-dupont-de-la-plage.relay.example'],
    [
      '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
      '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    ],
    ['2001:db8:1:2::/64', '2001:db8:1:2::/64'],
    ['api_key: abcdef', 'api_key: …'],
  ]
  for (const [text, clean] of cases) assert.equal(redact(text), clean)
})
