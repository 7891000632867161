/** Writes without end, and says on standard output what is safe: the other half of durability.test.ts. */
import { writeSync } from 'node:fs'
import { openSqliteRegistry } from './sqlite.ts'
import { newKey, newLinkId, publicationOf } from './values.fixture.ts'

export interface Acknowledged {
  readonly kind: 'registered' | 'published' | 'direct' | 'code' | 'released'
  readonly key: string
  /** Label, link id, address or the code's key. */
  readonly value: string
}

const NOW = 1_800_000_000_000
const say = (kind: Acknowledged['kind'], key: string, value: string): unknown => writeSync(1, `${JSON.stringify({ kind, key, value })}\n`)

const registry = openSqliteRegistry(process.argv[2] ?? '')
for (;;) {
  const [key, link, address] = [newKey(), newLinkId(), '203.0.113.7']
  say('registered', key, registry.registerDevice(key, NOW).label)
  registry.setPublished(key, publicationOf({ web: [link] }), NOW)
  say('published', key, link)
  registry.setDirect(key, 'ipv4', { address, port: 443, sinceMs: NOW })
  say('direct', key, address)
  const code = registry.createCode(NOW + 1)
  registry.redeemCode(code, key, NOW)
  say('code', key, Buffer.from(code).toString('base64url'))
  const passing = newKey()
  const { label } = registry.registerDevice(passing, NOW)
  registry.releaseDevice(passing, NOW)
  say('released', passing, label)
}
