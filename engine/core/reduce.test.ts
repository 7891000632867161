import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import { lightOf } from '../../protocol/snapshot.ts'
import type { Happening } from './events.ts'
import { deviceDomain, FRONT_DOOR, publicationOf } from './exposures.ts'
import { plan } from './plan.ts'
import {
  ADDED,
  AT_HOME,
  AT_HOME6,
  CERTIFIED,
  continued,
  DIRECT,
  DIRECT6,
  GAME,
  JOURNALLED,
  KNOWN,
  MAPPED,
  OPENED,
  phaseOf,
  probed,
  RELAY,
  ROUTER,
  RULE,
  seen,
  situation,
  T0,
  TUNNEL,
  TUNNEL6,
  WEB,
} from './situation.fixture.ts'
import { certificateOf, type State } from './state.ts'
import { view } from './view.ts'

const lost = problem('relay-unreachable', { relay: 'relay.test', reason: 'lost' })

describe('the ladder', () => {
  it('wants no path for nothing, and none for a paused service', () => {
    assert.deepEqual(situation(AT_HOME, ...RELAY).paths, {})
    const paused = continued(situation(...DIRECT), { type: 'service-paused', name: WEB.name })
    assert.deepEqual(paused.paths, {})
    assert.equal(phaseOf(continued(paused, { type: 'service-resumed', name: WEB.name }), MAPPED), 'seeking')
  })

  it('stands on the tunnel as soon as the relay is there, in every family the relay has', () => {
    const state = situation(...ADDED, ...RELAY)
    assert.equal(phaseOf(state, TUNNEL), 'provisioned')
    assert.equal(phaseOf(state, TUNNEL6), 'provisioned')
  })

  it('shows no way in IPv6 while no IPv6 address stands in DNS: the relay’s goes once IPv4 is direct', () => {
    const best = (state: State) => view(state).services[0]?.best
    const tunnelled = situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, probed(TUNNEL, 'reachable'), probed(TUNNEL6, 'reachable'))
    assert.deepEqual(best(tunnelled), { ipv4: 'tunnel', ipv6: 'tunnel' })
    assert.deepEqual(best(situation(...DIRECT, probed(TUNNEL6, 'reachable'))), { ipv4: 'mapped', ipv6: null })
  })

  it('takes the router’s word for provisioned, and only a verdict for confirmed', () => {
    const word = situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, ROUTER, JOURNALLED, OPENED)
    assert.equal(phaseOf(word, MAPPED), 'provisioned')
    assert.deepEqual(publicationOf(word).direct, [])
    const verdict = continued(word, probed(MAPPED, 'reachable'))
    assert.equal(phaseOf(verdict, MAPPED), 'confirmed')
    assert.deepEqual(publicationOf(verdict).direct, ['ipv4'])
  })

  it('doubts once before it gives a confirmed path up', () => {
    const once = continued(situation(...DIRECT), probed(MAPPED, 'timed-out'))
    assert.equal(phaseOf(once, MAPPED), 'confirmed')
    assert.equal(phaseOf(continued(once, probed(MAPPED, 'reachable')), MAPPED), 'confirmed')
    const twice = continued(once, probed(MAPPED, 'timed-out'))
    assert.equal(phaseOf(twice, MAPPED), 'seeking')
    assert.deepEqual(publicationOf(twice).direct, [])
  })

  it('deletes and makes anew a rule that nobody outside sees, once; then blocks, ever longer', () => {
    let state = continued(situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, ROUTER, JOURNALLED, OPENED), probed(MAPPED, 'timed-out'))
    const seeking = state.paths[MAPPED]
    assert.deepEqual(seeking?.phase === 'seeking' && seeking.replace, [RULE])
    state = continued(state, OPENED, probed(MAPPED, 'timed-out'))
    const waits: number[] = []
    for (let round = 0; round < 4; round++) {
      const blocked = state.paths[MAPPED]
      assert.ok(blocked?.phase === 'blocked' && blocked.problem.code === 'mapping-unreachable')
      waits.push(blocked.retryAtMs - T0)
      state = continued(state, OPENED, probed(MAPPED, 'refused'))
    }
    assert.deepEqual(waits, [60_000, 120_000, 300_000, 600_000])
  })

  it('seeks again when the rule is gone from the router’s table, and blocks when it is somebody else’s', () => {
    const inspected = (found: 'present' | 'absent' | 'foreign' | 'unknown'): State =>
      continued(situation(...DIRECT), {
        type: 'inspected',
        path: MAPPED,
        found,
        router: 'gateway',
        claims: { gateway: null, upstream: null },
      })
    assert.equal(phaseOf(inspected('present'), MAPPED), 'confirmed')
    assert.equal(phaseOf(inspected('unknown'), MAPPED), 'confirmed')
    assert.equal(phaseOf(inspected('absent'), MAPPED), 'seeking')
    assert.equal(phaseOf(inspected('foreign'), MAPPED), 'blocked')
  })

  it('keeps a renewed path confirmed, and looks again when a renewal fails', () => {
    const renewed = continued(situation(...DIRECT), [OPENED, T0 + 3_600_000])
    const path = renewed.paths[MAPPED]
    assert.ok(path?.phase === 'confirmed' && path.way.renewAtMs === T0 + 7_200_000)
    const failed = continued(situation(...DIRECT), [
      { type: 'opening-failed', path: MAPPED, problem: problem('gateway-silent', { address: '192.168.1.1' }), silent: 'gateway' },
      T0 + 5,
    ])
    const still = failed.paths[MAPPED]
    assert.ok(still?.phase === 'confirmed' && still.way.probeAtMs === T0 + 5)
    assert.equal(failed.gateway.phase, 'unknown')
  })

  it('forgets what was open elsewhere when the network changes, and nothing when it does not', () => {
    const elsewhere: Happening = { type: 'network', facts: { ipv4: { gateway: '10.0.0.1', localAddress: '10.0.0.7' } } }
    const moved = continued(situation(...DIRECT), elsewhere)
    assert.equal(phaseOf(moved, MAPPED), 'seeking')
    assert.equal(moved.gateway.phase, 'unknown')
    assert.deepEqual(publicationOf(moved).direct, [])
    assert.equal(phaseOf(continued(situation(...DIRECT), AT_HOME), MAPPED), 'confirmed')
  })

  it('blocks with the router’s silence, and seeks at once when it speaks again', () => {
    const silent: Happening = { type: 'gateway-absent', problem: problem('gateway-silent', { address: '192.168.1.1' }) }
    const state = situation(...ADDED, AT_HOME, silent)
    assert.equal(phaseOf(state, MAPPED), 'blocked')
    assert.equal(phaseOf(continued(state, ROUTER), MAPPED), 'seeking')
  })

  it('follows a machine to its new address, says so once, and leaves the way in alone', () => {
    const down: Happening = { type: 'target-down', name: WEB.name, problem: problem('service-silent', { service: WEB.name, target: '' }) }
    const known: Happening = { type: 'target-known', name: WEB.name, mac: '00:16:3e:0a:0b:0c' }
    const state = continued(situation(...DIRECT), known, down, { type: 'target-moved', name: WEB.name, host: '192.168.1.120' })
    assert.deepEqual(state.services, [{ ...WEB, mac: '00:16:3e:0a:0b:0c', target: { ...WEB.target, host: '192.168.1.120' } }])
    assert.deepEqual([state.targets[WEB.name]?.phase, phaseOf(state, MAPPED)], ['up', 'confirmed'])
    const again = continued(state, { type: 'target-moved', name: WEB.name, host: '192.168.1.121' })
    assert.deepEqual(again.notices, [
      problem('target-moved', { service: WEB.name, address: '192.168.1.120', target: 'http://192.168.1.121:8080' }),
    ])
    assert.deepEqual(continued(again, { type: 'service-removed', name: WEB.name }).notices, [])
    const { diagnosis: _, ...untouched } = continued(situation(), { type: 'target-moved', name: 'gone', host: '192.168.1.9' })
    const { diagnosis: __, ...empty } = situation()
    assert.deepEqual(untouched, empty)
  })
})

