/** What this computer's name server says of a name: past the files and caches of the system, which would hide that it is silent. */
import { getServers, Resolver } from 'node:dns/promises'

const QUESTION = { timeout: 1500, tries: 2 } as const
const MAX_ADDRESSES = 8

/** `missing`: it says that there are none. `silent`: no answer that could be used. */
export interface ResolverAnswer {
  readonly state: 'found' | 'missing' | 'silent'
  readonly addresses: readonly string[]
}

export const resolverAddress = (): string => getServers()[0] ?? ''

/** Both families. Never throws; takes 4.5 s at most. */
export async function askResolver(name: string, signal: AbortSignal): Promise<ResolverAnswer> {
  const resolver = new Resolver(QUESTION)
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    const addresses = found.flatMap((one) => (one.status === 'fulfilled' ? one.value.slice(0, MAX_ADDRESSES) : []))
    if (addresses.length > 0) return { state: 'found', addresses }
    const isSilent = found.some((one) => one.status === 'rejected' && !['ENOTFOUND', 'ENODATA'].includes(one.reason.code))
    return { state: isSilent ? 'silent' : 'missing', addresses }
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
