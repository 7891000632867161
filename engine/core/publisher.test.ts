import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import type { OwnName } from '../../protocol/model/own-name.ts'
import { nameProviders } from '../names/providers/index.ts'
import type { Happening } from './events.ts'
import { formatIPv6, suffixBytes } from './name-addresses.ts'
import { plan } from './plan.ts'
import { recordOf, resumed, waitAfter } from './publisher.ts'
import type { Answer } from './publisher-state.ts'
import { reduce } from './reduce.ts'
import {
  ADDED,
  AT_HOME,
  AT_HOME6,
  continued,
  DIRECT,
  DIRECT6,
  GAME,
  KNOWN,
  MAPPED,
  OPENED,
  probed,
  RELAY,
  T0,
  WEB,
} from './situation.fixture.ts'
import { EMPTY_STATE, type State } from './state.ts'
import { view } from './view.ts'

const HOME = '203.0.113.10'
const OLD = '192.0.2.99'
const HOST = 'home.example.org'
const NAME: OwnName = { host: HOST, service: WEB.name, provider: 'rfc2136' }
const PROVIDERS = Object.fromEntries(nameProviders().map((provider) => [provider.id, provider]))

const named = (name: Partial<OwnName> = {}, ...more: OwnName[]): Happening => ({
  type: 'own-names-chosen',
  ownNames: [{ ...NAME, ...name }, ...more],
})
const looked = (answers: (Partial<Answer> | null)[], host = HOST): Happening => ({
  type: 'name-looked-up',
  host,
  answers: answers.flatMap((one) => (one ? [{ ipv4: [], ipv6: [], ...one }] : [])),
})
const sending = (ipv4: string | null, ipv6: string | null = null, host = HOST): Happening => ({
  type: 'name-sending',
  host,
  addresses: { ipv4, ipv6 },
})
const gone = (family: 'ipv4' | 'ipv6'): Happening => ({ type: 'name-way-lost', host: HOST, family })
const sent: Happening = { type: 'name-sent', host: HOST, proxied: false }
const refused = (trouble: 'credentials' | 'limited' | 'server' | 'unreachable' | 'abuse', more: object = {}): Happening => ({
  ...{ type: 'name-failed', host: HOST, trouble, wire: 'said so', final: trouble === 'credentials' || trouble === 'abuse', chance: 0 },
  ...more,
})
const begun = (steps: readonly (Happening | readonly [Happening, number])[]): State =>
  continued({ ...EMPTY_STATE, publisher: { ...EMPTY_STATE.publisher, providers: PROVIDERS } }, ...steps)
const at = (state: State, afterMs = 0): string[] =>
  [...plan(state, T0 + afterMs).effects.values()].flatMap((effect) => {
    if (effect.kind === 'look-up-name') return [`look ${effect.host}`]
    return effect.kind === 'set-name' ? [`set ${effect.host} ${effect.addresses.ipv4} ${effect.addresses.ipv6}`] : []
  })
const LOOK = `look ${HOST}`
const set = (ipv4: string | null, ipv6: string | null = null): string => `set ${HOST} ${ipv4} ${ipv6}`
const here = { ipv4: [HOME] }