describe('a router that changes under us', () => {
  const inspected = (externalIPv4: string | null): State =>
    continued(situation(...DIRECT), {
      type: 'inspected',
      path: MAPPED,
      found: 'present',
      router: 'gateway',
      claims: { gateway: externalIPv4, upstream: null },
    })

  it('is asked anew when it has another address outside, and everything is connected anew', () => {
    const changed = inspected('203.0.113.11')
    assert.equal(phaseOf(changed, MAPPED), 'seeking')
    assert.deepEqual(publicationOf(changed).direct, [])
    assert.equal(changed.relay.phase, 'connecting')
    assert.notDeepEqual(
      [...plan(changed, T0).effects.keys()].find((key) => key.startsWith('keep-tunnel')),
      [...plan(situation(...DIRECT), T0).effects.keys()].find((key) => key.startsWith('keep-tunnel')),
    )
  })

  it('has its rules asked for again, and nothing else, when our lanes go over IPv6 or the new address is proven already', () => {
    const claims: Happening = {
      type: 'inspected',
      path: MAPPED,
      found: 'present',
      router: 'gateway',
      claims: { gateway: '203.0.113.11', upstream: null },
    }
    const over6: Happening = { type: 'relay-connected', known: { ...KNOWN, family: 'ipv6' } }
    const before = continued(situation(...DIRECT), over6, probed(MAPPED, 'reachable'))
    const changed = continued(before, claims)
    assert.deepEqual([changed.relay.phase, phaseOf(changed, MAPPED), changed.generation], ['connected', 'seeking', before.generation])
    assert.ok(changed.relay.phase === 'connected' && changed.relay.known.observed.ipv4 === undefined)
    const moved: Happening = { type: 'relay-observed', family: 'ipv4', address: '203.0.113.11' }
    assert.equal(phaseOf(continued(before, moved, probed(MAPPED, 'reachable'), claims), MAPPED), 'confirmed')
  })

  it('is left alone while it says the same, or nothing', () => {
    assert.equal(phaseOf(inspected('203.0.113.10'), MAPPED), 'confirmed')
    assert.equal(phaseOf(inspected(null), MAPPED), 'confirmed')
  })

  it('is asked for every rule again after a restart', () => {
    assert.equal(phaseOf(continued(situation(...DIRECT), { type: 'router-restarted' }), MAPPED), 'seeking')
  })
})

