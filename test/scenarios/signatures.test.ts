/** Domains with DNSSEC at a real BIND, asked through a real resolver that checks it: what is right is not doubted, and what is wrong is told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { continued, DIRECT, WEB } from '../../engine/core/situation.fixture.ts'
import { EMPTY_STATE } from '../../engine/core/state.ts'
import type { Context } from '../../engine/run/context.ts'
import { checkOwnDomain } from '../../engine/run/own-domain.ts'
import { bindWithSignatures, type SignedZone } from '../name-servers.ts'

const ZONES: readonly SignedZone[] = [
  { zone: 'right.test', is: 'right' },
  { zone: 'expired.test', is: 'expired' },
  { zone: 'stale.test', is: 'stale' },
]

test('a domain whose signatures have ended, or whose key is another one, is told; one that is in order is not', async (t) => {
  const { port, resolver } = await bindWithSignatures(t, ZONES)
  const state = continued(EMPTY_STATE, ...DIRECT)
  const context = {
    ...{ state: () => state, secrets: { identity: { publicKey: 'k'.repeat(43) } }, settings: { current: {} } },
  } as unknown as Context
  const findings = async (host: string): Promise<string[]> => {
    const wish = { host, service: WEB.name }
    const domain = await checkOwnDomain(context, wish, () => {}, AbortSignal.timeout(60_000), { resolvers: [resolver], port })
    return domain.findings.map(({ finding }) => finding)
  }
  for (const { zone, is } of ZONES)
    assert.deepEqual((await findings(`www.${zone}`)).includes('dnssec'), is !== 'right', `${zone}: ${await findings(`www.${zone}`)}`)
})
