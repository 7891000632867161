/** When the desktop app speaks up, as stories of one house: what its snapshot says at which second, and what its owner is told. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Problem, problem } from '../protocol/problem.ts'
import type { ServiceView } from '../protocol/snapshot.ts'
import { reachableService, snapshotOf } from '../test/fakes/engine.ts'
import { type Moment, NOTHING_SEEN, nextStep } from './notify-model.ts'

const service = (name: string, change: Partial<ServiceView> = {}): ServiceView => ({ ...reachableService(name), ...change })
const dark = (name: string) => service(name, { state: 'unreachable', problem: problem('unreachable-outside', { service: name }) })
const refused = (name: string) =>
  service(name, { state: 'unreachable', problem: problem('service-refused', { service: name, target: 'http://192.168.1.20' }) })
const unknown = (name: string) => service(name, { state: 'unknown' })

type Frame = readonly [atS: number, services: ServiceView[], options?: Partial<Moment> & { problems?: Problem[] }]

/** What is told at each frame: kind, and whom or what it is about. */
function told(...frames: Frame[]): string[][] {
  let memory = NOTHING_SEEN
  return frames.map(([atS, services, options = {}]) => {
    const { problems = [], ...moment } = options
    const snapshot = { ...snapshotOf(services), problems }
    const step = nextStep(memory, { snapshot, nowMs: atS * 1_000, mayTell: true, isWatching: false, ...moment })
    memory = step.memory
    return step.notices.map((notice) => (notice.kind === 'problem' ? notice.problem.code : `${notice.kind} ${notice.services.join(' ')}`))
  })
}

const quiet = { mayTell: false }

describe('out of reach', () => {
  test('for more than a minute is told, once, and so is its end', () => {
    const frames: Frame[] = [
      [0, [dark('web')]],
      [59, [dark('web')]],
      [60, [dark('web')]],
      [300, [dark('web')]],
      [301, [service('web')]],
      [400, [service('web')]],
    ]
    assert.deepEqual(told(...frames), [[], [], ['unreachable web'], [], ['reachable web'], []])
  })

  test('for less is not told, nor is its end', () => {
    assert.deepEqual(told([0, [dark('web')]], [50, [service('web')]], [70, [dark('web')]], [120, [dark('web')]]), [[], [], [], []])
  })

  test('again soon afterwards is the same trouble', () => {
    const frames: Frame[] = [
      [0, [dark('web')]],
      [60, [dark('web')]],
      [100, [service('web')]],
      [200, [dark('web')]],
      [300, [dark('web')]],
      [400, [service('web')]],
      [400 + 1_800, [dark('web')]],
      [460 + 1_800, [dark('web')]],
    ]
    assert.deepEqual(told(...frames), [[], ['unreachable web'], ['reachable web'], [], [], [], [], ['unreachable web']])
  })

  test('of many together is one piece of news, and leads to the front page', () => {
    const all = (make: (name: string) => ServiceView) => ['web', 'photos', 'music'].map(make)
    assert.deepEqual(told([0, all(dark)], [60, all(dark)], [90, all(service)]), [
      [],
      ['unreachable web photos music'],
      ['reachable web photos music'],
    ])
    const places = [['web'], ['web', 'photos']].map((names) => {
      const snapshot = snapshotOf(names.map(dark))
      const { memory } = nextStep(NOTHING_SEEN, { snapshot, nowMs: 0, mayTell: true, isWatching: false })
      return nextStep(memory, { snapshot, nowMs: 60_000, mayTell: true, isWatching: false }).notices[0]?.place
    })
    assert.deepEqual(places, [{ page: 'service', name: 'web' }, { page: 'home' }])
  })

  test('is not said, and not taken back, while nobody can look', () => {
    assert.deepEqual(told([0, [unknown('web')]], [600, [unknown('web')]]), [[], []])
    const frames: Frame[] = [
      [0, [dark('web')]],
      [60, [dark('web')]],
      [70, [unknown('web')]],
      [80, [dark('web')]],
      [90, [service('web')]],
    ]
    assert.deepEqual(told(...frames), [[], ['unreachable web'], [], [], ['reachable web']])
  })

  test('of what its owner paused or removed is forgotten', () => {
    assert.deepEqual(told([0, [dark('web')]], [60, [dark('web')]], [70, [service('web', { state: 'paused' })]], [80, [service('web')]]), [
      [],
      ['unreachable web'],
      [],
      [],
    ])
    assert.deepEqual(told([0, [dark('web')]], [60, [dark('web')]], [70, []]), [[], ['unreachable web'], []])
  })
})