describe('IPv6, where nothing is translated', () => {
  const heard: Happening = { type: 'listening', exposure: FRONT_DOOR, family: 'ipv6', port: 443 }
  const own = situation(...ADDED, AT_HOME6, ...RELAY, CERTIFIED, { ...ROUTER, pinholes: 1 } as Happening, heard)
  const alone = situation(...ADDED, AT_HOME6, ...RELAY, CERTIFIED, ROUTER, heard)
  const pinhole = { ...RULE, internalAddress: '2001:db8:1::10', internalPort: 443, via: 'pcp' as const }
  const punched: Happening = {
    type: 'opened',
    path: DIRECT6,
    rules: [pinhole],
    outside: { address: '2001:db8:1::10', port: 443 },
    missing: null,
    silent: null,
  }

  it('stands on its own address as soon as it listens there, and counts once it is proven', () => {
    assert.equal(phaseOf(situation(...ADDED, AT_HOME6), DIRECT6), 'seeking')
    assert.equal(phaseOf(own, DIRECT6), 'provisioned')
    const open = continued(own, probed(DIRECT6, 'reachable'))
    assert.equal(phaseOf(open, DIRECT6), 'confirmed')
    assert.deepEqual(publicationOf(open).direct, ['ipv6'])
  })

  it('asks for a pinhole only when the firewall is closed, and leaves it be when that does not help', () => {
    const closed = continued(own, probed(DIRECT6, 'timed-out'))
    assert.equal(phaseOf(closed, DIRECT6), 'seeking')
    const opened = continued(closed, punched)
    assert.equal(phaseOf(opened, DIRECT6), 'provisioned')
    assert.equal(phaseOf(continued(opened, probed(DIRECT6, 'reachable')), DIRECT6), 'confirmed')
    const still = continued(opened, probed(DIRECT6, 'timed-out')).paths[DIRECT6]
    assert.ok(still?.phase === 'blocked' && still.problem.code === 'ipv6-closed')
  })

  it('asks again for a pinhole that is written down, and is never seen through one that it does not keep', () => {
    const open = continued(
      own,
      probed(DIRECT6, 'timed-out'),
      { type: 'rule-journalled', rule: pinhole },
      punched,
      probed(DIRECT6, 'reachable'),
    )
    const asksAgain = (state: State): boolean => {
      const effects = [...plan(state, T0).effects.values()]
      assert.ok(!effects.some(({ kind }) => kind === 'remove-rule'))
      return effects.some((effect) => effect.kind === 'open' && effect.path === DIRECT6)
    }
    assert.ok(!asksAgain(open))
    assert.ok(asksAgain(continued(open, { type: 'router-restarted' })))
    const gone: Happening = {
      type: 'inspected',
      path: DIRECT6,
      found: 'absent',
      router: 'gateway',
      claims: { gateway: null, upstream: null },
    }
    assert.ok(asksAgain(continued(open, gone)))
    // What leads to our own address cannot be somebody else's.
    assert.ok(asksAgain(continued(open, { ...gone, found: 'foreign' })))
    // After a crash, or with a router whose IPv6 side answers a moment later than its other one.
    const start = situation({ type: 'rule-journalled', rule: pinhole }, ...ADDED, AT_HOME6, ...RELAY, CERTIFIED, heard)
    const late = continued(start, ROUTER, probed(DIRECT6, 'reachable'))
    const found = { ...ROUTER, pinholes: 1 } as Happening
    assert.ok(asksAgain(continued(start, found)))
    assert.ok(asksAgain(continued(late, found)))
    // Nobody to ask: it is looked at as it is.
    const absent: Happening = { type: 'gateway-absent', problem: problem('gateway-silent', { address: '192.168.1.1' }) }
    assert.ok(plan(continued(start, absent), T0 + 2000).effects.has(`probe ${DIRECT6}`))
  })

  it('asks as soon as the firewall can be asked', () => {
    const blocked = continued(alone, probed(DIRECT6, 'timed-out'))
    assert.equal(phaseOf(continued(blocked, ROUTER), DIRECT6), 'blocked')
    const path = continued(blocked, { ...ROUTER, pinholes: 1 } as Happening).paths[DIRECT6]
    assert.ok(path?.phase === 'seeking' && path.attempt === 1)
  })

  it('troubles nobody with a closed firewall while the relay carries IPv6', () => {
    const refused: Happening = { type: 'opening-failed', path: DIRECT6, problem: problem('ipv6-closed', { port: '443' }), silent: null }
    const state = continued(own, probed(DIRECT6, 'timed-out'), refused)
    assert.deepEqual(view(state).problems, [])
    assert.equal(view(state).services[0]?.paths.find(({ rung }) => rung === 'direct')?.problem, 'ipv6-closed')
  })

  it('says what to do when the system keeps the port, and goes on by itself when it no longer does', () => {
    const kept: Happening = {
      type: 'listening-refused',
      exposure: FRONT_DOOR,
      family: 'ipv6',
      problem: problem('ipv6-port-forbidden', { port: '443', command: 'x' }),
    }
    const state = situation(...ADDED, AT_HOME6, ...RELAY, kept)
    assert.deepEqual(
      view(state).problems.map(({ code }) => code),
      ['ipv6-port-forbidden'],
    )
    assert.equal(phaseOf(continued(state, heard), DIRECT6), 'provisioned')
  })

  it('goes on listening under another router, for its address is still its own', () => {
    const open = continued(own, probed(DIRECT6, 'reachable'))
    const rebooting: Happening = {
      type: 'network',
      facts: {
        ipv4: { gateway: '192.168.1.1', localAddress: '192.168.1.10' },
        ipv6: { gateway: null, localAddress: '2001:db8:1::10', interfaceName: 'eth0' },
      },
    }
    assert.equal(phaseOf(continued(open, rebooting, AT_HOME6), DIRECT6), 'provisioned')
  })

  it('starts again at another address', () => {
    const open = continued(own, probed(DIRECT6, 'reachable'))
    const elsewhere: Happening = {
      type: 'network',
      facts: { ipv6: { gateway: 'fe80::1', localAddress: '2001:db8:9::10', interfaceName: 'eth0' } },
    }
    assert.equal(phaseOf(continued(open, elsewhere), DIRECT6), 'seeking')
    assert.deepEqual(publicationOf(continued(open, elsewhere)).direct, [])
  })
})

