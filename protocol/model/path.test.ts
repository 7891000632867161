import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bestConfirmed, Endpoint, type PathView, Phase, Rung } from './path.ts'

const path = (rung: Rung, phase: Phase = 'confirmed', family: PathView['family'] = 'ipv4'): PathView => ({ rung, family, phase })

test('the ladder: the declared order is the preference', () => {
  assert.deepEqual(Rung.options, ['direct', 'mapped', 'manual', 'tunnel'])
  for (const [index, rung] of Rung.options.entries()) {
    const worseFirst = Rung.options.slice(index).reverse()
    assert.equal(
      bestConfirmed(
        worseFirst.map((each) => path(each)),
        'ipv4',
      ),
      rung,
    )
  }
})

test('only what an outsider confirmed counts', () => {
  for (const phase of Phase.options.filter((each) => each !== 'confirmed'))
    assert.equal(bestConfirmed([path('direct', phase), path('tunnel')], 'ipv4'), 'tunnel', phase)
  assert.equal(bestConfirmed([path('mapped', 'provisioned')], 'ipv4'), null)
  assert.equal(bestConfirmed([], 'ipv6'), null)
})

test('a family has its own best', () => {
  const paths = [path('tunnel'), path('direct', 'confirmed', 'ipv6'), path('direct', 'blocked')]
  assert.equal(bestConfirmed(paths, 'ipv4'), 'tunnel')
  assert.equal(bestConfirmed(paths, 'ipv6'), 'direct')
})

test('an endpoint has a port that exists', () => {
  for (const port of [1, 443, 65535]) assert.ok(Endpoint.safeParse({ address: '192.0.2.1', port }).success)
  for (const port of [0, -1, 65536, 1.5, Number.NaN, '443', null])
    assert.equal(Endpoint.safeParse({ address: '192.0.2.1', port }).success, false)
})
