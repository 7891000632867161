import assert from 'node:assert/strict'
import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { MAX_HISTORY_ROWS } from '../../protocol/model/history.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { house, service } from '../../test/fakes/snapshots.ts'
import { folder } from '../../test/folder.ts'
import { type History, openHistory } from './history.ts'
import { openHistoryStore } from './store.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const START = Date.UTC(2026, 2, 3, 12)

interface Home {
  readonly history: History
  readonly troubles: string[]
  /** Minute by minute, as a computer that is awake. */
  pass(ms: number): void
  web(changes?: Partial<ServiceView>): void
}

function clock(t: TestContext): void {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: START })
}

/** In small steps: whoever looks at the clock in between sees it move. */
function pass(t: TestContext, ms: number): void {
  for (let left = ms; left > 0; left -= 10_000) t.mock.timers.tick(Math.min(left, 10_000))
}

function open(t: TestContext, data: string, { rttMs = 12 } = {}): Home {
  const troubles: string[] = []
  const history = openHistory({
    folder: data,
    onTrouble: ({ code }) => troubles.push(code),
    save: (write) => write(),
    onNews() {},
    onVisitors() {},
    rttMs: () => rttMs,
  })
  return {
    history,
    troubles,
    pass: (ms) => pass(t, ms),
    web: (changes) => history.see(house({ services: [service({ name: 'web', provenAtMs: Date.now(), ...changes })] })),
  }
}

const states = (history: History, sinceMs = 0): string[] =>
  history.view(sinceMs, 'web').spans.map(({ state, fromMs, toMs }) => `${state} ${((toMs ?? Date.now()) - fromMs) / MINUTE}`)

test('the timeline of a service: each state for as long as it lasted, over a clean stop', (t) => {
  clock(t)
  const data = folder(t)
  const home = open(t, data)
  home.web({ state: 'checking' })
  home.pass(MINUTE)
  home.web({ best: { ipv4: 'tunnel', ipv6: null } })
  home.pass(2 * MINUTE)
  home.web()
  home.pass(10 * MINUTE)
  home.history.close()
  home.pass(30 * MINUTE)
  const again = open(t, data)
  again.web()
  again.pass(5 * MINUTE)
  assert.deepEqual(states(again.history), ['unknown 1', 'relayed 2', 'direct 10', 'off 30', 'direct 5'])
  assert.deepEqual(
    again.history.view(0, undefined).events.flatMap((event) => (event.kind === 'engine' ? [event.what] : [])),
    ['started', 'stopped', 'started'],
  )
  again.history.close()
})

test('after a crash nothing is known from the last minute that was written', (t) => {
  clock(t)
  const data = folder(t)
  const killed = open(t, data)
  killed.web()
  killed.pass(10 * MINUTE)
  killed.pass(30_000)
  // Nobody closes it: the file stays as it is when a process is killed.
  t.mock.timers.reset()
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: START + HOUR })
  const again = open(t, data)
  again.web()
  again.pass(MINUTE)
  assert.deepEqual(states(again.history), ['direct 10', 'off 50', 'direct 1'])
  again.history.close()
})

test('a computer that slept was not reachable, and is not again before somebody has looked', (t) => {
  clock(t)
  const home = open(t, folder(t))
  home.web({ provenAtMs: 5 })
  home.pass(10 * MINUTE)
  t.mock.timers.setTime(Date.now() + 3 * HOUR)
  home.pass(10_000)
  home.web({ provenAtMs: 5 })
  home.pass(10_000)
  home.web({ provenAtMs: 6 })
  home.pass(MINUTE)
  const [awake, asleep, checking, now] = states(home.history)
  assert.deepEqual([awake, now], ['direct 10', 'direct 1'])
  assert.match(asleep ?? '', /^asleep 180\./)
  assert.match(checking ?? '', /^unknown 0\./)
})