test('what is planned for a name, by what stands and what was sent', () => {
  type Step = Happening | readonly [Happening, number]
  const rows: [story: string, steps: Step[], afterMs: number, expected: string[]][] = [
    ['a new name is looked at before all else', [...DIRECT, named()], 0, [LOOK]],
    ['it stands already: nothing is sent', [...DIRECT, named(), looked([here])], 0, []],
    ['another address stands', [...DIRECT, named(), looked([{ ipv4: [OLD] }])], 0, [set(HOME)]],
    ['none stands', [...DIRECT, named(), looked([{}])], 0, [set(HOME)]],
    ['one of its servers is late: it was never sent by us', [...DIRECT, named(), looked([here, {}])], 0, [set(HOME)]],
    ['nobody can be asked: it is sent once, when all is known', [...DIRECT, named(), gone('ipv6'), looked([])], 0, [set(HOME)]],
    ['what was seen is old: it is looked at again first', [...DIRECT, named(), looked([{}])], 6000, [LOOK]],
    ['two addresses where one is wanted', [...DIRECT, named(), looked([{ ipv4: [OLD, HOME] }])], 0, [set(HOME)]],
    [
      'an update under way goes on, whatever else happens',
      [...DIRECT, named(), looked([{}]), sending(HOME), probed(MAPPED, 'refused')],
      20_000,
      [set(HOME)],
    ],
    ['sent: it is looked for, half a second later', [...DIRECT, named(), looked([{}]), sending(HOME), sent], 500, [LOOK]],
    ['sent, and not there yet: never sent again at once', [...DIRECT, named(), looked([{}]), sending(HOME), sent, looked([{}])], 10, []],
    ['sent, and nobody can be asked: believed', [...DIRECT, named(), looked([]), sending(HOME), sent, looked([])], 30_000, []],
    [
      'on one of two servers: waited for',
      [...DIRECT, named(), looked([{}]), sending(HOME), sent, [looked([here, {}]), T0 + 70_000]],
      71_000,
      [],
    ],
    ['not confirmed: what stands stays', [...ADDED, AT_HOME, ...RELAY, named(), looked([{ ipv4: [OLD] }])], 0, []],
    ['no network: nobody is asked', [...DIRECT, named(), { type: 'network', facts: null }], 0, []],
    ['a watched name is only looked at', [...DIRECT, named({ provider: 'watched' }), looked([{ ipv4: [OLD] }])], 5000, []],
    ['and again after a minute', [...DIRECT, named({ provider: 'watched' }), looked([{ ipv4: [OLD] }])], 60_000, [LOOK]],
    ['a name that nobody keeps is left alone', [...DIRECT, named({ provider: undefined })], 0, []],
  ]
  for (const [story, steps, afterMs, expected] of rows) assert.deepEqual(at(begun(steps), afterMs), expected, story)
})

describe('a way that is lost', () => {
  const standing = [...DIRECT, named(), looked([here])]
  const refusedTwice = [probed(MAPPED, 'refused'), probed(MAPPED, 'refused')]
  const lost = [...refusedTwice, gone('ipv4'), gone('ipv6')]

  it('is waited for a while: the next look may find it again', () => {
    const effects = (state: State, afterMs: number): string[] =>
      [...plan(state, T0 + afterMs).effects.keys()].filter((key) => key.startsWith('give-up-way'))
    const state = begun([...standing, ...refusedTwice, looked([here])])
    assert.deepEqual(
      [at(state), effects(state, 9999), effects(state, 10_000)],
      [[], [], [`give-up-way ${HOST} ipv4`, `give-up-way ${HOST} ipv6`]],
    )
    const back = continued(state, OPENED, probed(MAPPED, 'reachable'))
    assert.deepEqual(effects(back, 10_000), [`give-up-way ${HOST} ipv6`])
  })

  it('is withdrawn where the provider can, once somebody outside has looked in vain', () => {
    assert.deepEqual(at(begun([...standing, ...lost, looked([here])])), [set(null)])
  })
  it('stays, and its owner is told, where it cannot', () => {
    const state = begun([...DIRECT, named({ provider: 'dyndns2' }), looked([here]), ...lost])
    assert.deepEqual(at(state), [])
    const [told] = view(state).problems.filter(({ code }) => code === 'name-stands-dead')
    assert.deepEqual(told?.params, { host: HOST, name: 'DynDNS 2', address: HOME })
  })
  it('stays while nobody can look', () => {
    const away: Happening = { type: 'relay-waiting', problem: { code: 'relay-unreachable', severity: 'warning', params: {} } }
    assert.deepEqual(at(begun([...standing, away, ...lost])), [])
  })
  it('gives way to the relay, where it takes the name; and the relay to the way, once that is proven', () => {
    const accepted: Happening = {
      ...{ type: 'hosts-claimed', url: KNOWN.url, hosts: [{ host: HOST, service: 'photos' }] },
      standing: [{ state: 'carried', untilMs: null }],
    }
    assert.deepEqual(at(begun([...standing, accepted, ...lost, looked([here])])), [set('198.51.100.20', '2001:db8:200::20')])
    // A new name works at once; with a direct way in IPv4 the relay's IPv6 is withheld.
    assert.deepEqual(at(begun([...ADDED, AT_HOME, ...RELAY, accepted, named(), looked([{}])])), [set('198.51.100.20', '2001:db8:200::20')])
    assert.deepEqual(at(begun([...DIRECT, accepted, named(), looked([{}])])), [set(HOME, null)])
  })
  it('is told where nothing leads here any more', () => {
    const codes = (state: State): string[] => view(state).problems.map(({ code }) => code)
    const state = begun([...standing, ...lost, looked([{}])])
    assert.ok(codes(state).includes('name-without-way'))
    assert.ok(!codes(begun(standing)).includes('name-without-way'))
  })
})

