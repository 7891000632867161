/** The relay itself. Loaded only by `run`: every other command should not wait for its code. */
import { once } from 'node:events'
import { join } from 'node:path'
import { writeAtomic } from '../../system/atomic-file.ts'
import { lockDataFolder } from '../../system/data-folder.ts'
import { becomeAccount } from '../account.ts'
import { ADDRESS_FILE } from '../address-file.ts'
import { logToStderr } from '../log.ts'
import { startRelay } from '../relay.ts'
import { rememberFlags } from './check.ts'
import { type ListenAddress, print, type Values } from './command.ts'
import type { RUN_FLAGS, RunOptions } from './run-options.ts'

export async function serve(
  { flags, ...options }: RunOptions & { readonly flags: Values<typeof RUN_FLAGS> },
  folder: string,
): Promise<number> {
  becomeAccount(folder, flags.user, isPublic(options))
  const lock = lockDataFolder(folder)
  rememberFlags(folder, flags)
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort())
  const relay = await startRelay(options, folder, logToStderr(options.operating.logVisitors), stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  if (!relay) {
    lock.release()
    return 0
  }
  const { hostname, port } = new URL(relay.url)
  writeAtomic(join(folder, ADDRESS_FILE), JSON.stringify({ v: 1, host: hostname, port: Number(port || 443) }))
  print(`ready ${relay.url}`)
  if (!stop.signal.aborted) await once(stop.signal, 'abort')
  await relay.close()
  lock.release()
  return 0
}

const isPublic = ({ https, http, dns }: RunOptions): boolean =>
  [https, http, dns].some((each: ListenAddress | 'off') => each !== 'off' && !/^(127\.|::1$)/.test(each.host))
