/** Looks for programs at home, after its owner asked for it: what listens on this computer, and what announces itself on the link. */
import { familyOf } from '../../../protocol/model/address.ts'
import { type FoundProgram, MAX_FOUND } from '../../../protocol/model/discovery.ts'
import { formatTarget, ServiceName, type ServiceTarget } from '../../../protocol/model/service.ts'
import type { Preset } from '../presets/preset.ts'
import type { Candidate } from './candidate.ts'
import { findListeners } from './listeners.ts'
import { recognise } from './recognise.ts'
import { type SearchOptions, searchMdns } from './search-mdns.ts'
import { searchSsdp } from './search-ssdp.ts'

const SEARCH_MS = 5000
const ALL_MS = 10_000
const MAX_CANDIDATES = 200
const LOOKS_AT_ONCE = 12

export interface DiscoverOptions {
  readonly presets: readonly Preset[]
  /** Of this computer in the home's network; null: there is none, so nobody else is asked. */
  readonly localAddress: string | null
  readonly isOwnAddress: (address: string) => boolean
  /** Is this address in the home's own networks, and no loopback? */
  readonly isAtHome: (address: string) => boolean
  /** May this be a target at all? */
  readonly isAllowed: (address: string, port: number) => boolean
  /** The services that there are. */
  readonly services: readonly { readonly name: string; readonly target: ServiceTarget }[]
  readonly onFound: (found: readonly FoundProgram[]) => void
}

/** Resolves when everything was looked at, after ten seconds, or when `signal` fires. Never rejects. */
export async function discover(options: DiscoverOptions, signal: AbortSignal): Promise<void> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(ALL_MS)])
  const found: FoundProgram[] = []
  const known = new Map<string, Candidate>()
  const running = new Set<Promise<void>>()
  const waiting: Candidate[] = []

  const look = async (candidate: Candidate): Promise<void> => {
    const seen = await recognise(candidate, options.presets, bounded)
    if (!seen || bounded.aborted || found.length >= MAX_FOUND) return
    found.push(described(candidate, seen, found, options))
    options.onFound(found)
  }
  const startNext = (): void => {
    while (running.size < LOOKS_AT_ONCE && !bounded.aborted) {
      const next = waiting.shift()
      if (!next) return
      const job: Promise<void> = look(next).finally(() => {
        running.delete(job)
        startNext()
      })
      running.add(job)
    }
  }
  const onCandidate = (raw: Candidate): void => {
    const own = options.isOwnAddress(raw.address)
    const candidate = own ? { ...raw, address: '127.0.0.1' } : raw
    const key = `${candidate.protocol} ${candidate.address} ${candidate.port}`
    if (known.has(key) || known.size >= MAX_CANDIDATES || !options.isAllowed(candidate.address, candidate.port)) return
    known.set(key, candidate)
    waiting.push(candidate)
    startNext()
  }

  const searching = AbortSignal.any([bounded, AbortSignal.timeout(SEARCH_MS)])
  const own = findListeners(bounded).then((listeners) => {
    for (const { protocol, address, port } of listeners)
      if (familyOf(address) === 'ipv4' || address === '::' || address === '::1' || address === '0:0:0:0:0:0:0:1')
        onCandidate({ address: '127.0.0.1', port, protocol, machine: '', label: '', type: null, device: null })
  })
  const searches = options.localAddress === null ? [] : others(options, options.localAddress, onCandidate, searching)
  await Promise.allSettled([own, ...searches])
  while (running.size > 0 && !bounded.aborted) await Promise.race(running)
}

function others({ presets, isAtHome }: DiscoverOptions, localAddress: string, onCandidate: (one: Candidate) => void, until: AbortSignal) {
  const types = [...new Set(['_http._tcp', '_https._tcp', ...presets.flatMap(({ recognise }) => recognise.mdns ?? [])])]
  const search: SearchOptions = { localAddress, isAtHome, onCandidate }
  return [searchMdns(types, search, until), searchSsdp(presets, search, until)]
}

function described(
  { address, port, machine }: Candidate,
  { kind, title, preset }: NonNullable<Awaited<ReturnType<typeof recognise>>>,
  found: readonly FoundProgram[],
  { services, isOwnAddress }: DiscoverOptions,
): FoundProgram {
  const target = { kind, host: address, port }
  const isHere = isOwnAddress(address)
  const service = services.find(({ target: other }) => {
    if (other.kind === 'folder' || other.port !== port) return false
    return other.host === address || other.host === machine || (isHere && (other.host === 'localhost' || isOwnAddress(other.host)))
  })
  const taken = new Set([...services.map(({ name }) => name), ...found.map(({ name }) => name)])
  return {
    target: formatTarget(target),
    name: freeName(preset && preset.confidence !== 'guess' ? preset.preset.id : title, taken),
    title: title.slice(0, 200),
    machine: isHere ? null : machine.replace(/\.local$/, '') || address,
    preset: preset && { id: preset.preset.id, name: preset.preset.name, confidence: preset.confidence },
    service: service?.name ?? null,
  }
}

/** A name that can stand in an address, after what it is called: `Été à la mer!` → `ete-a-la-mer`. */
export function freeName(wish: string, taken: ReadonlySet<string>): string {
  const plain = wish
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  const short = plain.slice(0, 30).replace(/-+$/, '')
  const base = ServiceName.safeParse(short).success ? short : 'web'
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? base : `${base}-${count}`
    if (!taken.has(name)) return name
  }
}