test('which addresses are wanted: websites by port 443 alone, others by any, another machine by its suffix', () => {
  const wanted = (state: State, host = HOST): (string | null | undefined)[] => {
    const one = view(state).ownNames.find((name) => name.host === host)
    return [one?.ipv4.wanted, one?.ipv6.wanted]
  }
  const six = probed(DIRECT6, 'reachable')
  const listening: Happening = { type: 'listening', exposure: ':web', family: 'ipv6', port: 443 }
  const both = begun([...ADDED, AT_HOME6, ...RELAY, listening, ...DIRECT.slice(-6), six, named()])
  assert.deepEqual(wanted(both), [HOME, '2001:db8:1::10'])
  assert.deepEqual(wanted(continued(both, named({ service: undefined }))), [HOME, '2001:db8:1::10'])
  assert.deepEqual(wanted(continued(both, named({ service: undefined, ipv6Suffix: '::1a2b:0:0:5' }))), [null, '2001:db8:1:0:1a2b::5'])
  const moved: Happening = {
    type: 'network',
    facts: {
      ...(AT_HOME as Extract<Happening, { type: 'network' }>).facts,
      ipv6: { gateway: 'fe80::1', localAddress: '2001:db8:77::10', interfaceName: 'eth0' },
    },
  }
  const after = continued(both, named({ service: undefined, ipv6Suffix: '::5' }), moved)
  assert.deepEqual(wanted(after), [null, '2001:db8:77::5'])
  const odd = begun([
    ...DIRECT.slice(0, -3),
    { type: 'opened', path: MAPPED, rules: [], outside: { address: HOME, port: 8443 }, missing: null, silent: null },
    probed(MAPPED, 'reachable'),
    named(),
  ])
  assert.deepEqual(wanted(odd), [null, null])
  const game = begun([...DIRECT, { type: 'service-added', service: GAME }, named({ service: GAME.name })])
  assert.deepEqual(wanted(game), [null, null])
})

test('without any relay the router’s word is all there is', () => {
  const [router, journalled, opened] = DIRECT.slice(-5, -2) as [Happening, Happening, Happening]
  assert.deepEqual(at(begun([...ADDED, AT_HOME, router, journalled, opened, named(), looked([{}])])), [set(HOME)])
})

