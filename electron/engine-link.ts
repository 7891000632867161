/** Our lasting connection to the engine, which the tray lives on: comes back after a crash, stays away after a stop that somebody asked for. */
import { setTimeout as delay } from 'node:timers/promises'
import { contract, type EngineContract } from '../protocol/contract.ts'
import { ProblemError } from '../protocol/problem.ts'
import { type Client, connect } from '../protocol/rpc.ts'
import type { Snapshot } from '../protocol/snapshot.ts'
import type { EngineChannel } from './engine-channel.ts'
import { attachEngine, type EngineCommand, EngineStartError, ensureEngine, isAlive, readEngineFile } from './engine-process.ts'
import { KeychainError } from './keychain.ts'

export type EngineState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'running'; readonly snapshot: Snapshot; readonly client: Client<EngineContract> }
  /** Stopped on purpose, by whom ever: it is not started again before somebody asks. */
  | { readonly phase: 'stopped' }
  | { readonly phase: 'failed'; readonly reason: string }

export interface EngineLink {
  state(): EngineState
  /** Starts a stopped engine; otherwise nothing. */
  wake(): void
  /** Stops the engine and waits until it is gone. */
  stop(): Promise<void>
}

/** After a crash: quickly at first, then patiently. The last one repeats. */
const RESTART_MS = [250, 1_000, 5_000, 30_000]
/** While stopped, somebody may start the engine from a terminal. */
const LOOK_EVERY_MS = 1_000
/** An engine closes what it opened on the router before it goes. */
const STOP_TIMEOUT_MS = 10_000
const LOOK_AGAIN_MS = 50

export function linkEngine(
  dataDir: string,
  command: () => Promise<EngineCommand>,
  /** Of what kept an engine from starting, and is no word of its own. */
  sentenceOf: (error: unknown) => string,
  onChange: (state: EngineState) => void,
  signal: AbortSignal,
): EngineLink {
  let state: EngineState = { phase: 'starting' }
  let wake = Promise.withResolvers<void>()
  const change = (next: EngineState): void => {
    state = next
    onChange(next)
  }

  const follow = (channel: EngineChannel): Promise<void> =>
    new Promise((resolve) => {
      signal.addEventListener('abort', channel.close)
      channel.onClose(() => {
        signal.removeEventListener('abort', channel.close)
        resolve()
      })
      const client = connect(channel, contract)
      client.snapshot({}, (snapshot) => change({ phase: 'running', snapshot, client }), channel.close)
    })
  /** Until an engine runs again that somebody else started, or {@link EngineLink.wake}. */
  const rest = async (): Promise<EngineChannel | undefined> => {
    wake = Promise.withResolvers()
    let woken = false
    void wake.promise.then(() => {
      woken = true
    })
    while (!woken) {
      const channel = await attachEngine(dataDir)
      if (channel) return channel
      await Promise.race([wake.promise, delay(LOOK_EVERY_MS, undefined, { signal })])
    }
    return undefined
  }
  const live = async (): Promise<void> => {
    let failures = 0
    let found: EngineChannel | undefined
    while (!signal.aborted) {
      if (!found && state.phase !== 'failed') change({ phase: 'starting' })
      try {
        await follow(found ?? (await ensureEngine(dataDir, command, signal)))
        if (state.phase === 'running') failures = 0
        if (await stoppedOnPurpose(dataDir, signal)) {
          change({ phase: 'stopped' })
          found = await rest()
          continue
        }
      } catch (error) {
        if (signal.aborted) return
        change({ phase: 'failed', reason: (error instanceof EngineStartError && error.reason) || sentenceOf(error) })
        // To ask again by ourselves would be to open the keychain's dialog again and again.
        if (error instanceof KeychainError) {
          found = await rest()
          continue
        }
      }
      found = undefined
      await delay(RESTART_MS[Math.min(failures++, RESTART_MS.length - 1)], undefined, { signal })
    }
  }
  live().catch((error) => {
    if (!signal.aborted) throw error
  })

  return {
    state: () => state,
    wake: () => wake.resolve(),
    async stop() {
      if (state.phase !== 'running') return
      // It may go before its answer has come through; whether it went is seen below.
      await state.client.stop({}, STOP_TIMEOUT_MS).catch((error) => {
        if (error instanceof ProblemError) throw error
      })
      for (const end = Date.now() + STOP_TIMEOUT_MS; await readEngineFile(dataDir); await delay(LOOK_AGAIN_MS)) {
        if (Date.now() > end) throw new Error(`the engine did not stop within ${STOP_TIMEOUT_MS / 1000} s`)
      }
    },
  }
}

/** After the connection closed: an engine that stops removes its file, one that crashed is gone and leaves it. */
async function stoppedOnPurpose(dataDir: string, signal: AbortSignal): Promise<boolean> {
  for (const end = Date.now() + STOP_TIMEOUT_MS; Date.now() < end; ) {
    const file = await readEngineFile(dataDir)
    if (!file) return true
    if (!isAlive(file.pid)) return false
    await delay(LOOK_AGAIN_MS, undefined, { signal })
  }
  return false
}
