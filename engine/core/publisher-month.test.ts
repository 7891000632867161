/** A month in the life of a name at each provider, with its limits: addresses change, singly and ten in a row, requests fail in every way, name
 *  servers lag behind, the engine is killed, and once the provider refuses for good until the owner comes home. Counted and printed. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { NameProvider } from '../../protocol/model/name-provider.ts'
import { nameProviders } from '../names/providers/index.ts'
import { type NameEffect, planNames } from './plan-names.ts'
import { type NameHappening, onNames, recordOf, resumed } from './publisher.ts'
import { type Addresses, type NameState, NO_PUBLISHER } from './publisher-state.ts'
import { continued, DIRECT, MAPPED, T0, WEB } from './situation.fixture.ts'
import { EMPTY_STATE, type State } from './state.ts'

const HOST = 'home.example.org'
const [S, MINUTE, DAY] = [1000, 60_000, 86_400_000]
const MONTH = 30 * DAY
const [ANSWER_MS, REACHABLE_MS] = [300, 10 * S]

/** The same sequence in every run: a linear congruence (Numerical Recipes). */
function chances(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

interface Month {
  readonly changes: number
  readonly requests: number
  readonly updates: number
  readonly failures: number
  readonly repeated: number
  readonly kills: number
  readonly slowestS: number
}

type Failing = Pick<Extract<NameHappening, { type: 'name-failed' }>, 'trouble' | 'final' | 'retryAfterS'>

function live(provider: NameProvider): Month {
  const chance = chances(provider.id.length * 7919)
  const periodMs = provider.minPeriodS * S
  const ownNames = [{ host: HOST, service: WEB.name, provider: provider.id }]
  let state: State = {
    ...continued(EMPTY_STATE, ...DIRECT),
    ownNames,
    publisher: { ...NO_PUBLISHER, providers: { [provider.id]: provider } },
  }
  const [start, end] = [T0, T0 + MONTH]
  const count = { changes: 0, requests: 0, updates: 0, failures: 0, repeated: 0, kills: 0 }
  let slowestMs = 0
  // What the world does: changes of the address, bursts of ten, kills.
  const world = worldOf(chance, start)
  const coming: { atMs: number; happens: () => void }[] = []
  const later = (atMs: number, happens: () => void): void => {
    coming.push({ atMs, happens })
    coming.sort((a, b) => a.atMs - b.atMs)
  }
  // The provider, and its name servers.
  let has: string | null = null
  let shows: string | null = null
  let answeredAtMs = Number.NEGATIVE_INFINITY
  let closedUntilMs = Number.NEGATIVE_INFINITY
  const [refusesFromMs, refusesUntilMs] = [start + 12 * DAY, start + 14 * DAY]
  let isRefused = false
  // What is judged.
  let home = '203.0.113.10'
  let changedAtMs = start
  let disturbed = false
  let wasLost = false
  const running = new Set<string>()
  const emit = (happening: NameHappening, atMs: number): void => {
    state = onNames(state, happening, atMs)
  }

  function request(addresses: Addresses, nowMs: number): Failing | null {
    count.requests++
    assert.ok(nowMs >= closedUntilMs, `${provider.id} had asked to be left alone`)
    assert.ok(!isRefused, `${provider.id} had refused for good`)
    if (nowMs >= refusesFromMs && nowMs < refusesUntilMs) {
      isRefused = true
      return { trouble: 'credentials', final: true }
    }
    if (chance() < 0.05) {
      disturbed = true
      // Nothing has reached the provider.
      return { trouble: 'unreachable', final: false }
    }
    assert.ok(nowMs - answeredAtMs >= periodMs, `${provider.id} was asked again after ${nowMs - answeredAtMs} ms`)
    answeredAtMs = nowMs
    if (chance() < 0.1) {
      disturbed = true
      const retryAfterS = Math.ceil(chance() * 1800)
      const isLimit = chance() < 0.5
      if (isLimit) closedUntilMs = nowMs + retryAfterS * S
      return isLimit ? { trouble: 'limited', final: false, retryAfterS } : { trouble: 'server', final: false }
    }
    if (has === addresses.ipv4) {
      count.repeated++
      assert.ok(wasLost, `${provider.id} was told what it had already`)
    }
    wasLost = false
    count.updates++
    has = addresses.ipv4
    // Most name servers have it at once; one in fifty of the updates they never get.
    if (chance() < 0.02) [wasLost, disturbed] = [true, true]
    else later(nowMs + (chance() < 0.2 ? chance() * 40 * S : 50), () => (shows = addresses.ipv4))
    return null
  }

  function perform(effect: NameEffect, key: string, nowMs: number): void {
    running.add(key)
    if (effect.kind === 'look-up-name') {
      later(nowMs + 20, () => {
        if (!running.delete(key)) return
        emit({ type: 'name-looked-up', host: HOST, answers: [{ ipv4: shows === null ? [] : [shows], ipv6: [] }] }, nowMs + 20)
      })
      return
    }
    if (effect.kind !== 'set-name') return void emit({ type: 'name-way-lost', ...effect }, nowMs)
    emit({ type: 'name-sending', host: HOST, addresses: effect.addresses }, nowMs)
    const failing = request(effect.addresses, nowMs)
    later(nowMs + ANSWER_MS, () => {
      if (!running.delete(key)) return
      if (failing) {
        count.failures++
        emit({ type: 'name-failed', host: HOST, wire: '', chance: chance(), ...failing }, nowMs + ANSWER_MS)
      } else emit({ type: 'name-sent', host: HOST, proxied: false }, nowMs + ANSWER_MS)
    })
  }

  function move(nowMs: number): void {
    count.changes++
    home = `203.0.113.${10 + (count.changes % 200)}`
    const path = state.paths[MAPPED]
    assert.ok(path?.phase === 'confirmed')
    state = { ...state, paths: { ...state.paths, [MAPPED]: { ...path, way: { ...path.way, outside: { address: home, port: 443 } } } } }
    changedAtMs = nowMs
    disturbed = nowMs < closedUntilMs || isRefused
  }

  /** The process ends in the middle of whatever it does, and another one starts with what was written down. */
  function kill(nowMs: number): void {
    count.kills++
    if ([...running].some((key) => key.startsWith('set-name'))) {
      // What it would have answered, nobody has heard.
      ;[wasLost, disturbed, isRefused] = [true, true, false]
      closedUntilMs = Number.NEGATIVE_INFINITY
    }
    running.clear()
    const names = Object.fromEntries(
      Object.entries(state.publisher.names).map(([host, one]): [string, NameState] => [host, resumed(recordOf(one), nowMs)]),
    )
    state = { ...state, publisher: { ...state.publisher, names } }
  }

  for (const { atMs, what } of world) later(atMs, () => (what === 'move' ? move(atMs) : kill(atMs)))
  later(refusesUntilMs, () => {
    // The owner is back: he gives another password.
    isRefused = false
    disturbed = true
    emit({ type: 'name-retried', hosts: [HOST] }, refusesUntilMs)
  })
  let nowMs = start
  let isRight = false
  for (let steps = 0; nowMs < end; steps++) {
    assert.ok(steps < 200_000, 'it comes to rest between events')
    let wakeAtMs = Number.POSITIVE_INFINITY
    const planned = new Map<string, NameEffect>()
    planNames(
      state,
      (key, effect) => planned.set(key, effect),
      (atMs) => {
        if (atMs > nowMs) wakeAtMs = Math.min(wakeAtMs, atMs)
        return atMs <= nowMs
      },
    )
    for (const key of running) if (!planned.has(key)) running.delete(key)
    let isNews = false
    for (const [key, effect] of planned)
      if (!running.has(key)) {
        perform(effect, key, nowMs)
        isNews = true
      }
    if (isNews) continue
    nowMs = Math.min(wakeAtMs, coming[0]?.atMs ?? end)
    while ((coming[0]?.atMs ?? Number.POSITIVE_INFINITY) <= nowMs) coming.shift()?.happens()
    const wasRight: boolean = isRight && has !== home ? false : isRight
    isRight = has === home
    if (isRight && !wasRight) {
      const tookMs = nowMs - changedAtMs
      if (!disturbed) {
        slowestMs = Math.max(slowestMs, tookMs)
        assert.ok(tookMs <= Math.max(REACHABLE_MS, periodMs) + ANSWER_MS, `${provider.id} was right after ${tookMs} ms only`)
      }
    }
  }
  assert.equal(has, home, 'no change was lost')
  assert.equal(shows, home)
  return { ...count, slowestS: slowestMs / S }
}

function worldOf(chance: () => number, start: number): { atMs: number; what: 'move' | 'kill' }[] {
  const events: { atMs: number; what: 'move' | 'kill' }[] = []
  // Most lines move once a day; nothing moves in the last hours, so that what is late has time.
  for (let day = 0; day < 29; day++) {
    const atMs = start + day * DAY + Math.floor(chance() * 20 * 60 * MINUTE)
    events.push({ atMs, what: 'move' })
    if (day % 5 === 0)
      for (let turn = 1; turn <= 10; turn++) events.push({ atMs: atMs + turn * (2 * S + Math.floor(chance() * 90 * S)), what: 'move' })
    // Some of them while an update is under way.
    if (day % 3 === 0) events.push({ atMs: atMs + 80 + Math.floor(chance() * 400), what: 'kill' })
  }
  return events
}

for (const provider of nameProviders().filter(({ families }) => families.includes('ipv4')))
  test(`a month at ${provider.title}: no limit broken, no refusal forgotten, no change lost`, (t) => {
    const { changes, requests, updates, failures, repeated, kills, slowestS } = live(provider)
    assert.ok(updates > 0 && failures > 0 && kills > 0)
    t.diagnostic(
      `${changes} changes, ${requests} requests, ${updates} updates, ${failures} failures, ${kills} kills, ${repeated} sent again after a loss; ` +
        `undisturbed right after ${slowestS.toFixed(1)} s at most (period ${provider.minPeriodS} s)`,
    )
  })
