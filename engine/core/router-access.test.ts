/** A router that opens nothing by itself, and whose owner may let us in. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { offeredApi } from '../../protocol/model/router-api.ts'
import { problem } from '../../protocol/problem.ts'
import { ONSET_MS } from './diagnosis/ledger.ts'
import type { Happening } from './events.ts'
import { plan } from './plan.ts'
import {
  ADDED,
  AT_HOME,
  continued,
  JOURNALLED,
  MAPPED,
  OPENED,
  phaseOf,
  probed,
  RELAY,
  ROUTER,
  RULE,
  situation,
  T0,
} from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const NO_UPNP = problem('gateway-silent', { address: '192.168.1.1' })
const SILENT: Happening = { type: 'gateway-absent', problem: NO_UPNP, says: 'Freebox OS' }
const LET_IN: Happening = { type: 'router-access', access: { api: 'freebox', phase: 'open', problem: null }, anew: true }
const FREEBOX: Happening = { ...ROUTER, protocols: ['freebox'] } as Happening
const RIGHT = problem('gateway-access-right', { address: '192.168.1.1' })
const BY_FREEBOX = { ...RULE, via: 'freebox', lifetimeS: 0 } as const

const searches = (state: State): string[] => [...plan(state, T0).effects.keys()].filter((key) => key.startsWith('keep-router'))
const offered = (state: State) => offeredApi(view(state))

describe('it is offered', () => {
  const HOME = [...ADDED, AT_HOME, ...RELAY]
  const CASES: readonly (readonly [when: string, state: State, api: 'freebox' | null])[] = [
    ['once the router that we know is silent', situation(...HOME, SILENT), 'freebox'],
    ['not before it has been asked in the ordinary way', situation(...HOME), null],
    ['not of a router that we do not know', situation(...HOME, { ...SILENT, says: 'Router' }), null],
    ['not where no rule helps', situation(...HOME, { ...ROUTER, says: 'Freebox', externalIPv4: '100.64.0.7' } as Happening), null],
    ['not where a rule stands', situation(...HOME, { ...ROUTER, says: 'Freebox' } as Happening, JOURNALLED, OPENED), null],
    [
      'where the router says no to what asks in the ordinary way',
      situation(...HOME, { ...ROUTER, says: 'Freebox' } as Happening, {
        ...{ type: 'opening-failed', path: MAPPED, silent: null },
        problem: problem('gateway-refused', { address: '192.168.1.1', reason: '606' }),
      }),
      'freebox',
    ],
  ]
  for (const [when, state, api] of CASES) test(when, () => assert.equal(offered(state), api))
})

describe('its owner lets us in', () => {
  const before = situation(...ADDED, AT_HOME, ...RELAY, SILENT)
  const after = continued(before, LET_IN)

  test('the router is looked for anew at once', () => {
    assert.notDeepEqual(searches(after), searches(before))
    assert.equal(searches(after).length, 1)
  })

  test('the rule is asked for, stands as long as it is there, and only a look from outside confirms it', () => {
    const found = continued(after, FREEBOX)
    assert.equal(phaseOf(found, MAPPED), 'seeking')
    assert.ok([...plan(found, T0).effects.keys()].some((key) => key.startsWith(`open ${MAPPED}`)))
    const opened = continued(found, { type: 'rule-journalled', rule: BY_FREEBOX }, { ...OPENED, rules: [BY_FREEBOX] } as Happening)
    assert.equal(phaseOf(opened, MAPPED), 'provisioned')
    const path = opened.paths[MAPPED]
    assert.ok(path && 'way' in path)
    assert.equal(path.way.renewAtMs, Number.POSITIVE_INFINITY, 'it has no end, so it is looked after and not renewed')
    assert.ok(path.way.inspectAtMs <= T0 + 5000)
    assert.equal(phaseOf(continued(opened, probed(MAPPED, 'reachable')), MAPPED), 'confirmed')
    assert.deepEqual(view(opened).gateway.protocols, [], 'it is none that anybody may speak')
    assert.deepEqual(view(opened).gateway.access, { api: 'freebox', phase: 'open', problem: null })
  })

  test('a paused service’s rule is taken back', () => {
    const opened = continued(after, FREEBOX, { type: 'rule-journalled', rule: BY_FREEBOX }, { ...OPENED, rules: [BY_FREEBOX] } as Happening)
    const paused = continued(opened, { type: 'service-paused', name: 'photos' })
    assert.ok([...plan(paused, T0).effects.keys()].some((key) => key.startsWith('remove-rule')))
  })
})

test('he shuts us out again: the way that the rule made is given up at once', () => {
  const open = continued(situation(...ADDED, AT_HOME, ...RELAY, SILENT), LET_IN, FREEBOX, {
    ...OPENED,
    rules: [BY_FREEBOX],
  } as Happening)
  const out: Happening = { type: 'router-access', access: { api: null, phase: 'none', problem: null }, anew: true }
  assert.equal(phaseOf(continued(open, probed(MAPPED, 'reachable'), out), MAPPED), 'seeking')
  const byUpnp = continued(situation(...ADDED, AT_HOME, ...RELAY, ROUTER, OPENED), probed(MAPPED, 'reachable'), out)
  assert.equal(phaseOf(byUpnp, MAPPED), 'confirmed', 'what was made in another way stands')
})

describe('it does not let us in any longer', () => {
  const refused: Happening = { type: 'router-access', access: { api: 'freebox', phase: 'refused', problem: RIGHT }, anew: false }
  const state = continued(situation(...ADDED, AT_HOME, ...RELAY, SILENT), LET_IN, SILENT, refused)

  test('that is told first, and explains what follows from it', () => {
    const settled = continued(state, [{ type: 'diagnosis-settled' }, T0 + ONSET_MS])
    const causes = view(settled).diagnosis.problems.flatMap(({ role, problem: { code } }) => (role === 'cause' ? [code] : []))
    assert.ok(causes.includes('gateway-access-right'), causes.join(' '))
    assert.ok(!causes.includes('gateway-silent') && !causes.includes('forward-by-hand'), causes.join(' '))
  })

  test('what came of asking for the first time is no trouble of the home', () => {
    const failed = continued(situation(...ADDED, AT_HOME, ...RELAY, SILENT), {
      ...{ type: 'router-access', anew: false },
      access: { api: null, phase: 'none', problem: problem('gateway-access-denied', { address: '192.168.1.1' }) },
    })
    assert.ok(!view(failed).problems.some(({ code }) => code === 'gateway-access-denied'))
    assert.equal(offered(failed), 'freebox')
  })
})
