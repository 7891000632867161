/** Calls a relay as the engine does, for tests. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type ProblemCode, ProblemError } from '../../protocol/problem.ts'
import type { FakeRelay } from '../../test/fakes/relay.ts'
import { later } from '../../test/folder.ts'
import { newIdentity } from '../../wire/identity.ts'
import { Unread } from '../../wire/unread.ts'
import { type Dialled, type DialOptions, dial } from './dial.ts'

export const SESSION = 's'.repeat(22)
export const identity = newIdentity()

export function call(
  t: TestContext,
  relay: Pick<FakeRelay, 'host' | 'port'> & { caPem?: string },
  change: Partial<DialOptions> = {},
): Promise<Dialled> {
  const { host, port, caPem } = relay
  const dialled = dial({
    relay: { host, port, ca: caPem },
    pin: { kind: 'none' },
    identity,
    purpose: 'session',
    session: SESSION,
    transports: ['direct'],
    findProxy: async () => undefined,
    unread: new Unread(),
    signal: new AbortController().signal,
    onStream: (stream) => stream.destroy(),
    onFlow: (flow) => flow.close(),
    onBypass: () => {},
    onAnswer: () => {},
    onNotice: () => {},
    onLoad: () => {},
    onClose: () => {},
    ...change,
  })
  void dialled.then(
    ({ lane }) => later(t, () => lane.close('the test is over')),
    () => {},
  )
  return dialled
}

/** It fails with this problem, which names the relay. */
export async function refused(attempt: Promise<Dialled>, code: ProblemCode, reason?: RegExp): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof ProblemError, String(error))
    assert.equal(error.problem.code, code)
    if (code !== 'relay-code-invalid') assert.ok(error.problem.params.relay)
    if (reason) assert.match(error.problem.params.reason ?? '', reason)
    return true
  })
}
