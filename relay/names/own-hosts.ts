/** Names of the owners' own: who has proven one is led to, for as long as the proof stands. Nobody takes a name from a device whose proof
 *  stands; where another's stands alone, the owner has moved, and so does the name. */
import { bareHost, type CarriedStanding, type CarriedState, MAX_CARRIED_HOSTS } from '../../protocol/model/carried-host.ts'
import type { Log } from '../log.ts'
import type { CarriedHostRow, Registry } from '../registry/registry.ts'
import type { Look, Proofs } from './ownership.ts'

export interface WantedHost {
  readonly host: string
  readonly service: string
}

export interface OwnHosts {
  /** All that a device wants. Looks for the proofs that nobody has looked for just now. Never throws, but with the signal's reason. */
  claim(deviceKey: string, wanted: readonly WantedHost[], signal: AbortSignal): Promise<CarriedStanding[]>
  /** Whose name this is, and to which of his services it leads. */
  ownerOf(host: string): { readonly deviceKey: string; readonly service: string } | undefined
  /** Looks again at some of those whose time has come. Called every {@link LOOK_EVERY_MS} by whoever made this. */
  recheck(signal: AbortSignal): Promise<void>
}

export interface OwnHostsOptions {
  readonly registry: Pick<Registry, 'setCarriedHost' | 'dropCarriedHost' | 'carriedHost' | 'carriedHosts' | 'device'>
  readonly look: Look
  /** The relay's own names, and what no home may have. */
  isReserved(host: string): boolean
  readonly log: Log
  /** The system's clock. */
  readonly now?: () => number
}

export const LOOK_EVERY_MS = 10_000
/** A proof that stands is looked for again after this; one that is gone more often, because its owner may have erred. */
const RECHECK_MS = 3_600_000
const RECHECK_GONE_MS = 300_000
/** After so long without it the name is let go: an afternoon's mistake at a provider costs nobody his visitors. */
export const GONE_GRACE_MS = 3_600_000
/** Its servers have not answered for so long: a domain that was given up. */
const SILENT_GRACE_MS = 7 * 24 * 3_600_000
/** What was seen so lately is not looked for again, however often its device asks. */
const FRESH_MS = 4000
/** At a time; each look asks up to eight servers. */
const MAX_LOOKS = 8
const MAX_WAITING = 64
/** So often the time at which a proof was seen is written down. */
const WRITE_AFTER_MS = 600_000

