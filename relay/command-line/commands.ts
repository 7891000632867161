/** The table of commands. A command is a file's export and a line here; the usage text is made from it. */
import { backup, restore } from './backup.ts'
import { check } from './check.ts'
import { cloudInit } from './cloud-init.ts'
import { code, codes, key, revokeCode } from './codes.ts'
import { type Command, UsageError } from './command.ts'
import { device, devices, quota, resume, suspend } from './devices.ts'
import { health, page } from './operator.ts'
import { run } from './run.ts'
import { links, putBack, takedown, takedowns } from './takedowns.ts'

const COMMANDS: readonly Command[] = [
  run,
  page,
  health,
  code,
  codes,
  revokeCode,
  key,
  devices,
  device,
  suspend,
  resume,
  quota,
  links,
  takedown,
  putBack,
  takedowns,
  check,
  cloudInit,
  backup,
  restore,
]

const PROGRAM = 'porchlight-relay'

export const USAGE = `usage:
${COMMANDS.map(usageOf).join('\n')}
Every command takes --data DIR, the folder in which the relay keeps what it knows; without it, the one of this account is meant.
`

function usageOf({ name, synopsis, purpose }: Command): string {
  return `  ${PROGRAM} ${name}${synopsis && ` ${synopsis}`}\n      ${purpose}`
}

/** Throws {@link UsageError}. */
export function readCommandLine([name, ...rest]: readonly string[]): ReturnType<Command['prepare']> | 'help' {
  if (name === 'help' || name === '--help' || name === '-h') return 'help'
  const command = COMMANDS.find((candidate) => candidate.name === name)
  if (!command) throw new UsageError(name === undefined ? 'a command is missing' : `unknown command "${name}"`)
  return command.prepare(rest)
}
