/** Every command of `porchlight`, in the order of the usage text. A new one is a file and a line here. */

import { access } from './access.ts'
import { alerts } from './alerts.ts'
import { ban } from './ban.ts'
import { pin } from './certificate.ts'
import { certificate } from './certificates.ts'
import { check } from './check.ts'
import { type AnyCommand, command, type Order, readFlags, UsageError } from './command.ts'
import { diagnose } from './diagnose.ts'
import { discover } from './discover.ts'
import { page, restart, stop } from './engine.ts'
import { guide } from './guide.ts'
import { history, traffic, visitors } from './history.ts'
import { link } from './links.ts'
import { bundle, log } from './log.ts'
import { exporting, importing } from './moving.ts'
import { name } from './name.ts'
import { preferences } from './preferences.ts'
import { preset } from './preset.ts'
import { join, leave } from './relays.ts'
import { router } from './router.ts'
import { routerName } from './router-name.ts'
import { proxyProtocol, route, uploadLimit, way } from './routes.ts'
import { run } from './run.ts'
import { service } from './service.ts'
import { add, pause, remove, resume } from './services.ts'
import { status } from './status.ts'
import { test } from './test-service.ts'

const help = command<{ readonly about: string | undefined }>({
  usage: 'help [COMMAND]',
  read(args) {
    const { values, positionals } = readFlags(args, {}, true)
    const [about] = positionals
    if (positionals.length > 1 || (about !== undefined && !COMMANDS.has(about))) throw new UsageError('help takes the name of one command')
    return { about, data: values.data }
  },
  async run(_folder, { about }) {
    process.stdout.write(about === undefined ? USAGE : usageFor([about]))
  },
})

const COMMANDS: ReadonlyMap<string, AnyCommand> = new Map(
  Object.entries({
    run,
    add,
    discover,
    remove,
    pause,
    resume,
    preset,
    check,
    test,
    stop,
    restart,
    status,
    history,
    traffic,
    visitors,
    log,
    'support-bundle': bundle,
    preferences,
    link,
    access,
    ban,
    route,
    pin,
    'proxy-protocol': proxyProtocol,
    'upload-limit': uploadLimit,
    way,
    join,
    leave,
    name,
    page,
    alerts,
    certificate,
    router,
    'router-name': routerName,
    diagnose,
    guide,
    export: exporting,
    import: importing,
    service,
    help,
  }),
)

const linesOf = ({ usage }: AnyCommand): string => `  porchlight ${usage.replaceAll('\n', '\n    ')}\n`

export const USAGE = `usage:
${[...COMMANDS.values()].map(linesOf).join('')}\
Every command takes --data DIR; without it, the one of this account is meant.
`

/** How the command goes that these words begin with; every command, where they begin with none. */
export function usageFor([name = '']: readonly string[]): string {
  const found = COMMANDS.get(name)
  return found ? `usage:\n${linesOf(found)}porchlight help lists every command.\n` : USAGE
}

/** Throws {@link UsageError} with one sentence. */
export function readCommandLine([name, ...rest]: readonly string[]): Order {
  if (name === undefined) throw new UsageError('a command is missing')
  if (rest.length === 1 && (rest[0] === '--help' || rest[0] === '-h')) return help.order([name])
  const found = COMMANDS.get(name === '--help' || name === '-h' ? 'help' : name)
  if (!found) throw new UsageError(`unknown command "${name}"`)
  return found.order(rest)
}