describe('needs you', () => {
  test('is told of a service after a minute', () => {
    assert.deepEqual(told([0, [refused('web')]], [60, [refused('web')]], [61, [service('web')]]), [
      [],
      ['needs-you web'],
      ['reachable web'],
    ])
  })

  test('is not a second trouble of a service that is out of reach', () => {
    assert.deepEqual(told([0, [dark('web')]], [60, [dark('web')]], [120, [refused('web')]], [240, [refused('web')]]), [
      [],
      ['unreachable web'],
      [],
      [],
    ])
  })

  test('is told of the house; what is no more than information is not', () => {
    const problems = [
      problem('disk-full', { path: '/srv' }),
      problem('no-relay', {}),
      problem('gateway-silent', { address: '192.168.1.1' }),
    ]
    assert.deepEqual(told([0, [], { problems }], [60, [], { problems }], [120, [], { problems }]), [[], ['disk-full'], []])
  })

  test('no network, and what a service says itself, are no news of their own', () => {
    const problems = [problem('no-network', {}), problem('service-refused', { service: 'web', target: 'http://192.168.1.20' })]
    assert.deepEqual(told([0, [], { problems }], [90, [], { problems }]), [[], []])
  })
})

test('a certificate in danger is told once for each name, also where it is only a warning, and leads to the certificates', () => {
  const ending = (host: string) => problem('certificate-renewal-failing', { host, reason: 'timeout', until: '1' })
  const problems = [ending('a.example'), ending('b.example')]
  assert.deepEqual(told([0, [], { problems }], [60, [], { problems }], [3_600, [], { problems }]), [
    [],
    ['certificate-renewal-failing', 'certificate-renewal-failing'],
    [],
  ])
  const snapshot = { ...snapshotOf([]), problems }
  const { memory } = nextStep(NOTHING_SEEN, { snapshot, nowMs: 0, mayTell: true, isWatching: false })
  const { notices } = nextStep(memory, { snapshot, nowMs: 60_000, mayTell: true, isWatching: false })
  assert.deepEqual(notices[0]?.place, { page: 'certificates' })
})

describe('quiet hours', () => {
  test('hold back what still holds when they end, and nothing else', () => {
    const frames: Frame[] = [
      [0, [dark('web'), dark('photos')], quiet],
      [600, [dark('web'), dark('photos')], quiet],
      [700, [dark('web'), service('photos')], quiet],
      [8_000, [dark('web'), service('photos')]],
    ]
    assert.deepEqual(told(...frames), [[], [], [], ['unreachable web']])
  })

  test('an end that came in them is told afterwards, where the beginning was', () => {
    const frames: Frame[] = [
      [0, [dark('web')]],
      [60, [dark('web')]],
      [70, [service('web')], quiet],
      [9_000, [service('web')]],
      [9_100, [service('web')]],
    ]
    assert.deepEqual(told(...frames), [[], ['unreachable web'], [], ['reachable web'], []])
  })
})

test('who looks at the window has been told', () => {
  const frames: Frame[] = [
    [0, [dark('web')]],
    [60, [dark('web')], { isWatching: true }],
    [90, [dark('web')]],
    [100, [service('web')], { isWatching: true }],
    [110, [service('web')]],
  ]
  assert.deepEqual(told(...frames), [[], [], [], [], []])
})

test('an engine that is away is neither good news nor bad', () => {
  const frames: Frame[] = [
    [0, [dark('web')]],
    [60, [dark('web')]],
    [70, [], { snapshot: undefined }],
    [80, [dark('web')]],
  ]
  assert.deepEqual(told(...frames), [[], ['unreachable web'], [], []])
})
