/** A restart: this process becomes the program anew, with the same arguments and under the same number, so that whoever watches over it (systemd,
 *  a container, a terminal, the desktop app) sees one process that went on. An engine that was given a key becomes another process: that key goes
 *  through a pipe alone, never through an environment, which lies open to the account's other programs for as long as the process lives. Only the
 *  desktop app starts such an engine, and it watches the folder, not the number. */
import { spawn } from 'node:child_process'
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import type { Wrapping } from '../../protocol/wrapping.ts'
import type { PageStanding } from '../control/page.ts'

const VARIABLE = 'PORCHLIGHT_RESTARTED'
const HandedOver = z.object({ port: z.int().min(1).max(65535), sessions: z.array(z.string().max(100)).max(10_000) })

/** Does not return where it can replace the process, which Windows cannot: else another one is started, and this one is to end.
 *  Everything that it held must have been let go of. */
export function beginAgain(page: PageStanding | undefined, wrapping: Wrapping | undefined): void {
  const args = [...process.execArgv, ...process.argv.slice(1)]
  const env = { ...process.env, ...(page && { [VARIABLE]: JSON.stringify(page) }) }
  if (process.execve && !wrapping) process.execve(process.execPath, [process.execPath, ...args], env)
  const stdin = wrapping ? 'pipe' : 'inherit'
  const next = spawn(process.execPath, args, { detached: true, env, stdio: [stdin, 'inherit', 'inherit'], windowsHide: true })
  next.stdin?.on('error', () => {}) // it ended before it was told: its own last word says why
  next.stdin?.end(`${JSON.stringify(wrapping)}\n`)
  next.unref()
}

/** What the one before left; once, because the sessions are nobody else's business. */
export function handedOver(): PageStanding | undefined {
  const left = HandedOver.safeParse(parseJson(process.env[VARIABLE] ?? ''))
  delete process.env[VARIABLE]
  return left.data
}
