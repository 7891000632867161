/** A scripted PCP server, and what the tests ask it for. */
import type { TestContext } from 'node:test'
import { type FakePcp, type FakePcpScript, startFakePcp } from '../../../test/fakes/pcp-server.ts'
import type { MapRequest } from '../gateway.ts'

export const OURS = '127.0.0.1'
export const never = new AbortController().signal
/** For routers that answer: long enough for a slow machine. The waits of the product itself are not waited for. */
export const PATIENT = { firstWaitMs: 20_000, tries: 3 }

export const REQUEST: MapRequest = {
  protocol: 'tcp',
  internalAddress: OURS,
  internalPort: 8443,
  externalPort: 443,
  lifetimeS: 7200,
  description: 'Porchlight',
}

export async function fake(t: TestContext, script: FakePcpScript = {}): Promise<FakePcp> {
  const router = await startFakePcp(script)
  t.after(() => router.close())
  return router
}
