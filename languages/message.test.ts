import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LINKS } from '../protocol/diagnosis.ts'
import { NO_ROUTER_ACCESS } from '../protocol/model/router-api.ts'
import { problem } from '../protocol/problem.ts'
import type { Snapshot } from '../protocol/snapshot.ts'
import { house, service } from '../test/fakes/snapshots.ts'
import { LANGUAGES } from './index.ts'
import { composeMessage, mailtoOf, RECIPIENTS } from './message.ts'

const NOW = Date.UTC(2026, 10, 22, 12, 0)
const BY_HAND = problem('forward-by-hand', {
  ...{ address: '192.168.1.1', protocol: 'TCP', port: '443', internal: '192.168.1.20', internalPort: '8443' },
})
const SHARED = problem('provider-shares-address', { address: '100.64.0.7' })
const STOPPED = problem('service-refused', { service: 'jeedom', target: 'http://192.168.1.20:8080' })
/** Whatever must not leave the house, wherever a snapshot has it. */
const SECRETS = ['MARKER-GRANT', 'MARKER-ALIAS', 'MARKER-LABEL', 'MARKER-PIN', 'marker@home.example', '198.51.100.99', 'MARKER-TOPIC']

const SNAPSHOT: Snapshot = house({
  gateway: {
    ...{ address: '192.168.1.1', name: 'Livebox 5', protocols: [], externalIPv4: '100.64.0.7', nat: 'carrier', natEvidence: [] },
    guide: { router: 'livebox', chosen: false },
    access: NO_ROUTER_ACCESS,
  },
  services: [
    service({
      shareLink: 'https://relay.example/s/jeedom#MARKER-GRANT',
      admitted: [{ place: '198.51.100.99', link: 'MARKER-ALIAS', untilMs: NOW }],
      pin: 'MARKER-PIN',
      links: [
        {
          ...{
            id: 'MARKER-ALIAS',
            label: 'MARKER-LABEL',
            url: 'https://relay.example/s/x#MARKER-GRANT',
            alias: 'MARKER-ALIAS',
            via: 'relay',
          },
          ...{ createdAtMs: null, endsAtMs: null, maxUses: null, uses: 0, lastUsedAtMs: null, registered: true, pin: true, locked: false },
        },
      ],
    }),
  ],
  alerts: [{ id: 'a', kind: 'mail', to: 'marker@home.example', state: 'failing', reason: 'MARKER-TOPIC' }],
  problems: [BY_HAND, SHARED],
  diagnosis: {
    chain: LINKS.map((link) => ({ link, verdict: 'ok', atMs: NOW, evidence: [], problem: null })),
    problems: [
      { problem: SHARED, link: 'provider', role: 'cause', causedBy: null, sinceMs: NOW },
      { problem: BY_HAND, link: 'router', role: 'remark', causedBy: null, sinceMs: NOW },
      { problem: STOPPED, link: 'service', role: 'cause', causedBy: null, sinceMs: NOW },
    ],
    healed: [],
  },
})

describe('a message for somebody else', () => {
  for (const words of Object.values(LANGUAGES))
    for (const to of RECIPIENTS)
      test(`${words.locale}, to the ${to}: all numbers, and no secret`, () => {
        const { subject, body } = composeMessage(to, SNAPSHOT, NOW, words)
        for (const part of ['443', 'TCP', 'jeedom', '192.168.1.1', 'Livebox 5', '100.64.0.7', '203.0.113.7', '2026'])
          assert.ok(body.includes(part), `${part} is told`)
        for (const secret of SECRETS) assert.ok(!`${subject}${body}`.includes(secret), `${secret} stays at home`)
        assert.doesNotMatch(body, /undefined|null|\[object|https?:\/\//)
        assert.ok(!body.includes(words.problems['service-refused'](STOPPED.params as never).title), 'what is not theirs is left out')
        assert.equal(new URL(mailtoOf({ subject, body })).searchParams.get('subject'), subject)
      })

  test('who runs the network is asked for the rule, the provider for an address', () => {
    const { en } = LANGUAGES
    assert.match(composeMessage('network', SNAPSHOT, NOW, en).body, /TCP port 443 from the internet leads to 192\.168\.1\.20, port 8443/)
    assert.match(composeMessage('provider', SNAPSHOT, NOW, en).body, /an IPv4 address that I do not share/)
    const own = { ...SNAPSHOT, gateway: { ...SNAPSHOT.gateway, nat: 'single' as const } }
    assert.doesNotMatch(composeMessage('provider', own, NOW, en).body, /do not share/)
  })
})
