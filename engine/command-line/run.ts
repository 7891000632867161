/** `porchlight run`: one engine in the foreground, until it is told to stop. */
import { join } from 'node:path'
import { contract } from '../../protocol/contract.ts'
import { parseAddress } from '../../protocol/model/address.ts'
import { type ProblemCode, ProblemError, problem } from '../../protocol/problem.ts'
import { type Channel, serve } from '../../protocol/rpc.ts'
import { lockDataFolder, openDataFolder } from '../../system/data-folder.ts'
import { createHandlers } from '../control/handlers.ts'
import { lineChannel } from '../control/lines.ts'
import { openLocalSocket } from '../control/local-socket.ts'
import { openPage, type Page } from '../control/page.ts'
import type { NamedAuthority } from '../run/authority.ts'
import { type Engine, startEngine } from '../run/engine.ts'
import { logToStderr } from '../run/log.ts'
import { command, readFlags, SWITCH, TEXT, UsageError } from './command.ts'

interface RunOptions {
  readonly relay: string | undefined
  readonly relayCa: string | undefined
  readonly page: { readonly host: string; readonly port: number } | 'off'
  readonly authority: NamedAuthority
  /** Undefined: the public one, for certificates of the public directory. */
  readonly certificateLog: string | 'off' | undefined
}

export const run = command<RunOptions>({
  usage: `run [--relay URL|CODE] [--relay-ca FILE] [--ui HOST:PORT|off] [--acme-directory URL] [--acme-ca FILE]
[--acme-email E] [--acme-staging URL] [--agree] [--certificate-log URL|off]`,
  read(args) {
    const acme = { 'acme-directory': TEXT, 'acme-ca': TEXT, 'acme-email': TEXT, 'acme-staging': TEXT, agree: SWITCH }
    const { values } = readFlags(args, { relay: TEXT, 'relay-ca': TEXT, ui: TEXT, 'certificate-log': TEXT, ...acme })
    return {
      relay: values.relay,
      relayCa: values['relay-ca'],
      page: readPage(values.ui ?? '127.0.0.1:0'),
      authority: {
        directoryUrl: values['acme-directory'],
        caFile: values['acme-ca'],
        email: values['acme-email'],
        stagingUrl: values['acme-staging'],
        agrees: values.agree ?? false,
      },
      certificateLog: readLog(values['certificate-log']),
      data: values.data,
    }
  },
  run: runEngine,
})

function readLog(text: string | undefined): string | undefined {
  if (text === undefined || text === 'off') return text
  if (!text.startsWith('https://') || !URL.canParse(text)) throw new UsageError('--certificate-log needs an https:// address, or off')
  return text
}

/** Only loopback: anything else would need HTTPS and a password. */
function readPage(text: string): { host: string; port: number } | 'off' {
  if (text === 'off') return 'off'
  const match = /^(127(?:\.\d{1,3}){3}|\[::1\]|localhost):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  const host = match?.[1] === 'localhost' ? '127.0.0.1' : (match?.[1] ?? '').replace(/^\[|\]$/g, '')
  if (!parseAddress(host) || port > 65535) throw new UsageError('--ui needs an address of this computer, such as 127.0.0.1:8090, or off')
  return { host, port }
}

/** Where the build puts the page, beside the bundle that this file becomes part of. */
const PAGE_FILES = join(import.meta.dirname, '..', 'renderer')

/** Resolves after a clean stop. Throws ProblemError when it cannot start, and when a relay named for the first time will not have us. */
async function runEngine(dataFolder: string, options: RunOptions): Promise<void> {
  const folder = openDataFolder(dataFolder)
  const lock = lockDataFolder(folder)
  const log = logToStderr
  const stopping = Promise.withResolvers<void>()
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(name, () => stopping.resolve())
  let engine: Engine | undefined
  let page: Page | undefined
  let socket: { close(): void } | undefined
  try {
    engine = startEngine({
      folder,
      relay: options.relay,
      relayCaFile: options.relayCa,
      authority: options.authority,
      certificateLog: options.certificateLog,
      log,
    })
    const handlers = createHandlers(
      engine,
      () => page?.newAddress() ?? null,
      () => stopping.resolve(),
    )
    const onFace = (channel: Channel): void => serve(channel, contract, handlers, (error) => log('fault', { error: String(error) }))
    page =
      options.page === 'off' ? undefined : await openPage({ ...options.page, files: PAGE_FILES, onFace }).catch(portProblem(options.page))
    socket = await openLocalSocket(folder, (connection) => onFace(lineChannel(connection)))
    process.stdout.write(`ready ${page?.newAddress() ?? '-'}\n`)
    if (engine.isNewcomer) await Promise.race([firstAdmission(engine), stopping.promise])
    await stopping.promise
  } finally {
    socket?.close()
    page?.close()
    await engine?.stop()
    lock.release()
  }
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
/** What a relay that carries us cannot do for one service. */
const OF_A_SERVICE: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['relay-no-port', 'relay-far-for-music'])
/** The relay itself, or the way to it. */
export const isAboutRelay = (code: ProblemCode): boolean =>
  code === 'tls-inspected' || (code.startsWith('relay-') && !OF_A_SERVICE.has(code))

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