describe('without an outside', () => {
  const direct = situation(...DIRECT)

  it('shows nothing as proven, but leaves what is published', () => {
    const state = continued(direct, { type: 'relay-waiting', problem: lost })
    assert.equal(phaseOf(state, MAPPED), 'provisioned')
    assert.equal(phaseOf(state, TUNNEL), 'seeking')
    assert.deepEqual(publicationOf(state).direct, ['ipv4'])
    assert.equal(view(state).services[0]?.state, 'unknown')
    assert.equal(lightOf(view(state)), 'cannot-check')
  })

  it('counts an unsure relay like none: never red', () => {
    const unsure = continued(direct, probed(MAPPED, 'unknown'), probed(TUNNEL, 'unknown'), probed(TUNNEL6, 'unknown'))
    assert.equal(phaseOf(unsure, MAPPED), 'provisioned')
    assert.deepEqual(publicationOf(unsure).direct, ['ipv4'])
    assert.notEqual(view(unsure).services[0]?.state, 'unreachable')
    assert.notEqual(view(unsure).services[0]?.state, 'reachable')
  })

  it('looks at once also at our own IPv6 address when the relay is back', () => {
    const heard: Happening = { type: 'listening', exposure: FRONT_DOOR, family: 'ipv6', port: 443 }
    const open = continued(situation(...ADDED, AT_HOME6, ...RELAY, CERTIFIED, ROUTER, heard), probed(DIRECT6, 'reachable'))
    const back = continued(open, { type: 'relay-waiting', problem: lost }, [{ type: 'relay-connected', known: KNOWN }, T0 + 9000])
    const path = back.paths[DIRECT6]
    assert.ok(path?.phase === 'provisioned' && path.standing && path.way.probeAtMs === T0 + 9000)
  })

  it('asks a relay that refused again in another network, and when its owner wants to know', () => {
    const refused = continued(direct, {
      type: 'relay-refused',
      problem: problem('relay-older', { relay: 'relay.test', ours: '2', theirs: '1' }),
    })
    for (const happening of [{ type: 'check-now' }, { type: 'network', facts: null }] satisfies Happening[])
      assert.equal(continued(refused, happening).relay.phase, 'connecting')
  })

  it('calls a relay that is away again when somebody asks for a check', () => {
    const away = continued(direct, { type: 'relay-waiting', problem: lost })
    assert.equal(continued(away, { type: 'check-now' }).generation, away.generation + 1)
    assert.equal(continued(direct, { type: 'check-now' }).generation, direct.generation)
  })

  it('forgets a relay that would not have us, when there was none before', () => {
    const state = continued(situation(...ADDED, AT_HOME), { type: 'relay-chosen', url: KNOWN.url }, { type: 'relay-left', url: KNOWN.url })
    assert.deepEqual(
      view(state).problems.map(({ code }) => code),
      ['no-relay'],
    )
    assert.deepEqual(Object.keys(state.paths), [MAPPED])
  })

  it('looks at once when the relay is back, and withdraws what fails then', () => {
    const back = continued(direct, { type: 'relay-waiting', problem: lost }, [{ type: 'relay-connected', known: KNOWN }, T0 + 9000])
    const path = back.paths[MAPPED]
    assert.ok(path?.phase === 'provisioned' && path.standing && path.way.probeAtMs === T0 + 9000)
    assert.deepEqual(publicationOf(continued(back, probed(MAPPED, 'timed-out', T0 + 9100))).direct, [])
  })
})