describe('a failure', () => {
  const failing = [...DIRECT, named(), looked([{}]), sending(HOME)]
  const nextAtMs = (steps: (Happening | readonly [Happening, number])[]): number =>
    (view(begun(steps)).ownNames[0]?.nextAtMs ?? Number.NaN) - T0

  it('for good rests until its owner acts', () => {
    const stopped = begun([...failing, refused('credentials')])
    assert.deepEqual([at(stopped, 40 * 86_400_000), view(stopped).ownNames[0]?.state], [[LOOK], 'stopped'])
    const [told] = view(stopped).problems.filter(({ code }) => code === 'name-credentials-refused')
    assert.deepEqual(told?.params, { host: HOST, name: 'RFC 2136', reason: 'said so' })
    const acted = continued(stopped, { type: 'name-retried', hosts: [HOST] }, looked([{}]))
    assert.deepEqual([at(acted), view(acted).ownNames[0]?.failure], [[set(HOME)], null])
  })
  it('that passes is tried again later and later, never before the provider’s period', () => {
    assert.equal(nextAtMs([...failing, refused('server')]), 5000)
    assert.equal(nextAtMs([...failing, refused('server'), sending(HOME), refused('server')]), 10_000)
    assert.equal(nextAtMs([...failing, refused('server', { retryAfterS: 1800 })]), 1_800_000)
    assert.equal(nextAtMs([...failing, refused('limited', { retryAfterS: 30, chance: 1 })]), 37_500)
    assert.equal(nextAtMs([...DIRECT, named({ provider: 'duckdns' }), looked([{}]), sending(HOME), refused('server')]), 60_000)
    for (let failures = 1; failures < 40; failures++)
      for (const chance of [0, 0.5, 1]) {
        const waitMs = waitAfter(failures, 0, chance)
        assert.ok(waitMs >= 5000 && waitMs <= 4_500_000)
      }
  })
  it('of a limit holds whatever its owner does', () => {
    const limited = begun([...failing, refused('limited', { retryAfterS: 600 })])
    const retried = continued(limited, { type: 'name-retried', hosts: [HOST] }, looked([{}]))
    assert.deepEqual(at(retried, 1000), [])
    assert.deepEqual(at(continued(retried, [looked([{}]), T0 + 600_000]), 600_000), [set(HOME)])
  })
  it('said of the customer stands for all his names, said of a name for that one', () => {
    const other: OwnName = { host: 'cam.example.org', provider: 'rfc2136' }
    const both: Happening = { type: 'own-names-chosen', ownNames: [NAME, other], accounts: { [HOST]: 'a', [other.host]: 'a' } }
    const start = [...DIRECT, both, looked([{}]), looked([{}], other.host)]
    // One after another.
    assert.deepEqual(at(begun(start)), [set(HOME)])
    const states = (steps: Happening[]): string[] => view(begun(steps)).ownNames.map(({ state }) => state)
    assert.deepEqual(states([...start, sending(HOME), refused('abuse')]), ['stopped', 'stopped'])
    assert.deepEqual(states([...start, sending(HOME), refused('credentials')]), ['stopped', 'changing'])
    assert.deepEqual(at(begun([...start, sending(HOME), refused('limited', { retryAfterS: 60 })]), 1000), [])
  })
  it('that calls itself a success is told, and tried again when its time has come', () => {
    const silent = begun([...failing, sent, [looked([{}]), T0 + 61_000]])
    assert.equal(view(silent).ownNames[0]?.failure?.problem.code, 'name-unchanged')
    assert.deepEqual(at(silent, 61_001), [])
    assert.deepEqual(at(continued(silent, [looked([{}]), T0 + 67_000]), 67_000), [set(HOME)])
    assert.deepEqual(view(continued(silent, [looked([here]), T0 + 67_000])).ownNames[0]?.failure, null)
  })
  it('that goes on calling itself a success is repeated once soon, then ever more rarely: sending the same again counts as abuse', () => {
    const MINUTE = 60_000
    let [state, nowMs] = [begun([...failing, sent]), T0]
    const waits: number[] = []
    for (let turn = 0; turn < 12; turn++) {
      state = continued(state, [looked([{}]), nowMs + 61_000])
      const { notBeforeMs } = state.publisher.names[HOST] ?? assert.fail()
      waits.push(notBeforeMs - nowMs - 61_000)
      nowMs = notBeforeMs
      state = continued(state, [sending(HOME), nowMs], [sent, nowMs])
    }
    const doubled = [10, 20, 40, 80, 160, 320, 640, 1280].map((minutes) => minutes * MINUTE)
    assert.deepEqual(waits, [5000, ...doubled, 86_400_000, 86_400_000, 86_400_000])
    const acted = continued(state, [looked([{}]), nowMs + 61_000], [{ type: 'name-retried', hosts: [HOST] }, nowMs + 62_000])
    assert.deepEqual(at(continued(acted, [looked([{}]), nowMs + 62_000]), nowMs - T0 + 62_000), [set(HOME)], 'its owner need not wait')
    const moved = continued(acted, [sending(OLD), nowMs + 70_000], [sent, nowMs + 70_000])
    assert.equal(moved.publisher.names[HOST]?.unshown, 0, 'another address begins anew')
  })
})

