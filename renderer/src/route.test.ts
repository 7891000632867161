import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hrefOf, type Route, routeOf } from './route.ts'

test('every place has an address, and the address leads back to it', () => {
  const routes: Route[] = [
    { place: 'home' },
    { place: 'add' },
    { place: 'visitors' },
    { place: 'settings' },
    { place: 'service', name: 'jeedom', tab: 'overview' },
    { place: 'service', name: 'l-été/2', tab: 'share' },
  ]
  for (const route of routes) assert.deepEqual(routeOf(hrefOf(route)), route)
})

test('what leads nowhere leads home, and an unknown part of a service to its overview', () => {
  for (const hash of ['', '#', '#/', '#/nowhere', '#/services', '#/services/', '#/constructor'])
    assert.deepEqual(routeOf(hash), { place: 'home' })
  assert.deepEqual(routeOf('#/services/photos/nothing'), { place: 'service', name: 'photos', tab: 'overview' })
  assert.deepEqual(routeOf('#/services/%E0%A4%A/share'), { place: 'service', name: '%E0%A4%A', tab: 'share' })
})
