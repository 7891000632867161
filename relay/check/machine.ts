/** The machine under the relay: addresses, disk, open files, the account, and the registry's file. */
import { existsSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Finding, finding } from './finding.ts'
import { pidOf, readIfAllowed } from './holder.ts'
import { ownInterfaceAddresses } from './ports.ts'
import type { Site } from './site.ts'

const LOW_BYTES = 200 << 20
/** Each visitor of a home that is tunnelled takes one, the relay's limit being 20,000 at its public port (relay/public-side/front.ts). */
const ENOUGH_FILES = 32_768

export function checkMachine(site: Site, folder: string, isRunning: boolean): Finding[] {
  const pid = isRunning ? pidOf('tcp', site.options.https.port) : undefined
  return [
    ...checkAddresses(site),
    ...checkDisk(folder),
    ...checkRegistry(join(folder, 'registry.db')),
    ...(pid === undefined ? [] : checkProcess(pid)),
    finding('hint', 'public-suffix', { domain: site.options.domain }),
  ]
}

/** IPv4 is translated at some providers, so that a machine does not know its own public address; IPv6 is not. */
function checkAddresses({ own }: Site): Finding[] {
  const here = ownInterfaceAddresses()
  return own
    .filter((address) => !here.includes(address))
    .map((address) => {
      const isIPv6 = address.includes(':')
      const family = here.filter((each) => each.includes(':') === isIPv6 && !/^(127\.|::1$|fe80:)/.test(each))
      return finding(isIPv6 ? 'broken' : 'warning', isIPv6 ? 'ipv6-not-here' : 'ipv4-not-here', { address, here: family.join(', ') || '—' })
    })
}

function checkDisk(folder: string): Finding[] {
  const { bavail, bsize } = statfsSync(folder)
  const megabytes = Math.floor((bavail * bsize) / (1 << 20))
  return bavail * bsize < LOW_BYTES ? [finding('broken', 'disk-low', { folder, megabytes: String(megabytes) })] : []
}

function checkRegistry(path: string): Finding[] {
  if (!existsSync(path)) return []
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 5000 })
    const told = String(database.prepare('PRAGMA quick_check(1)').get()?.quick_check)
    return told === 'ok' ? [] : [finding('broken', 'registry-damaged', { path, reason: told })]
  } catch (error) {
    return [finding('broken', 'registry-damaged', { path, reason: (error as Error).message })]
  } finally {
    database?.close()
  }
}

function checkProcess(pid: number): Finding[] {
  const limit = Number(/^Max open files +\d+ +(\d+)/m.exec(readIfAllowed(`/proc/${pid}/limits`))?.[1] ?? Number.NaN)
  const uid = /^Uid:\s+(\d+)/m.exec(readIfAllowed(`/proc/${pid}/status`))?.[1]
  return [
    ...(limit < ENOUGH_FILES ? [finding('warning', 'few-files', { limit: String(limit), wanted: String(ENOUGH_FILES) })] : []),
    ...(uid === '0' ? [finding('warning', 'runs-as-root', {})] : []),
  ]
}