describe('after a kill', () => {
  const reborn = (state: State, atMs: number): State => {
    const names = Object.fromEntries(Object.entries(state.publisher.names).map(([host, one]) => [host, resumed(recordOf(one), atMs)]))
    return continued({ ...begun([]), ownNames: [NAME], publisher: { ...state.publisher, names } }, ...DIRECT)
  }
  it('in the middle of an update the servers are asked, and it is sent again only where it is not there', () => {
    const killed = reborn(begun([...DIRECT, named(), looked([{}]), sending(HOME)]), T0)
    assert.deepEqual(at(killed), [LOOK])
    assert.deepEqual(at(continued(killed, looked([here]))), [])
    assert.deepEqual(at(continued(killed, looked([{}])), 100), [])
    assert.deepEqual(at(continued(killed, [looked([{}]), T0 + 61_000], [looked([{}]), T0 + 67_000]), 67_000), [set(HOME)])
  })
  it('what rests goes on resting', () => {
    const killed = reborn(begun([...DIRECT, named(), looked([{}]), sending(HOME), refused('credentials')]), T0)
    assert.deepEqual(at(continued(killed, looked([{}])), 1000), [])
  })
})

test('a provider that shows other addresses than it was given is compared with what was sent', () => {
  const state = begun([
    ...DIRECT,
    named({ provider: 'cloudflare' }),
    looked([{ ipv4: ['198.51.100.200'] }]),
    sending(HOME),
    { type: 'name-sent', host: HOST, proxied: true },
  ])
  assert.deepEqual([at(state, 400), view(state).ownNames[0]?.state], [[], 'ok'])
})

test('the history has each change once, the latest first, and no more than fifty', () => {
  let state = begun([...DIRECT, named()])
  for (let turn = 0; turn < 80; turn++)
    for (const _again of [1, 2]) state = reduce(state, { ...looked([{ ipv4: [`192.0.2.${turn % 2}`] }]), atMs: T0 + turn } as never)
  const { history = [] } = view(state).ownNames[0] ?? {}
  assert.deepEqual(
    [history.length, history[0], history[1]?.address],
    [50, { family: 'ipv4', address: '192.0.2.1', atMs: T0 + 79 }, '192.0.2.0'],
  )
})

test('ends of IPv6 addresses, and how addresses are written', () => {
  for (const suffix of ['', '::', '2001:db8::1', '1.2.3.4', '::g', 'fe80::1']) assert.equal(suffixBytes(suffix), undefined, suffix)
  for (const [bytes, text] of [
    [[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], '2001:db8::1'],
    [[0x20, 1, 0xd, 0xb8, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0], '2001:db8:0:1:1::'],
    [[0x20, 1, 0xd, 0xb8, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 0], '2001:db8:1:2:3:4:5:0'],
    [Array<number>(16).fill(0), '::'],
  ] as const)
    assert.equal(formatIPv6([...bytes]), text)
})
