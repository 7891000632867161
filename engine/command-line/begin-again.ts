/** A restart: this process becomes the program anew, with the same arguments and under the same number, so that whoever watches over it (systemd,
 *  a container, a terminal, the desktop app) sees one process that went on. */
import { spawn } from 'node:child_process'
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import type { PageStanding } from '../control/page.ts'

const VARIABLE = 'PORCHLIGHT_RESTARTED'
const HandedOver = z.object({ port: z.int().min(1).max(65535), sessions: z.array(z.string().max(100)).max(10_000) })

/** Does not return, but on Windows, which cannot replace a process: there another one is started, and this one is to end.
 *  Everything that it held must have been let go of. */
export function beginAgain(page: PageStanding | undefined): void {
  const args = [...process.execArgv, ...process.argv.slice(1)]
  const env = { ...process.env, ...(page && { [VARIABLE]: JSON.stringify(page) }) }
  if (process.execve) process.execve(process.execPath, [process.execPath, ...args], env)
  spawn(process.execPath, args, { detached: true, env, stdio: 'inherit', windowsHide: true }).unref()
}

/** What the one before left; once, because the sessions are nobody else's business. */
export function handedOver(): PageStanding | undefined {
  const left = HandedOver.safeParse(parseJson(process.env[VARIABLE] ?? ''))
  delete process.env[VARIABLE]
  return left.data
}
