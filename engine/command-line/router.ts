/** `porchlight router`: its owner lets Porchlight set rules on it, in a way of its own, where it opens nothing by itself. */
import { routerName } from '../../languages/guides.ts'
import type { Words } from '../../languages/index.ts'
import { apiOf, offeredApi } from '../../protocol/model/router-api.ts'
import { ProblemError } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { withEngine } from './ask.ts'
import { askLine } from './ask-line.ts'
import { command, readFlags, TEXT, UsageError } from './command.ts'

type Action = 'show' | 'connect' | 'forget'

interface RouterOrder {
  readonly action: Action
  /** Of a FRITZ!Box. */
  readonly user: string
}

const CONNECT_TIMEOUT_MS = 20_000

export const router = command<RouterOrder>({
  usage: `router                        may Porchlight set rules on your router, where that opens nothing by itself?
router connect [--user NAME] · router forget`,
  read(args) {
    const { values, positionals } = readFlags(args, { user: TEXT }, true)
    const [action = 'show', ...more] = positionals
    if ((action !== 'show' && action !== 'connect' && action !== 'forget') || more.length > 0)
      throw new UsageError('router takes connect, forget, or nothing')
    if (values.user !== undefined && action !== 'connect') throw new UsageError('--user belongs to connect')
    return { action, user: values.user ?? '', data: values.data }
  },
  run: (folder, { action, user }, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      const say = (line: string): void => void process.stdout.write(`${line}\n`)
      if (action === 'forget') {
        const { left } = await engine.forgetRouter({}, CONNECT_TIMEOUT_MS)
        return say(left ? words.routerAccess.left : words.routerAccess.forgotten)
      }
      if (action === 'connect') {
        const password = needsPassword(await snapshot())
          ? await askLine(words.routerAccess.password + words.shell.colon, { isSecret: true })
          : ''
        await engine.connectRouter({ user, password }, CONNECT_TIMEOUT_MS)
        // Beside what scripts read.
        if ((await snapshot()).gateway.access.phase === 'waiting') process.stderr.write(`${words.routerAccess.waiting}\n`)
      }
      say(standing(await snapshot(action === 'connect' ? hasAnswered : undefined), words))
    }),
})

/** Somebody has to go to the box; the engine gives up after ten minutes. */
const hasAnswered = ({ gateway }: Snapshot): boolean => gateway.access.phase !== 'waiting'

function standing(snapshot: Snapshot, words: Words): string {
  const { access, guide, name } = snapshot.gateway
  const { routerAccess, shell } = words
  const called = routerName(guide.router, name, words)
  if (access.phase === 'open') return routerAccess.open(called)
  if (access.phase === 'waiting') return routerAccess.waiting
  if (access.problem) throw new ProblemError(access.problem)
  const offered = offeredApi(snapshot)
  return offered ? `${routerAccess.title(called)}${shell.colon}porchlight router connect\n${routerAccess.how[offered]}` : routerAccess.none
}

function needsPassword({ gateway }: Snapshot): boolean {
  const api = apiOf(gateway.guide.router)
  return api !== null && api !== 'freebox'
}