export function createOwnHosts({ registry, look, isReserved, log, now = Date.now }: OwnHostsOptions): OwnHosts {
  /** By host: what was last seen, and when. */
  const seen = new Map<string, { readonly proofs: Proofs; readonly atMs: number }>()
  const turns = createTurns(MAX_LOOKS, MAX_WAITING)

  const lookAt = async (host: string, signal: AbortSignal): Promise<Proofs> => {
    const known = seen.get(host)
    if (known && now() - known.atMs < FRESH_MS) return known.proofs
    const proofs = (await turns(() => look(host, signal))) ?? { state: 'unknown' }
    seen.delete(host)
    seen.set(host, { proofs, atMs: now() })
    const [oldest] = seen.keys()
    if (seen.size > MAX_SEEN && oldest !== undefined) seen.delete(oldest)
    return proofs
  }

  const lose = (row: CarriedHostRow): void => {
    registry.dropCarriedHost(row.deviceKey, row.host)
    log('own-host-lost', { host: row.host, device: registry.device(row.deviceKey)?.label })
  }

  /** Of the device that has it. */
  const kept = (row: CarriedHostRow, proofs: Proofs): CarriedStanding => {
    const atMs = now()
    if (proofs.state === 'unknown') {
      if (atMs - row.provenAtMs < SILENT_GRACE_MS) return { state: 'carried', untilMs: null }
      lose(row)
      return { state: 'unknown', untilMs: null }
    }
    if (proofs.state === 'found' && proofs.keys.includes(row.deviceKey)) {
      if (row.missingSinceMs !== null || atMs - row.provenAtMs >= WRITE_AFTER_MS)
        registry.setCarriedHost({ ...row, provenAtMs: atMs, missingSinceMs: null })
      return { state: 'carried', untilMs: null }
    }
    const missingSinceMs = row.missingSinceMs ?? atMs
    if (atMs - missingSinceMs >= GONE_GRACE_MS) {
      lose(row)
      return withoutProof(proofs)
    }
    if (row.missingSinceMs === null) registry.setCarriedHost({ ...row, missingSinceMs })
    return { state: 'leaving', untilMs: missingSinceMs + GONE_GRACE_MS }
  }

  const judge = (deviceKey: string, { host, service }: WantedHost, proofs: Proofs): CarriedStanding => {
    const row = registry.carriedHost(host)
    if (row?.deviceKey === deviceKey) {
      if (row.service === service) return kept(row, proofs)
      const moved = { ...row, service }
      registry.setCarriedHost(moved)
      return kept(moved, proofs)
    }
    const isProven = proofs.state === 'found' && proofs.keys.includes(deviceKey)
    if (!isProven) return withoutProof(proofs)
    if (row && proofs.keys.includes(row.deviceKey)) return { state: 'taken', untilMs: null }
    registry.setCarriedHost({ host, deviceKey, service, provenAtMs: now(), missingSinceMs: null })
    log('own-host-proven', { host, device: registry.device(deviceKey)?.label })
    return { state: 'carried', untilMs: null }
  }

  return {
    async claim(deviceKey, wanted, signal) {
      for (const { host } of registry.carriedHosts(deviceKey))
        if (!wanted.some((each) => each.host === host)) registry.dropCarriedHost(deviceKey, host)
      return await Promise.all(
        wanted.slice(0, MAX_CARRIED_HOSTS).map(async (each): Promise<CarriedStanding> => {
          if (isReserved(each.host)) return { state: 'reserved', untilMs: null }
          const proofs = await lookAt(each.host, signal)
          // It may have left meanwhile.
          return registry.device(deviceKey) ? judge(deviceKey, each, proofs) : { state: 'unknown', untilMs: null }
        }),
      )
    },
    ownerOf(host) {
      return registry.carriedHost(host) ?? registry.carriedHost(`*${host.slice(host.indexOf('.'))}`)
    },
    async recheck(signal) {
      const due = registry.carriedHosts().filter((row) => {
        const lastMs = seen.get(row.host)?.atMs ?? row.provenAtMs
        return now() - lastMs >= (row.missingSinceMs === null ? RECHECK_MS : RECHECK_GONE_MS)
      })
      await Promise.all(
        due.slice(0, MAX_LOOKS).map(async ({ host }) => {
          const proofs = await lookAt(host, signal)
          const row = registry.carriedHost(host)
          if (row) kept(row, proofs)
        }),
      )
    },
  }
}

/** Far more than a relay carries. */
const MAX_SEEN = 20_000

function withoutProof(proofs: Proofs): CarriedStanding {
  const state = (): CarriedState => {
    if (proofs.state !== 'found') return proofs.state
    return proofs.keys.length === 0 ? 'missing' : 'wrong'
  }
  return { state: state(), untilMs: null }
}

/** So many at a time, so many waiting; who is one too many gets nothing. */
function createTurns(atOnce: number, maxWaiting: number): <T>(work: () => Promise<T>) => Promise<T | undefined> {
  const waiting: (() => void)[] = []
  let free = atOnce
  return async (work) => {
    if (free > 0) free -= 1
    else if (waiting.length < maxWaiting) await new Promise<void>((resolve) => waiting.push(resolve))
    else return undefined
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}

/** Those that lead nowhere on the internet (RFC 6761, RFC 6762, RFC 7686, RFC 9476), or into somebody's house. */
const SPECIAL: ReadonlySet<string> = new Set(words('localhost local internal intranet lan home corp invalid onion alt arpa'))

/** The relay's own names, and those of no owner. */
export const reservedHosts =
  ({ domain, host: own }: { readonly domain: string; readonly host: string }) =>
  (host: string): boolean => {
    const bare = bareHost(host)
    return bare === own || bare === domain || bare.endsWith(`.${domain}`) || SPECIAL.has(bare.slice(bare.lastIndexOf('.') + 1))
  }

function words(list: string): string[] {
  return list.split(' ')
}