describe('a raw service on a port that the router changed', () => {
  it('is given away with one port, and leaves out the IPv6 path that does not have it', () => {
    const paths = ['game mapped ipv4', 'game direct ipv6'] as const
    const rule = { ...RULE, protocol: 'udp' as const, externalPort: 22125, internalPort: 40001 }
    const state = situation(
      { type: 'service-added', service: GAME },
      { type: 'target-up', name: GAME.name },
      AT_HOME6,
      ...RELAY,
      ROUTER,
      { type: 'listening', exposure: 'game', family: 'ipv4', port: 40001 },
      { type: 'listening', exposure: 'game', family: 'ipv6', port: 22124 },
      { type: 'opened', path: paths[0], rules: [rule], outside: { address: '203.0.113.10', port: 22125 }, missing: null, silent: null },
      ...paths.map((path): Happening => ({ type: 'probed', path, verdict: seen('reachable') })),
    )
    assert.equal(view(state).services[0]?.publicAddress?.port, 22125)
    assert.deepEqual(publicationOf(state).services[0]?.direct, [{ address: '203.0.113.10', port: 22125 }])
  })
})

describe('certificates', () => {
  const DOMAIN = 'amber-otter-42.relay.test'
  const failure = (retryAfterMs: number, domain = DOMAIN): Happening => ({
    type: 'certificate-failed',
    domain,
    problem: problem('certificate-failed', { reason: 'rejected' }),
    retryAfterMs,
  })

  it('keeps the old one in use while a renewal fails, and says so', () => {
    const state = continued(situation(...RELAY, CERTIFIED), failure(60_000))
    const certificate = certificateOf(state, DOMAIN)
    assert.ok(certificate.phase === 'valid' && certificate.problem !== null && certificate.renewAtMs === T0 + 60_000)
  })

  it('has none while only another relay’s stands, and waits before the next try', () => {
    const moved: Happening = { type: 'relay-connected', known: { ...KNOWN, label: 'calm-heron-7' } }
    const state = continued(situation(...ADDED, ...RELAY, CERTIFIED, moved), failure(60_000, 'calm-heron-7.relay.test'))
    const certificate = certificateOf(state, deviceDomain(state))
    assert.ok(certificate.phase === 'failed' && certificate.retryAtMs === T0 + 60_000)
    assert.ok(![...plan(state, T0 + 59_000).effects.values()].some(({ kind }) => kind === 'obtain-certificate'))
  })

  it('has none once the old one is over', () => {
    const state = continued(situation(...RELAY, CERTIFIED), [failure(60_000), T0 + 91 * 86_400_000])
    assert.equal(certificateOf(state, DOMAIN).phase, 'failed')
  })
})

