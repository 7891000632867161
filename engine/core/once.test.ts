import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Happening } from './events.ts'
import { onceFor } from './once.ts'
import type { Path } from './path-state.ts'
import { reduce } from './reduce.ts'
import type { Service } from './service-state.ts'
import { AT_HOME, GAME, probed, RELAY, ROUTER, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'

test('the same value is worked on once, another one anew', () => {
  const asked: object[] = []
  const of = onceFor((value: object) => asked.push(value))
  const [one, other] = [{}, {}]
  assert.deepEqual([of(one), of(one), of(other), of(one)], [1, 1, 2, 1])
  assert.deepEqual(asked, [one, other])
})

/** A home with so many programs, each on a port of its own. */
function homeWith(count: number): State {
  const services = Array.from({ length: count }, (_, i): readonly Happening[] => {
    const service: Service = { ...GAME, name: `s${i}`, target: { kind: 'tcp', host: '192.168.1.30', port: 1000 + i }, links: [] }
    return [
      { type: 'service-added', service },
      { type: 'listening', exposure: service.name, family: 'ipv4', port: 41_000 + i },
      { type: 'target-up', name: service.name },
    ]
  })
  return situation(AT_HOME, ...RELAY, ROUTER, ...services.flat())
}

/** How often one event has anything read of a path or of a service. */
function readsOf(state: State): number {
  let reads = 0
  const counted = <T extends object>(value: T): T =>
    new Proxy(value, {
      get(target, key) {
        reads += 1
        return Reflect.get(target, key)
      },
    })
  const paths = Object.fromEntries(Object.entries(state.paths).map(([key, path]): [string, Path] => [key, counted(path)]))
  const [key = ''] = Object.keys(paths)
  const [verdict, atMs] = probed(key, 'reachable', T0 + 1)
  reduce({ ...state, paths, services: state.services.map(counted) }, { ...verdict, atMs } as Parameters<typeof reduce>[1])
  return reads
}

test('what an event costs grows with the number of services, and not with its square', () => {
  const [few, many] = [readsOf(homeWith(10)), readsOf(homeWith(80))]
  assert.ok(many < few * 10, `${few} reads with 10 services, ${many} with 80`)
})
