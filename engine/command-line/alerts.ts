/** `porchlight alerts`: whom the relay tells when this house is dark. */
import { withEngine } from './ask.ts'
import { command, readFlags, UsageError } from './command.ts'

const TEST_TIMEOUT_MS = 60_000

type Action = { readonly do: 'list' | 'test' } | { readonly do: 'add' | 'remove'; readonly what: string }

export const alerts = command<{ readonly action: Action }>({
  usage: `alerts                        whom the relay tells when this house is dark
alerts add MAIL|ntfy:URL|URL
alerts remove ID · alerts test`,
  read(args) {
    const { values, positionals } = readFlags(args, {}, true)
    return { action: readAction(positionals), data: values.data }
  },
  run: (folder, { action }, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      if (action.do === 'add') await engine.addAlert({ to: action.what, language: words.locale === 'fr' ? 'fr' : 'en' })
      if (action.do === 'remove') await engine.removeAlert({ id: action.what })
      if (action.do === 'test') await engine.testAlerts({}, TEST_TIMEOUT_MS)
      if (action.do === 'remove') return
      for (const { id, kind, to, state, reason } of (await snapshot()).alerts) {
        const why = reason === null ? '' : ` (${reason})`
        process.stdout.write(`${id}  ${kind}  ${to}  ${words.alerts.states[state]}${why}\n`)
      }
    }),
})

function readAction([name = 'list', what, ...rest]: readonly string[]): Action {
  const isOne = what !== undefined && rest.length === 0
  if ((name === 'list' || name === 'test') && what === undefined) return { do: name }
  if (name === 'add' && isOne) return { do: name, what }
  if (name === 'remove' && isOne) return { do: name, what }
  throw new UsageError('alerts takes add and an address, remove and an id, test, or nothing')
}
