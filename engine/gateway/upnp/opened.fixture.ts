/** A scripted router whose rules are asked for, found and open: what the search for it said is forgotten. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type FakeAnswer, type FakeGateway, type FakeScript, startFakeGateway } from '../../../test/fakes/gateway.ts'
import type { Gateway } from '../gateway.ts'
import { openUpnp } from './client.ts'

export const OURS = '127.0.0.1'
export const never = new AbortController().signal

export async function opened(
  t: TestContext,
  script: FakeScript = {},
  answerMs = 20_000,
): Promise<{ router: FakeGateway; gateway: Gateway }> {
  const router = await startFakeGateway(script)
  t.after(() => router.close())
  // It is found at once, or its test has failed: the bound is wide.
  const tuning = { ssdpPort: router.ssdpPort, searchMs: 20_000, answerMs }
  const gateway = await openUpnp({ gatewayAddress: router.address, localAddress: OURS, signal: never, tuning })
  assert.ok(gateway)
  router.calls.length = 0
  return { router, gateway }
}

export const actions = (router: FakeGateway): string[] => router.calls.map(({ action }) => action)
export const fault = (code: number): FakeAnswer => ({ kind: 'fault', code })
