/** A relay restarts, and everybody comes back at once. PORCHLIGHT_STORM_HOMES=1000 is the whole of it (docs/proof). */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { openSqliteRegistry } from '../../relay/registry/sqlite.ts'
import { newIdentity } from '../../wire/identity.ts'
import { folder } from '../folder.ts'
import { testAuthority } from './programs.ts'
import { homeHere, relayHere, visit } from './tunnel-ends.ts'

const HOMES = Number(process.env.PORCHLIGHT_STORM_HOMES ?? 60)
/** Everything is in this one process, both ends of every TLS session. */
const BOUND_MS = 20_000 + HOMES * 100

test(`${HOMES} homes are back after a restart, and what they open is kept`, async (t) => {
  const same = { data: folder(t), certificate: await testAuthority(t) }
  const identities = Array.from({ length: HOMES }, () => newIdentity())
  // They have been here before: newcomers would be let in a few a second.
  const registry = openSqliteRegistry(join(same.data, 'registry.db'))
  for (const { publicKey } of identities) registry.registerDevice(publicKey, Date.now())
  registry.close()
  const first = await relayHere(t, same)
  const homes = identities.map((identity) => homeHere(t, first, { port: first.port, identity }))
  const connectedTimes = (times: number) => (): void => assert.equal(homes.filter(({ welcomes }) => welcomes.length >= times).length, HOMES)
  await eventually(connectedTimes(1), { timeoutMs: BOUND_MS, everyMs: 200 })

  await first.close()
  const startedMs = performance.now()
  const second = await relayHere(t, { ...same, port: first.port })
  await eventually(connectedTimes(2), { timeoutMs: BOUND_MS, everyMs: 200 })
  const tookS = (performance.now() - startedMs) / 1000
  const inVain = homes.reduce((sum, { waiting }) => sum + waiting.length - 1, 0)
  console.log(`${HOMES} homes back after ${tookS.toFixed(1)} s, ${inVain} attempts in vain`)

  for (const home of [homes[0], homes[HOMES - 1]]) await (await visit(t, second.port, home?.welcomes.at(-1)?.label ?? '')).echo('as before')
  // What is opened is kept: a relay that were only busy with those who gave up would open far more than one lane a home.
  const opened = second.logged.filter((line) => line.startsWith('lane-open')).length
  assert.ok(opened >= HOMES && opened <= 2 * HOMES, `${opened} lanes opened`)
})
