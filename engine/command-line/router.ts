/** `porchlight router`: its owner lets Porchlight set rules on it, in a way of its own, where it opens nothing by itself. */
import { routerName } from '../../languages/guides.ts'
import type { Words } from '../../languages/index.ts'
import type { EngineContract } from '../../protocol/contract.ts'
import { offeredApi } from '../../protocol/model/router-api.ts'
import { ProblemError } from '../../protocol/problem.ts'
import type { Client } from '../../protocol/rpc.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, UsageError } from './command.ts'

type Action = 'show' | 'connect' | 'forget'

const CONNECT_TIMEOUT_MS = 20_000
/** Somebody has to go to the box; it gives up itself before that. */
const ANSWER_TIMEOUT_MS = 11 * 60_000

export const router = command<{ readonly action: Action }>({
  usage: `router                        may Porchlight set rules on your router, where that opens nothing by itself?
router connect · router forget`,
  read(args) {
    const { values, positionals } = readFlags(args, {}, true)
    const [action = 'show', ...more] = positionals
    if ((action !== 'show' && action !== 'connect' && action !== 'forget') || more.length > 0)
      throw new UsageError('router takes connect, forget, or nothing')
    return { action, data: values.data }
  },
  run: (folder, { action }, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      const say = (line: string): void => void process.stdout.write(`${line}\n`)
      if (action === 'forget') {
        const { left } = await engine.forgetRouter({}, CONNECT_TIMEOUT_MS)
        return say(left ? words.routerAccess.left : words.routerAccess.forgotten)
      }
      if (action === 'connect') {
        await engine.connectRouter({ user: '', password: '' }, CONNECT_TIMEOUT_MS)
        const { api } = (await snapshot()).gateway.access
        // Beside what scripts read.
        if (api !== null) process.stderr.write(`${words.routerAccess.waiting[api]}\n`)
      }
      say(standing(action === 'connect' ? await answered(engine) : await snapshot(), words))
    }),
})

function standing(snapshot: Snapshot, words: Words): string {
  const { access, guide, name } = snapshot.gateway
  const { routerAccess } = words
  const called = routerName(guide.router, name, words)
  if (access.phase === 'open') return routerAccess.open(called)
  if (access.phase === 'waiting' && access.api) return routerAccess.waiting[access.api]
  if (access.problem) throw new ProblemError(access.problem)
  const offered = offeredApi(snapshot)
  return offered ? `${routerAccess.title(called)}: porchlight router connect\n${routerAccess.how[offered]}` : routerAccess.none
}

/** What its owner said on the box. */
function answered(engine: Client<EngineContract>): Promise<Snapshot> {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => reject(new Error('no answer')), ANSWER_TIMEOUT_MS)
    const settle = (): void => {
      clearTimeout(patience)
      queueMicrotask(() => stop())
    }
    const stop = engine.snapshot(
      {},
      (snapshot) => {
        if (snapshot.gateway.access.phase === 'waiting') return
        settle()
        resolve(snapshot)
      },
      (error) => {
        settle()
        reject(error)
      },
    )
  })
}
