import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chainOf, type LinkName, type LinkVerdict } from './chain.ts'
import { NO_BANS } from './model/ban.ts'
import { NO_PREFERENCES } from './model/preferences.ts'
import { problem } from './problem.ts'
import { NO_AUTHORITY, type Snapshot, UNGUARDED, UNNAMED } from './snapshot.ts'

const PROVEN: Snapshot = {
  v: 1,
  rehearsal: false,
  internet: { state: 'online' },
  gateway: { address: '192.168.1.1', name: 'Box', protocols: ['upnp'], externalIPv4: '203.0.113.10', nat: 'single', natEvidence: [] },
  relay: {
    url: 'https://relay.test',
    state: 'connected',
    transport: 'direct',
    rttMs: 24,
    observedIPv4: '203.0.113.10',
    observedIPv6: null,
  },
  relays: [],
  domain: 'amber-otter-42.relay.test',
  ownNames: [],
  names: UNNAMED,
  guard: UNGUARDED,
  alerts: [],
  bans: NO_BANS,
  authority: NO_AUTHORITY,
  certificates: [],
  preferences: NO_PREFERENCES,
  services: [
    {
      name: 'web',
      target: 'http://192.168.1.20:80',
      kind: 'http',
      state: 'reachable',
      paths: [{ rung: 'mapped', family: 'ipv4', phase: 'confirmed', verdict: { outcome: 'reachable', atMs: 1 } }],
      best: { ipv4: 'mapped', ipv6: null },
      publicUrl: null,
      publicAddress: null,
      shareLink: null,
      preset: null,
      safety: null,
      access: 'public',
      hasPassword: false,
      allowed: [],
      admitted: [],
      routes: [],
      proxyProtocol: false,
      uploadLimitMb: null,
      pin: null,
      links: [],
      provenAtMs: 1,
      reachableSinceMs: null,
      visitors: 0,
      problem: null,
    },
  ],
  problems: [],
}

const verdicts = (snapshot: Snapshot): Partial<Record<LinkName, LinkVerdict>> =>
  Object.fromEntries(chainOf(snapshot).map(({ link, verdict }) => [link, verdict]))

test('every link holds once somebody outside has proven a service', () => {
  assert.deepEqual(new Set(Object.values(verdicts(PROVEN))), new Set(['ok']))
})

test('a rehearsal says nothing of the internet, nor of anybody outside', () => {
  const { internet, outside, relay, service } = verdicts({ ...PROVEN, rehearsal: true })
  assert.deepEqual({ internet, outside, relay, service }, { internet: 'unknown', outside: 'unknown', relay: 'ok', service: 'ok' })
})

test('a problem stands at its link, broken or only worth a warning', () => {
  const refused = problem('service-refused', { service: 'web', target: 'http://192.168.1.20:80' })
  const second = problem('second-router', { address: '192.168.0.2' })
  const found = verdicts({ ...PROVEN, problems: [refused, second] })
  assert.deepEqual({ service: found.service, router: found.router }, { service: 'broken', router: 'warning' })
})

test('what the relay’s operator has decided stands at the relay, not at this computer', () => {
  const facts = { service: 'web', relay: 'relay.test', reason: 'none-given' }
  const withProblem = (found: Snapshot['problems'][number]) => verdicts({ ...PROVEN, problems: [found] })
  const down = withProblem(problem('service-taken-down', facts))
  assert.deepEqual([down.relay, down.computer], ['broken', 'ok'])
  const quota = problem('relay-quota-near', { relay: 'relay.test', used: '8', limit: '9', until: '1' })
  for (const found of [problem('link-taken-down', facts), quota]) assert.equal(withProblem(found).relay, 'warning')
})