describe('what could not be written down', () => {
  const full = (what: string, path = '/data'): Happening => ({ type: 'unsaved', what, problem: problem('disk-full', { path }) })
  const told = (state: State): string[] =>
    view(state).problems.flatMap(({ code, params }) => (code === 'disk-full' ? [params.path ?? ''] : []))

  it('is said once, however much waits and however often it fails, and no longer once it is written', () => {
    const state = situation(full('relay'), full('port'), full('relay'), full('certificate', '/elsewhere'))
    assert.deepEqual(told(state), ['/data', '/elsewhere'])
    const half = continued(state, { type: 'saved', what: 'relay' }, { type: 'saved', what: 'certificate' })
    assert.deepEqual(told(half), ['/data'])
    assert.deepEqual(told(continued(half, { type: 'saved', what: 'port' })), [])
  })

  it('is tried again every ten seconds, and when its owner asks', () => {
    const state = situation(full('relay'))
    const saves = (now: State, atMs: number): boolean => plan(now, atMs).effects.has('save relay')
    assert.deepEqual([saves(state, T0 + 9_999), saves(state, T0 + 10_000)], [false, true])
    assert.ok(saves(continued(state, [{ type: 'check-now' }, T0 + 5]), T0 + 5))
  })
})

describe('the view', () => {
  const rows: readonly (readonly [string, State, string, string])[] = [
    ['nothing added', situation(AT_HOME), '-', 'empty'],
    ['no relay', situation(...ADDED, AT_HOME), 'unknown', 'cannot-check'],
    ['relay not reached yet', situation(...ADDED, AT_HOME, { type: 'relay-chosen', url: KNOWN.url }), 'checking', 'checking'],
    ['tunnel up, not proven', situation(...ADDED, AT_HOME, ...RELAY), 'checking', 'checking'],
    [
      'tunnel proven',
      situation(...ADDED, AT_HOME, ...RELAY, CERTIFIED, { type: 'probed', path: TUNNEL, verdict: seen('reachable') }),
      'reachable',
      'relayed',
    ],
    ['direct proven', situation(...DIRECT), 'reachable', 'reachable'],
    [
      'service down',
      continued(situation(...DIRECT), {
        type: 'target-down',
        name: WEB.name,
        problem: problem('service-refused', { service: WEB.name, target: 'x' }),
      }),
      'unreachable',
      'needs-you',
    ],
    ['paused', continued(situation(...DIRECT), { type: 'service-paused', name: WEB.name }), 'paused', 'paused'],
    [
      'relay refused us',
      continued(situation(...DIRECT), { type: 'relay-refused', problem: problem('relay-suspended', { relay: 'relay.test' }) }),
      'unknown',
      'cannot-check',
    ],
  ]
  for (const [name, state, service, light] of rows)
    it(`${name}: ${light}`, () => {
      assert.equal(view(state).services[0]?.state ?? '-', service)
      assert.equal(lightOf(view(state)), light)
    })

  it('gives every service its name, address and share link, before anything is proven', () => {
    const [service] = view(situation(...ADDED, ...RELAY)).services
    assert.equal(service?.publicUrl, 'https://photos.amber-otter-42.relay.test/')
    assert.deepEqual(service?.publicAddress, { host: 'photos.amber-otter-42.relay.test', port: 443 })
    assert.equal(service?.shareLink, 'https://relay.test/s/abcdefghijklmnop')
  })

  it('never calls a service reachable whose paths nobody has proven', () => {
    for (const [name, state] of rows)
      for (const service of view(state).services)
        if (service.state === 'reachable')
          assert.ok(
            service.paths.some(({ phase, verdict }) => phase === 'confirmed' && verdict?.outcome === 'reachable'),
            name,
          )
  })

  it('explains an address that the router itself does not own', () => {
    const behind = (externalIPv4: string | null): string[] =>
      view(continued(situation(...DIRECT), { ...ROUTER, externalIPv4 } as Happening)).problems.map(({ code }) => code)
    assert.ok(behind('100.64.0.10').includes('provider-shares-address'))
    assert.ok(behind(null).includes('gateway-no-address'))
    assert.deepEqual(behind('203.0.113.10'), [])
  })
})
