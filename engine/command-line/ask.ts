/** One command's conversation with a running engine. */
import { once } from 'node:events'
import { contract, type EngineContract } from '../../protocol/contract.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { type Client, connect } from '../../protocol/rpc.ts'
import type { ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import { lineChannel } from '../control/lines.ts'
import { connectLocalSocket } from '../control/local-socket.ts'

const STOP_TIMEOUT_MS = 10_000

/** How it stands, once that is as somebody waits for; at once where he waits for nothing. Rejects when the engine has gone. */
type NextSnapshot = (isIt?: (snapshot: Snapshot) => boolean) => Promise<Snapshot>

/** Throws ProblemError `engine-absent` when no engine runs on this folder. `closed` resolves when the engine has gone. */
export async function withEngine<T>(
  folder: string,
  talk: (engine: Client<EngineContract>, closed: Promise<unknown>, snapshot: NextSnapshot) => Promise<T>,
): Promise<T> {
  const socket = await connectLocalSocket(folder)
  if (!socket) throw new ProblemError(problem('engine-absent', { data: folder }))
  const closed = once(socket, 'close', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) }).catch(() => {})
  const engine = connect(lineChannel(socket), contract)
  try {
    return await talk(engine, closed, (isIt) => firstSnapshot(engine, isIt))
  } finally {
    socket.destroy()
  }
}

function firstSnapshot(engine: Client<EngineContract>, isIt: (snapshot: Snapshot) => boolean = () => true): Promise<Snapshot> {
  return new Promise((resolve, reject) => {
    const stop = engine.snapshot(
      {},
      (snapshot) => {
        if (!isIt(snapshot)) return
        queueMicrotask(() => stop())
        resolve(snapshot)
      },
      reject,
    )
  })
}

/** Throws ProblemError when there is none of this name. */
export function serviceOf({ services }: Snapshot, name: string): ServiceView {
  const found = services.find((service) => service.name === name)
  if (!found) throw new ProblemError(problem('service-unknown', { name }))
  return found
}
