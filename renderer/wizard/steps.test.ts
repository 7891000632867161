import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { KeptName } from '../../protocol/model/kept-name.ts'
import type { Setup } from '../../protocol/model/setup.ts'
import { problem } from '../../protocol/problem.ts'
import type { CertificateView, ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import { HOUSES, house, jamulus, rehearsal, service } from '../../test/fakes/snapshots.ts'
import {
  BEGINNING,
  backward,
  completed,
  deedOf,
  fitted,
  forward,
  freeName,
  giftOf,
  handsNeeded,
  homeFault,
  isDirectOnly,
  isHomeUnknown,
  nameFor,
  STEPS,
  type Standing,
  standingOf,
} from './steps.ts'

const NO_RELAY = HOUSES.empty.relay
const at = (step: Setup['step'], changes: Partial<Setup> = {}): Setup => ({
  ...BEGINNING,
  choice: { preset: null, target: 'http://192.168.1.20:8080', name: 'jeedom' },
  service: 'jeedom',
  ...changes,
  step,
})
const shut = service({ state: 'checking', paths: [{ rung: 'tunnel', family: 'ipv4', phase: 'provisioned' }] })
const BY_HAND = problem('forward-by-hand', {
  address: '192.168.1.1',
  protocol: 'TCP',
  port: '443',
  internal: '192.168.1.10',
  internalPort: '24443',
})
const certificate = (state: CertificateView['state']): CertificateView =>
  ({
    ...{ name: '*.maison-dupont.relay.example', source: 'ordered', service: null, state, issuer: null, untilMs: null },
    ...{ nextAtMs: null, explanationUrl: null, failure: null },
  }) as const

describe('the steps', () => {
  test('lead forward and back, and end at both ends', () => {
    assert.deepEqual(STEPS, ['what', 'network', 'way', 'name', 'link'])
    const walked = STEPS.reduce((setup) => forward(setup), at('what'))
    assert.equal(walked.step, 'link')
    assert.equal(STEPS.reduce((setup) => backward(setup), walked).step, 'what')
  })

  test('begin anew when the service is gone, and what was chosen stays', () => {
    const gone = fitted(at('way'), house({ services: [] }))
    assert.deepEqual([gone.step, gone.service, gone.choice.name], ['what', null, 'jeedom'])
    assert.equal(fitted(at('way'), house()).step, 'way')
    assert.equal(fitted(BEGINNING, house({ services: [] })), BEGINNING)
  })
})

describe('"Next"', () => {
  const cases: [what: string, setup: Setup, snapshot: Snapshot, deed: object][] = [
    ['adds what was chosen', at('what', { service: null }), house({ services: [] }), { kind: 'add', replaces: null }],
    ['goes on when somebody came back and changed nothing', at('what'), house(), { kind: 'go' }],
    [
      'replaces what was added for another choice',
      at('what', { choice: { preset: 'jamulus', target: 'udp://localhost:22124', name: 'jamulus' } }),
      house(),
      { kind: 'add', replaces: 'jeedom' },
    ],
    ['joins a relay where there is none', at('network'), house({ relay: NO_RELAY }), { kind: 'join' }],
    ['joins by a relay of one’s own, too', at('network', { door: 'own' }), house({ relay: NO_RELAY }), { kind: 'join' }],
    ['goes on without one, where that was chosen', at('network', { door: 'direct' }), house({ relay: NO_RELAY }), { kind: 'go' }],
    ['goes on where there is a relay', at('network'), house(), { kind: 'go' }],
    ['goes on in a rehearsal', at('network'), rehearsal, { kind: 'go' }],
    ['goes on while ways are tried', at('way'), house({ services: [shut] }), { kind: 'go' }],
    ['settles the name', at('name'), house(), { kind: 'settle-name' }],
    ['finishes', at('link'), house(), { kind: 'finish' }],
  ]
  for (const [what, setup, snapshot, deed] of cases) test(what, () => assert.deepEqual(deedOf(setup, snapshot), deed))

  test('direct only is what was chosen, and only as long as there is no relay', () => {
    assert.equal(isDirectOnly(at('way', { door: 'direct' }), house({ relay: NO_RELAY })), true)
    assert.equal(isDirectOnly(at('way', { door: 'direct' }), house()), false)
    assert.equal(isDirectOnly(at('way'), house({ relay: NO_RELAY })), false)
  })
})

describe('how far each step has come', () => {
  const all = (setup: Setup, snapshot: Snapshot): Standing[] => STEPS.map((step) => standingOf(step, setup, snapshot))
  const cases: [what: string, setup: Setup, snapshot: Snapshot, standings: Standing[]][] = [
    ['at the beginning', BEGINNING, house({ services: [] }), ['working', 'waits', 'waits', 'waits', 'waits']],
    [
      'without a relay',
      at('network'),
      house({ relay: NO_RELAY, domain: null, services: [service({ state: 'unknown', paths: [] })] }),
      ['done', 'needs-you', 'waits', 'waits', 'waits'],
    ],
    [
      'just joined',
      at('network'),
      house({ services: [shut], certificates: [certificate('none')] }),
      ['done', 'done', 'working', 'working', 'waits'],
    ],
    [
      'nobody has agreed to the terms',
      at('name'),
      house({
        services: [shut],
        certificates: [certificate('failed')],
        authority: { ...house().authority, wanted: 'https://directory.example/terms' },
      }),
      ['done', 'done', 'working', 'needs-you', 'waits'],
    ],
    ['all is well', at('link'), house({ certificates: [certificate('valid')] }), ['done', 'done', 'done', 'done', 'done']],
    [
      'a router that does as it likes',
      at('way'),
      house({ services: [shut], problems: [BY_HAND] }),
      ['done', 'done', 'needs-you', 'waits', 'waits'],
    ],
    [
      'the program has stopped',
      at('link'),
      house({
        services: [service({ state: 'unreachable', problem: problem('service-refused', { service: 'jeedom', target: 'x' }) })],
        certificates: [certificate('valid')],
      }),
      ['needs-you', 'done', 'done', 'done', 'waits'],
    ],
    ['no website', at('link', { service: 'jamulus' }), house({ services: [jamulus] }), ['done', 'done', 'done', 'done', 'done']],
  ]
  for (const [what, setup, snapshot, standings] of cases) test(what, () => assert.deepEqual(all(setup, snapshot), standings))
})

describe('a hand is needed', () => {
  const firewall = problem('firewall-here', { name: 'nftables', protocol: 'TCP', port: '24443', command: 'sudo nft …' })
  const relayed = service({ paths: [{ rung: 'tunnel', family: 'ipv4', phase: 'confirmed' }] })

  test('where the owner alone can open the way: what is nearest to the service first', () => {
    const codes = (snapshot: Snapshot, of = relayed) => handsNeeded(of, snapshot).map(({ code }) => code)
    const silent = problem('gateway-silent', { address: '192.168.1.1' })
    assert.deepEqual(codes(house({ problems: [silent, BY_HAND, firewall] })), ['firewall-here', 'forward-by-hand'])
    assert.deepEqual(codes(house({ problems: [silent] })), [])
  })

  test('no more once visitors come straight to the home', () => {
    assert.deepEqual(handsNeeded(service(), house({ problems: [BY_HAND, firewall] })), [])
  })
})

describe('what is given away', () => {
  /** On another port than its own, and under no name. */
  const bare: ServiceView = {
    ...{ ...jamulus, access: 'public', publicAddress: null },
    paths: [{ rung: 'mapped', family: 'ipv4', phase: 'confirmed', outside: { address: '203.0.113.7', port: 40_022 } }],
  }
  const NAMELESS = house({ ownNames: [], certificates: [] })
  const given = (of: ServiceView, snapshot = NAMELESS) => giftOf(of, snapshot, null, Date.now())?.text ?? null

  test('is a link, else the address', () => {
    assert.match(given(service()) ?? '', /^https:\/\/relay\.example\/s\/jeedom#/)
    assert.equal(giftOf(service(), NAMELESS, null, Date.now())?.what, 'link')
    assert.equal(given(service({ shareLink: null })), 'https://jeedom.maison-dupont.relay.example/')
    const shareLink = 'https://relay.example/s/jamulus'
    assert.deepEqual(giftOf({ ...jamulus, access: 'public', shareLink }, NAMELESS, null, Date.now()), {
      ...{ what: 'address', text: 'jamulus.maison-dupont.relay.example:22124' },
    })
    assert.deepEqual(giftOf({ ...jamulus, access: 'link', shareLink }, NAMELESS, null, Date.now()), { what: 'link', text: shareLink })
    assert.equal(given(service({ shareLink: null, publicUrl: null, publicAddress: null })), null)
    assert.equal(given(bare), '203.0.113.7:40022')
    assert.equal(given({ ...bare, paths: [] }), null)
    assert.equal(giftOf({ ...bare, paths: [] }, NAMELESS, '203.0.113.9', Date.now())?.text, '203.0.113.9:22124')
  })

  test('is under a name of the owner’s own as soon as it leads here and is trusted, and never instead of a link that lets in', () => {
    const nowhere = { current: [], wanted: null }
    const own = (host: string, of: string | null, state: KeptName['state'] = 'ok'): KeptName => ({
      ...{ host, provider: 'watched', title: 'watched', service: of, ipv6Suffix: null, state, ipv4: nowhere, ipv6: nowhere },
      ...{ checkedAtMs: null, changedAtMs: null, failure: null, nextAtMs: null, history: [] },
    })
    const trusted = { ...certificate('valid'), name: 'home.example.org', service: 'jeedom' }
    const named = (state: KeptName['state'], certificates: CertificateView[]) =>
      house({ ownNames: [own('home.example.org', 'jeedom', state), own('play.example.org', null)], certificates })
    assert.equal(given(service({ access: 'public' }), named('ok', [trusted])), 'https://home.example.org/')
    assert.match(given(service({ access: 'link' }), named('ok', [trusted])) ?? '', /^https:\/\/relay\.example\//)
    assert.match(given(service({ access: 'public' }), named('elsewhere', [trusted])) ?? '', /^https:\/\/relay\.example\//)
    assert.match(given(service({ access: 'public' }), named('ok', [])) ?? '', /^https:\/\/relay\.example\//)
    assert.equal(given({ ...jamulus, access: 'public' }, named('ok', [])), 'play.example.org:22124')
    assert.equal(given(bare, named('ok', [])), 'play.example.org:40022')
  })
})

test('an address that somebody types for his home’s own is one that the internet could lead to', () => {
  const cases: [string, ReturnType<typeof homeFault>][] = [
    [' 203.0.113.7 ', null],
    ['192.168.1.1', 'homeInside'],
    ['100.72.3.4', 'homeShared'],
    ['2001:db8::7', 'homeWrong'],
    ['my router', 'homeWrong'],
  ]
  for (const [typed, fault] of cases) assert.equal(homeFault(typed.trim()), fault, typed)
  const silent = service({ paths: [{ rung: 'manual', family: 'ipv4', phase: 'blocked' }] })
  const alone = house({ relay: NO_RELAY })
  assert.equal(isHomeUnknown(silent, at('link', { door: 'direct' }), alone), true)
  assert.equal(isHomeUnknown(service(), at('link', { door: 'direct' }), alone), false)
  const six = service({ paths: [{ rung: 'direct', family: 'ipv6', phase: 'provisioned', outside: { address: '2001:db8::7', port: 443 } }] })
  assert.equal(isHomeUnknown(six, at('link', { door: 'direct' }), alone), true)
  assert.equal(isHomeUnknown(silent, at('link'), house()), false)
})

test('an address is completed as people copy it', () => {
  const cases: [string, string][] = [
    [' nas.local:5000 ', 'http://nas.local:5000'],
    ['tcp://nas.local:22', 'tcp://nas.local:22'],
    ['/srv/photos', 'folder:/srv/photos'],
    ['C:\\Photos', 'folder:C:\\Photos'],
    ['', ''],
  ]
  for (const [typed, target] of cases) assert.equal(completed(typed), target)
})

test('names are free, and made of what was typed', () => {
  assert.deepEqual([freeName('web', []), freeName('web', ['web', 'web-2'])], ['web', 'web-3'])
  const cases: [string, string][] = [
    ['http://nas.local:5000', 'nas'],
    ['http://192.168.1.20:8080', 'web'],
    ['http://localhost', 'web'],
    ['http://[fd00::1]:80', 'web'],
    ['folder:/srv/Photos de vacances', 'photos-de-vacances'],
    ['folder:/srv/photos/', 'web'],
    ['folder:C:\\Photos', 'photos'],
    ['', 'web'],
    ['tcp://-.example:22', 'web'],
  ]
  for (const [target, name] of cases) assert.equal(nameFor(target), name, target)
})
