import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { userNamespaceArgv } from './user-namespace.ts'

/** Run `argv` in a user namespace that can hold the lab, on this terminal. Resolves to its exit code once all of it has ended.
 *  `onStart` gets the process number of unshare(1), whose only child is PID 1 inside. */
export function enterUserNamespace(argv: readonly string[], onStart: (pid: number) => void = () => {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const [command = '', ...args] = userNamespaceArgv(argv)
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` } })
    child.once('spawn', () => onStart(child.pid as number))
    child.once('error', reject)
    // A Ctrl-C reaches those inside by itself, and they tidy up. unshare(1) passes no other signal on; killing it ends all inside.
    process.on('SIGINT', () => {})
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill('SIGKILL'))
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
  })
}

/** Also a command: `node lab/enter-user-namespace.ts PROGRAM [ARGUMENT…]`. */
if (import.meta.main) {
  process.exitCode = await enterUserNamespace(process.argv.slice(2))
}