test('a service’s traffic, minute by minute, and the round trip to the relay; what nobody knows is left open', (t) => {
  clock(t)
  const data = folder(t)
  const home = open(t, data, { rttMs: 40 })
  const carried = { bytesRead: 0, bytesWritten: 0 }
  const visit = home.history.meter.enter('web', '198.51.100.7', true, carried)
  Object.assign(carried, { bytesRead: 1000, bytesWritten: 50_000 })
  visit.answered(200)
  visit.waited(8)
  home.pass(MINUTE)
  Object.assign(carried, { bytesRead: 1500, bytesWritten: 90_000 })
  home.pass(MINUTE)
  visit.leave()
  home.history.close()
  home.pass(10 * MINUTE)
  const again = open(t, data)
  again.pass(MINUTE)
  const { points } = again.history.traffic('web', 'hour')
  assert.equal(points.length, 60)
  const known = points.flatMap(({ atMs, carried: each }) =>
    each ? [[(atMs - START) / MINUTE, each.bytesIn, each.bytesOut, each.visits, each.visitors]] : [],
  )
  assert.deepEqual(known, [
    [0, 1000, 50_000, 1, 1],
    [1, 500, 40_000, 0, 1],
    [2, 0, 0, 0, 1],
    [12, 0, 0, 0, 0],
  ])
  const day = again.history.traffic('web', 'day').points.at(-1)?.carried
  assert.deepEqual([day?.bytesIn, day?.bytesOut, day?.requests], [1500, 90_000, { fine: 1, refused: 0, failed: 0 }])
  assert.ok(Math.abs((day?.latencyMs?.median ?? 0) - 8) < 1)
  const whole = again.history.traffic(null, 'day').points.at(-1)?.carried
  assert.equal(whole?.bytesOut, 90_000)
  assert.ok(Math.abs((whole?.latencyMs?.p95 ?? 0) - 40) < 4)
  const month = again.history.traffic(null, 'month').points
  assert.deepEqual([month.length, month.at(-1)?.carried?.bytesIn, month.at(-2)?.carried], [30, 1500, null])
  again.history.close()
})

test('after thirty days nothing is left but how things stood then', (t) => {
  clock(t)
  const data = folder(t)
  const home = open(t, data)
  home.web({ state: 'unreachable' })
  home.pass(MINUTE)
  home.web()
  home.pass(MINUTE)
  home.history.close()
  t.mock.timers.setTime(START + 31 * DAY)
  const again = open(t, data)
  const { knownSinceMs, nowMs, spans } = again.history.view(0, 'web')
  assert.equal(nowMs - knownSinceMs, 30 * DAY)
  assert.deepEqual(
    spans.map(({ state, fromMs, toMs }) => [state, fromMs - knownSinceMs, toMs]),
    [['off', 0, null]],
  )
  again.history.close()
})

test('ten thousand changes are kept and told in a fraction of a second; older ones go, and nothing is made up in their place', (t) => {
  clock(t)
  const data = folder(t)
  const store = openHistoryStore(join(data, 'history.db'), START, () => assert.fail())
  const rows = Array.from({ length: MAX_HISTORY_ROWS + 5000 }, (_, at) => ({
    ...{ atMs: START + at * 1000, kind: 'state' as const, service: `s${at % 50}`, untilMs: null },
    what: at % 3 === 0 ? 'unreachable' : 'direct',
  }))
  store.write({ rows, over: [], carried: [], aliveMs: START })
  const endMs = START + rows.length * 1000
  store.prune(endMs)
  assert.equal(store.knownSinceMs, START + 4999 * 1000 + 1)
  store.close()
  t.mock.timers.setTime(endMs)
  const { history } = open(t, data)
  const { spans, events, isCut } = history.view(0, undefined)
  assert.ok(spans.length > 6000 && spans.length <= MAX_HISTORY_ROWS + 100, `${spans.length}`)
  assert.ok(spans.every(({ fromMs }) => fromMs >= START + 5000 * 1000 - 1))
  assert.deepEqual([events.length < 10, isCut], [true, true])
  history.close()
})

