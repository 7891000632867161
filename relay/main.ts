/** `porchlight-relay`: runs a relay, or makes a code that lets a device in. */
import { once } from 'node:events'
import { join } from 'node:path'
import { language } from '../languages/index.ts'
import { describeProblem } from '../languages/problems.ts'
import { formatRelayCode } from '../protocol/model/relay-code.ts'
import { ProblemError, problem } from '../protocol/problem.ts'
import { readIfThere, writeAtomic } from '../system/atomic-file.ts'
import { defaultDataFolder, lockDataFolder, openDataFolder } from '../system/data-folder.ts'
import { fingerprint } from '../wire/identity.ts'
import { loadIdentity } from './identity.ts'
import { logToStderr } from './log.ts'
import { type DevicesOptions, type RunOptions, readOptions, USAGE, UsageError } from './options.ts'
import { openSqliteRegistry } from './registry/sqlite.ts'
import { ADDRESS_FILE, startRelay } from './relay.ts'

const CODE_VALID_MS = 7 * 24 * 3_600_000

async function main(args: readonly string[]): Promise<number> {
  const options = readOptions(args, defaultDataFolder('porchlight-relay'))
  const folder = openDataFolder(options.data)
  if (options.command === 'code') return printCode(folder)
  if (options.command !== 'run') return tendDevices(options, folder)
  return await run(options, folder)
}

async function run(options: RunOptions, folder: string): Promise<number> {
  const lock = lockDataFolder(folder)
  const stop = new AbortController()
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort())
  const relay = await startRelay(options, folder, logToStderr, stop.signal).catch((error: unknown) => {
    if (!stop.signal.aborted) throw error
  })
  if (!relay) {
    lock.release()
    return 0
  }
  const { hostname, port } = new URL(relay.url)
  writeAtomic(join(folder, ADDRESS_FILE), JSON.stringify({ v: 1, host: hostname, port: Number(port || 443) }))
  process.stdout.write(`ready ${relay.url}\n`)
  if (!stop.signal.aborted) await once(stop.signal, 'abort')
  await relay.close()
  lock.release()
  return 0
}

/** What needs no relay that runs, and works beside one. */
function tendDevices(options: DevicesOptions, folder: string): number {
  if (options.command === 'key') {
    process.stdout.write(`${loadIdentity(folder).publicKey}\n`)
    return 0
  }
  const registry = openSqliteRegistry(join(folder, 'registry.db'))
  try {
    if (options.command === 'devices') {
      for (const { label, lastSeenAtMs, suspendedAtMs } of registry.devices()) {
        const time = (atMs: number): string => new Date(atMs).toISOString()
        process.stdout.write(`${label}  seen ${time(lastSeenAtMs)}${suspendedAtMs === null ? '' : `  suspended ${time(suspendedAtMs)}`}\n`)
      }
      return 0
    }
    const device = registry.deviceByLabel(options.label)
    if (!device) throw new ProblemError(problem('device-unknown', { name: options.label }))
    registry.suspendDevice(device.key, options.command === 'resume' ? null : (options.atMs ?? Date.now()))
    return 0
  } finally {
    registry.close()
  }
}

/** Works beside a running relay: the registry is a database that two processes may open. */
function printCode(folder: string): number {
  const address = readIfThere(join(folder, ADDRESS_FILE))
  if (address === undefined) throw new ProblemError(problem('relay-never-run', { data: folder }))
  const { host, port } = JSON.parse(address) as { host: string; port: number }
  const registry = openSqliteRegistry(join(folder, 'registry.db'))
  const key = registry.createCode(Date.now() + CODE_VALID_MS)
  registry.close()
  const code = formatRelayCode({ host, port, fingerprint: fingerprint(loadIdentity(folder).publicKey), key })
  process.stdout.write(`${code}\n`)
  process.stderr.write(`as a link: https://${host}${port === 443 ? '' : `:${port}`}/join/${code}\n`)
  return 0
}

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`error usage: ${error.message}\n${USAGE}`)
    process.exitCode = 2
  } else {
    const { code, sentence } =
      error instanceof ProblemError
        ? { code: error.problem.code, sentence: describeProblem(error.problem, language(process.env.LANG)).title }
        : { code: 'internal', sentence: error instanceof Error ? error.message : String(error) }
    process.stderr.write(`error ${code}: ${sentence}\n`)
    process.exitCode = 1
  }
}
