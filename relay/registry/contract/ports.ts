import assert from 'node:assert/strict'
import { QUARANTINE_MS } from '../registry.ts'
import { newKey } from '../values.fixture.ts'
import { type Check, fails, NOW } from './check.ts'

const udp = (service: string, port = 22124) => ({ service, protocol: 'udp' as const, port })
const tcp = (service: string, port = 22) => ({ service, protocol: 'tcp' as const, port })
const RANGE = { first: 20000, last: 29999 }

/** Public ports of raw services. */
export function portChecks(check: Check): void {
  check('a raw service gets the port it wants, else another of the range, and keeps it over a restart', (registry, reopen) => {
    const [band, rival] = [newKey(), newKey()]
    for (const key of [band, rival]) registry.registerDevice(key, NOW)
    const given = registry.setPublicPorts(band, [udp('band'), tcp('shell'), tcp('talk', 22124)], RANGE, NOW)
    assert.deepEqual(given[0], udp('band'))
    assert.deepEqual(given[2], tcp('talk', 22124), 'the same number, another protocol')
    const [shell] = given.filter(({ service }) => service === 'shell')
    assert.ok(shell && shell.port >= RANGE.first && shell.port <= RANGE.last && shell.protocol === 'tcp')
    const [late] = registry.setPublicPorts(rival, [udp('band')], RANGE, NOW)
    assert.ok(late && late.port !== 22124, 'a port is one device’s')
    registry.close()
    const again = reopen()
    assert.deepEqual(again.setPublicPorts(band, [tcp('shell', 9), udp('band', 9), tcp('talk', 9)], RANGE, NOW + 1), [
      shell,
      udp('band'),
      tcp('talk', 22124),
    ])
    assert.equal(again.publicPorts(band).length, 3)
    assert.deepEqual(again.publicPorts(newKey()), [])
  })

  check('a port given up comes back to its service at any time, and to others after 90 days', (registry) => {
    const [mine, other] = [newKey(), newKey()]
    for (const key of [mine, other]) registry.registerDevice(key, NOW)
    const narrow = { first: 22124, last: 22124 }
    assert.deepEqual(registry.setPublicPorts(mine, [udp('band')], narrow, NOW), [udp('band')])
    assert.deepEqual(registry.setPublicPorts(mine, [], narrow, NOW), [])
    assert.deepEqual(registry.publicPorts(mine), [])
    assert.deepEqual(registry.setPublicPorts(other, [udp('game')], narrow, NOW + QUARANTINE_MS - 1), [])
    assert.deepEqual(registry.setPublicPorts(mine, [udp('band')], narrow, NOW + 1), [udp('band')])
    registry.releaseDevice(mine, NOW + 2)
    assert.deepEqual(registry.setPublicPorts(other, [udp('game')], narrow, NOW + 1 + QUARANTINE_MS), [])
    assert.deepEqual(registry.setPublicPorts(other, [udp('game')], narrow, NOW + 2 + QUARANTINE_MS), [udp('game')])
  })

  check('a device has at most 32 ports, and then takes back one that it gave up longest ago', (registry) => {
    const key = newKey()
    registry.registerDevice(key, NOW)
    const many = Array.from({ length: 33 }, (_, index) => udp(`game-${index}`, 20000 + index))
    assert.deepEqual(registry.setPublicPorts(key, many, RANGE, NOW), many.slice(0, 32))
    registry.setPublicPorts(key, many.slice(1, 32), RANGE, NOW + 1)
    registry.setPublicPorts(key, many.slice(2, 32), RANGE, NOW + 2)
    assert.deepEqual(registry.setPublicPorts(key, [...many.slice(2, 32), tcp('shell', 20500)], RANGE, NOW + 3).at(-1), tcp('shell', 20500))
    assert.deepEqual(registry.setPublicPorts(key, [...many.slice(2, 32), many[1] ?? udp('')], RANGE, NOW + 4).at(-1), many[1])
  })

  check('ports that answer strangers with more than they ask are never given for UDP; a range that moved moves its ports', (registry) => {
    const key = newKey()
    registry.registerDevice(key, NOW)
    const newOther = (): string => registry.registerDevice(newKey(), NOW).key
    const low = { first: 1900, last: 1901 }
    assert.deepEqual(registry.setPublicPorts(key, [udp('cast', 1900), tcp('web', 1900)], low, NOW), [udp('cast', 1901), tcp('web', 1900)])
    assert.deepEqual(registry.setPublicPorts(key, [udp('cast', 1900), udp('more', 1900)], low, NOW), [udp('cast', 1901)], 'nothing is left')
    assert.deepEqual(registry.setPublicPorts(key, [udp('cast', 22124)], RANGE, NOW), [udp('cast')])
    const [moved] = registry.setPublicPorts(key, [udp('cast')], RANGE, NOW, [udp('cast')])
    assert.ok(moved && moved.port !== 22124, 'what cannot be used is not kept')
    assert.deepEqual(registry.setPublicPorts(newOther(), [udp('cast')], RANGE, NOW, [tcp('cast', 22124)]), [udp('cast')])
    assert.throws(() => registry.setPublicPorts(key, [udp('cast'), tcp('cast')], RANGE, NOW), fails('publication-malformed'))
    assert.throws(() => registry.setPublicPorts(newKey(), [], RANGE, NOW), fails('device-unknown'))
  })
}
