/** `porchlight name`: what this device is called; and names of the owner's own (own-names.ts). */
import { moment } from '../../languages/format.ts'
import type { Words } from '../../languages/index.ts'
import { labelOf } from '../../protocol/model/label.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { NamesView } from '../../protocol/snapshot.ts'
import { problemOfStanding } from '../../protocol/standing.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, UsageError } from './command.ts'
import { checkDomain } from './own-domain.ts'
import { OWN_NAME_FLAGS, OWN_NAME_USAGE, type OwnNameAction, type OwnNameFlags, readOwnName, runOwnName } from './own-names.ts'

const RENAME_TIMEOUT_MS = 40_000

type Action =
  | OwnNameAction
  | { readonly do: 'check-domain'; readonly host: string; readonly service: string; readonly json: boolean }
  | { readonly do: 'show' }
  | { readonly do: 'set' | 'check'; readonly label: string }

export const name = command<{ readonly action: Action }>({
  usage: `name                          what this device is called
name set NEW                  call it so; the old name leads to it for 30 days more
name check NEW                may it be called so?
name check HOST --service NAME [--json]   which records lead a domain of yours here, and which of them stand
${OWN_NAME_USAGE}`,
  read(args) {
    const { values, positionals } = readFlags(args, OWN_NAME_FLAGS, true)
    return {
      action: readDomain(positionals, values) ?? readOwnName(positionals, values) ?? readAction(positionals, values),
      data: values.data,
    }
  },
  run: (folder, { action }, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      if (action.do === 'check-domain') return await checkDomain(action, engine, words)
      if (!('label' in action) && action.do !== 'show') return await runOwnName(action, engine, snapshot, words)
      if (action.do === 'check') {
        const standing = await engine.checkName({ name: action.label }, RENAME_TIMEOUT_MS)
        const against = problemOfStanding(action.label, standing)
        if (against) throw new ProblemError(against)
        process.stdout.write(`${words.names.standing[standing.state === 'own' ? 'own' : 'free'](action.label)}\n`)
        return
      }
      if (action.do === 'set') await engine.rename({ name: action.label }, RENAME_TIMEOUT_MS)
      const { domain, names } = await snapshot()
      if (domain === null) throw new ProblemError(problem('no-relay', {}))
      process.stdout.write(`${[domain, ...linesOf(names, words)].join('\n')}\n`)
    }),
})

function linesOf({ next, former }: NamesView, words: Words): string[] {
  const told = former.map(({ domain, untilMs }) => words.names.former(domain, moment(untilMs, words)))
  return next === null ? told : [words.names.next(next), ...told]
}

/** What has a dot is a domain. */
function readDomain([what, host, ...rest]: readonly string[], flags: OwnNameFlags): Action | undefined {
  if (what !== 'check' || !host?.includes('.')) return undefined
  const { service, json = false } = flags
  const isBare = Object.keys(flags).every((flag) => ['data', 'service', 'json'].includes(flag))
  if (service === undefined || rest.length > 0 || !isBare)
    throw new UsageError('name check of a domain needs --service and the name of a service')
  return { do: 'check-domain', host, service, json }
}

function readAction([what, label, ...rest]: readonly string[], flags: OwnNameFlags): Action {
  const isBare = Object.keys(flags).every((flag) => flag === 'data')
  if (what === undefined && isBare) return { do: 'show' }
  if ((what === 'set' || what === 'check') && label !== undefined && rest.length === 0 && isBare) return { do: what, label: labelOf(label) }
  throw new UsageError('name takes set or check and a name; add, rm, test or update and a host; ls, providers, or nothing')
}
