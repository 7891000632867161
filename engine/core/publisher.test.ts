import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import type { OwnName } from '../../protocol/model/own-name.ts'
import type { Happening } from './events.ts'
import { at, begun, gone, HOME, HOST, here, LOOK, looked, NAME, named, OLD, refused, sending, sent, set } from './publisher.fixture.ts'
import { recordOf, resumed, waitAfter } from './publisher.ts'
import { reduce } from './reduce.ts'
import { ADDED, AT_HOME, continued, DIRECT, KNOWN, MAPPED, probed, RELAY, RULE, seen, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

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
  it('that rests for long holds back no other address', () => {
    const again = (atMs: number) => [[looked([{}]), atMs] as const, [sending(HOME), atMs] as const, [sent, atMs] as const]
    const resting = begun([...failing, sent, ...again(T0 + 61_000), ...again(T0 + 661_000), [looked([{}]), T0 + 722_000]])
    assert.deepEqual(at(continued(resting, [looked([{}]), T0 + 800_000]), 800_000), [])
    const address = '203.0.113.77'
    const claims = { gateway: address, upstream: null }
    const moving: Happening[] = [
      { type: 'inspected', path: MAPPED, found: 'present', router: 'gateway', claims },
      { type: 'relay-connected', known: { ...KNOWN, observed: { ipv4: address } } },
      { type: 'opened', path: MAPPED, rules: [RULE], outside: { address, port: 443 }, missing: null, silent: null },
      { type: 'probed', path: MAPPED, verdict: seen('reachable', T0 + 800_000) },
      looked([{}]),
    ]
    const moved = continued(resting, ...moving.map((step) => [step, T0 + 800_000] as const))
    assert.deepEqual(at(moved, 800_000), [set(address)])
    assert.equal(view(moved).ownNames[0]?.nextAtMs, T0 + 666_000)
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
