/** One engine in the foreground. Loaded only by `run`: every other command is a few messages to an engine, and should not wait for its code. */
import { platform, release } from 'node:os'
import { join } from 'node:path'
import { contract } from '../../protocol/contract.ts'
import { type ProblemCode, ProblemError, problem } from '../../protocol/problem.ts'
import { type Channel, serve } from '../../protocol/rpc.ts'
import { lockDataFolder, openDataFolder } from '../../system/data-folder.ts'
import { collectYoungAlone } from '../../system/young-garbage.ts'
import { createHandlers, type End } from '../control/handlers.ts'
import { lineChannel } from '../control/lines.ts'
import { openLocalSocket } from '../control/local-socket.ts'
import { openPage, type Page } from '../control/page.ts'
import { moveIn } from '../moving/moving.ts'
import { type Engine, startEngine } from '../run/engine.ts'
import { type Log, logToStderr } from '../run/log.ts'
import { openLogBook } from '../run/log-book.ts'
import { VERSION } from '../version.ts'
import { isAboutRelay } from './about-relay.ts'
import { beginAgain, handedOver } from './begin-again.ts'
import { readWrapping } from './read-wrapping.ts'
import type { RunOptions } from './run.ts'

/** Where the build puts the page, beside the bundle that this file becomes part of. */
const PAGE_FILES = join(import.meta.dirname, '..', 'renderer')

/** Resolves after a clean stop. Throws ProblemError when it cannot start, and when a relay named for the first time will not have us. */
export async function runEngine(dataFolder: string, options: RunOptions): Promise<void> {
  collectYoungAlone()
  const wrapping = options.unlocks ? await readWrapping(process.stdin) : undefined
  const folder = openDataFolder(dataFolder)
  const lock = lockDataFolder(folder)
  const book = openLogBook(folder)
  const log: Log = (event, fields) => {
    logToStderr(event, fields)
    book.log(event, fields)
  }
  log('started', { version: VERSION, node: process.version, system: `${platform()} ${release()} ${process.arch}` })
  const stopping = Promise.withResolvers<End>()
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(name, () => stopping.resolve('stop'))
  let engine: Engine | undefined
  let page: Page | undefined
  let socket: { close(): void } | undefined
  let how: End = 'stop'
  try {
    engine = startEngine({
      folder,
      relay: options.relay,
      relayCaFile: options.relayCa,
      authority: options.authority,
      wrapping,
      certificateLog: options.certificateLog,
      log,
      book,
    })
    const handlers = createHandlers(engine, () => page?.newAddress() ?? null, stopping.resolve)
    const onFace = (channel: Channel): void => serve(channel, contract, handlers, (error) => log('fault', { error: String(error) }))
    page = options.page === 'off' ? undefined : await showPage(options.page, onFace)
    socket = await openLocalSocket(folder, (connection) => onFace(lineChannel(connection)))
    process.stdout.write(`ready ${page?.newAddress() ?? '-'}\n`)
    if (engine.isNewcomer) await Promise.race([firstAdmission(engine), stopping.promise])
    how = await stopping.promise
  } finally {
    socket?.close()
    page?.close()
    await engine?.stop()
    log('stopped', { how: how })
    book.close()
    try {
      if (how === 'move-in') moveIn(folder)
    } finally {
      lock.release()
    }
  }
  if (how !== 'stop') beginAgain(page?.standing, wrapping)
}

/** After a restart at the same place as before, so that browsers go on; else, and where somebody has taken it meanwhile, where it was asked for. */
async function showPage(asked: { host: string; port: number }, onFace: (channel: Channel) => void): Promise<Page> {
  const again = handedOver()
  const common = { host: asked.host, files: PAGE_FILES, onFace }
  const page = again && (await openPage({ ...common, ...again }).catch(() => undefined))
  return page ?? (await openPage({ ...common, port: asked.port }).catch(portProblem(asked)))
}

const portProblem =
  ({ host, port }: { host: string; port: number }) =>
  (error: NodeJS.ErrnoException): never => {
    if (error.code === 'EACCES') throw new ProblemError(problem('port-forbidden', { address: `${host}:${port}` }), { cause: error })
    if (error.code === 'EADDRINUSE' || error.code === 'EADDRNOTAVAIL')
      throw new ProblemError(problem('port-taken', { address: `${host}:${port}` }), { cause: error })
    throw error
  }

/** Tried again while the engine runs, because a network, a relay or its operator may change; but nobody is let in that way today. */
const NOT_TODAY: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['relay-untrusted', 'tls-inspected', 'relay-older', 'relay-suspended'])
/** A relay that was named on the command line and has never let us in: what it says for good is the command's own failure. Once it has,
 *  trouble with it is shown as a problem and the engine goes on. */
function firstAdmission(engine: Engine): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = (): void => {
      const { relay, problems } = engine.snapshot()
      if (relay.state === 'connected') finish()
      else {
        const found = problems.find(({ code }) => (relay.state === 'refused' ? isAboutRelay(code) : NOT_TODAY.has(code)))
        if (found) finish(new ProblemError(found))
      }
    }
    const finish = (error?: Error): void => {
      stop()
      if (error) reject(error)
      else resolve()
    }
    const stop = engine.onSnapshot(check)
    check()
  })
}
