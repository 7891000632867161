import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { pathKey } from './path-state.ts'
import { plan } from './plan.ts'
import type { Service } from './service-state.ts'
import { AT_HOME6, CERTIFIED, continued, GAME, PUBLISHED, RELAY, seen, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'

const PORT = GAME.target.port
const BAND = { ...GAME, preset: 'jamulus', target: { kind: 'udp', host: '127.0.0.1', port: PORT } } satisfies Service
const DIRECT = pathKey({ exposure: GAME.name, rung: 'direct', family: 'ipv6' })
const TAKEN: Happening = {
  type: 'listening-refused',
  exposure: GAME.name,
  family: 'ipv6',
  problem: problem('ipv6-port-taken', { port: String(PORT) }),
}
const LISTENING: Happening = { type: 'listening', exposure: GAME.name, family: 'ipv6', port: PORT }

function at(service: Service, granted = PORT): State {
  const published: Happening = { ...PUBLISHED, ports: { [service.name]: granted } }
  return situation(AT_HOME6, ...RELAY, CERTIFIED, { type: 'service-added', service }, published)
}
const pinged = (state: State): unknown => {
  const probe = [...plan(state, T0).effects.values()].find((effect) => effect.kind === 'probe' && effect.path === DIRECT)
  return probe?.kind === 'probe' && probe.ping
}

describe('a service on this very computer that holds its IPv6 port itself', () => {
  it('is looked at by its own ping, and counts once it answered', () => {
    const state = continued(at(BAND), TAKEN)
    assert.equal(state.paths[DIRECT]?.phase, 'provisioned')
    assert.equal(pinged(state), 'jamulus')
    const reached = continued(state, { type: 'probed', path: DIRECT, verdict: seen('reachable') })
    const path = reached.paths[DIRECT]
    assert.deepEqual(path?.phase === 'confirmed' && path.way.outside, { address: '2001:db8:1::10', port: PORT })
  })

  it('is asked by our own signature again once the port is ours', () => {
    assert.equal(pinged(continued(at(BAND), TAKEN, LISTENING)), null)
    assert.equal(pinged(continued(at(BAND), LISTENING)), null)
  })

  it('is blocked as ever where the port is another program’s, where it has no ping, or where another port is needed', () => {
    const elsewhere: Service = { ...BAND, target: { ...BAND.target, host: '192.168.1.20' } }
    const { preset: _, ...mute } = BAND
    for (const state of [at(elsewhere), at(mute), at(BAND, 20_001)]) assert.equal(continued(state, TAKEN).paths[DIRECT]?.phase, 'blocked')
  })
})
