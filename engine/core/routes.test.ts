/** The places behind a service's paths, and certificates that nobody has accepted. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { plan } from './plan.ts'
import { ADDED, AT_HOME, continued, situation, T0, WEB } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const ZM = { prefix: '/zm', target: { kind: 'http', host: '192.168.1.40', port: 80 }, strip: false } as const
const NAS = { prefix: '/nas', target: { kind: 'https', host: '192.168.1.30', port: 5001, pin: null }, strip: true } as const
const changed = (routes: readonly (typeof ZM | typeof NAS)[]): Happening => ({
  type: 'service-changed',
  name: WEB.name,
  change: { routes },
})
const WITH_ROUTES = situation(...ADDED, AT_HOME, changed([ZM, NAS]))
const checks = (state: State, atMs = T0) => [...plan(state, atMs).effects.keys()].filter((key) => key.startsWith('check-target'))
const unaccepted = problem('certificate-unaccepted', {
  service: 'photos/nas',
  target: 'https://192.168.1.30:5001',
  theirs: 'AB',
  detail: '',
  until: '0',
})

describe('the places behind paths', () => {
  it('are asked whether they answer, each by itself', () => {
    assert.deepEqual(checks(WITH_ROUTES), ['check-target photos/zm 192.168.1.40', 'check-target photos/nas 192.168.1.30'])
    const up = continued(WITH_ROUTES, { type: 'target-up', name: 'photos/zm' })
    assert.deepEqual(checks(up), ['check-target photos/nas 192.168.1.30'])
  })

  it('are not asked while the service is paused, nor when their path is gone', () => {
    assert.deepEqual(checks(continued(WITH_ROUTES, { type: 'service-paused', name: WEB.name })), [])
    const gone = continued(WITH_ROUTES, changed([NAS]))
    assert.deepEqual(checks(gone), ['check-target photos/nas 192.168.1.30'])
    assert.deepEqual(Object.keys(gone.targets), ['photos', 'photos/nas'])
    assert.deepEqual(continued(gone, { type: 'target-up', name: 'photos/zm' }), gone)
    assert.deepEqual(continued(WITH_ROUTES, { type: 'service-removed', name: WEB.name }).targets, {})
  })

  it('are told by name when they are down, and the service itself stays what it is', () => {
    const state = continued(WITH_ROUTES, { type: 'target-down', name: 'photos/nas', problem: unaccepted })
    const { services, problems } = view(state)
    assert.deepEqual(services[0]?.routes, [
      { prefix: '/zm', target: 'http://192.168.1.40:80', strip: false, pin: null, problem: null },
      { prefix: '/nas', target: 'https://192.168.1.30:5001', strip: true, pin: null, problem: unaccepted },
    ])
    assert.equal(services[0]?.problem, null)
    assert.ok(problems.includes(unaccepted))
  })
})

describe('a certificate that was accepted', () => {
  const pin = 'ab'.repeat(32)
  it('is looked at again at once, with another key, so that a look under way counts no more', () => {
    const down = continued(WITH_ROUTES, { type: 'target-down', name: 'photos/nas', problem: unaccepted })
    const state = continued(down, { type: 'target-pinned', name: WEB.name, prefix: '/nas', pin })
    assert.ok(checks(state).includes('check-target photos/nas 192.168.1.30 abababab'))
    assert.equal(view(state).services[0]?.routes[1]?.pin, pin)
    assert.deepEqual(state.notices, [])
  })

  it('without anybody having been asked is told as a remark, once', () => {
    const kept = { type: 'target-pinned', name: WEB.name, prefix: '/nas', pin, unasked: true } as const
    const state = continued(WITH_ROUTES, kept, kept)
    assert.deepEqual(
      state.notices.map(({ code, params }) => [code, params.service]),
      [['certificate-kept', 'photos/nas']],
    )
  })

  it('and is another one for a visitor: looked at again, at once', () => {
    const up = continued(WITH_ROUTES, { type: 'target-up', name: 'photos/nas' })
    assert.ok(!checks(up).includes('check-target photos/nas 192.168.1.30'))
    assert.ok(checks(continued(up, { type: 'target-doubted', name: 'photos/nas' })).includes('check-target photos/nas 192.168.1.30'))
  })
})