test('a damaged file is kept aside, and the history begins anew', (t) => {
  clock(t)
  for (const content of ['no database', Buffer.alloc(8192, 7)]) {
    const data = folder(t)
    writeFileSync(join(data, 'history.db'), content)
    const home = open(t, data)
    home.web()
    home.pass(MINUTE)
    assert.deepEqual([home.troubles, states(home.history)], [['history-damaged'], ['direct 1']])
    assert.ok(readdirSync(data).some((name) => /^history\.damaged-.*\.db$/.test(name)))
    home.history.close()
  }
})

test('a file that is damaged in the middle of a run: the same, and how things stand is noted anew', (t) => {
  clock(t)
  const data = folder(t)
  const home = open(t, data)
  home.web()
  home.pass(5 * MINUTE)
  const other = new DatabaseSync(join(data, 'history.db'))
  other.exec('DROP TABLE happened')
  other.close()
  home.pass(MINUTE)
  home.web({ state: 'unreachable' })
  home.pass(MINUTE)
  assert.deepEqual([home.troubles, states(home.history)], [['history-damaged'], ['unreachable 1']])
  home.history.close()
})

test('what a full disk does not take is written when it does, and memory stays bounded', (t) => {
  clock(t)
  const data = folder(t)
  let isFull = false
  const troubles: string[] = []
  const history = openHistory({
    folder: data,
    onTrouble: () => assert.fail(),
    save(write) {
      if (isFull) troubles.push(new ProblemError(problem('disk-full', { path: data })).problem.code)
      else write()
    },
    onNews() {},
    onVisitors() {},
    rttMs: () => undefined,
  })
  history.see(house({ services: [service({ name: 'web', provenAtMs: 1 })] }))
  pass(t, MINUTE)
  isFull = true
  history.see(house({ services: [service({ name: 'web', state: 'unreachable' })] }))
  pass(t, 5 * MINUTE)
  isFull = false
  pass(t, MINUTE)
  assert.deepEqual(states(history), ['direct 1', 'unreachable 6'])
  assert.ok(troubles.length >= 5)
  const known = history.traffic('web', 'hour').points.filter(({ carried }) => carried)
  assert.equal(known.length, 7)
  history.close()
})

test('nobody else on this computer can read it', (t) => {
  const data = folder(t)
  const { history } = open(t, data)
  for (const name of readdirSync(data)) assert.equal(statSync(join(data, name)).mode & 0o777, 0o600, name)
  history.close()
})

test('what healed is still shown after a restart, once, and stands in no timeline as news', (t) => {
  clock(t)
  const data = folder(t)
  const refused = problem('service-refused', { service: 'web', target: 'http://192.168.1.20:8080' })
  const one = { problem: refused, fromMs: START, untilMs: START + MINUTE }
  const first = open(t, data)
  assert.deepEqual(first.history.healed([one]), [one])
  first.pass(5 * MINUTE)
  const events = first.history.view(0, undefined).events
  assert.ok(events.every(({ kind }) => kind === 'engine'))
  first.history.close()

  const second = open(t, data)
  assert.deepEqual(second.history.healed([]), [one])
  const other = { problem: refused, fromMs: START + 6 * MINUTE, untilMs: START + 7 * MINUTE }
  assert.deepEqual(second.history.healed([other]), [other, one])
  second.history.close()
  assert.deepEqual(open(t, data).history.healed([]), [other, one], 'also what healed a moment before the end')
})

test('of several services that healed at once each is remembered', (t) => {
  clock(t)
  const data = folder(t)
  const healed = ['web', 'photos'].map((service) => ({
    problem: problem('service-refused', { service, target: 'http://192.168.1.20:8080' }),
    ...{ fromMs: START, untilMs: START + MINUTE },
  }))
  const first = open(t, data)
  first.history.healed(healed)
  first.pass(5 * MINUTE)
  first.history.close()
  assert.deepEqual(new Set(open(t, data).history.healed([])), new Set(healed))
})
