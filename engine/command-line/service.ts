/** `porchlight service install`, `service uninstall`: the engine in the background, from the start of the computer or of the account's session. */
import { execFile } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { writeAtomic, writeProblem } from '../../system/atomic-file.ts'
import { openDataFolder } from '../../system/data-folder.ts'
import { connectLocalSocket } from '../control/local-socket.ts'
import { isLocked } from '../run/vault.ts'
import { command, readOne, SWITCH, UsageError } from './command.ts'
import { type Installation, installation, SYSTEM_DATA } from './service-units.ts'

/** `enable --now` waits until the engine has started. */
const COMMAND_TIMEOUT_MS = 60_000

export const service = command({
  usage: `service install [--system]    run in the background: from this account's session on, or from the start of the computer
service uninstall [--system]  run there no more; names, links and settings stay`,
  read(args) {
    const { values, word } = readOne(args, 'service needs install or uninstall', { system: SWITCH })
    if (word !== 'install' && word !== 'uninstall') throw new UsageError('service needs install or uninstall')
    const system = values.system === true
    return { act: word, system, data: values.data ?? (system ? SYSTEM_DATA : undefined) } as const
  },
  async run(folder, { act, system }, words) {
    const plan = installation({
      platform: process.platform,
      system,
      program: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
      data: folder,
      home: homedir(),
      configHome: process.env.XDG_CONFIG_HOME,
      uid: process.getuid?.() ?? 0,
    })
    if (!plan) throw new ProblemError(problem('background-by-hand', {}))
    const say = (text: string): unknown => process.stderr.write(`${text}\n`)
    if (act === 'uninstall') {
      await uninstall(plan)
      say(words.background.removed(folder))
      return
    }
    await install(plan, folder, system)
    const isLasting = plan.linger === null || (await succeeds(plan.linger))
    say(words.background.installed(plan.files.at(-1)?.path ?? ''))
    if (!isLasting) say(words.background.untilLogout(plan.linger?.join(' ') ?? ''))
  },
})

/** Throws ProblemError. */
async function install(plan: Installation, folder: string, system: boolean): Promise<void> {
  const running = await connectLocalSocket(folder)
  running?.destroy()
  if (running) throw new ProblemError(problem('engine-running', { data: folder }))
  // It would end at each start: nobody has logged in then.
  if (isLocked(folder)) throw new ProblemError(problem('secrets-locked', { path: join(folder, 'secrets') }))
  // The account's own folder must be there for its log; the computer's is made with the right owner by systemd.
  if (!system) openDataFolder(folder)
  for (const { path, text } of plan.files) {
    try {
      mkdirSync(dirname(path), { recursive: true })
    } catch (error) {
      throw writeProblem(path, error)
    }
    writeAtomic(path, text, 0o644)
  }
  for (const words of plan.start) await perform(words)
}

/** What is gone already is no failure: afterwards nothing of it is there. */
async function uninstall(plan: Installation): Promise<void> {
  for (const words of plan.stop) await succeeds(words)
  for (const { path } of plan.files) {
    try {
      rmSync(path, { force: true })
    } catch (error) {
      throw writeProblem(path, error)
    }
  }
  for (const words of plan.forget) await succeeds(words)
}

const succeeds = (words: readonly string[]): Promise<boolean> =>
  perform(words).then(
    () => true,
    () => false,
  )

/** Throws ProblemError with the command's own last words. */
function perform([program = '', ...args]: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: COMMAND_TIMEOUT_MS }, (error, _stdout, stderr) => {
      const said = stderr.trim().split('\n').at(-1) || (error?.message ?? '')
      if (error)
        reject(new ProblemError(problem('background-refused', { command: [program, ...args].join(' '), detail: said.slice(0, 300) })))
      else resolve()
    })
  })
}
