/** Where a friend's name leads: asked of the name server that this computer uses, past the files and caches of the system, which do not say for how
 *  long an answer holds. */
import { Resolver } from 'node:dns/promises'

const QUESTION = { timeout: 3000, tries: 2 } as const
/** One home has no more; a name with hundreds of addresses is a service of the web. */
const MAX_ADDRESSES = 8

export interface FriendFound {
  /** Empty: the name leads nowhere, and that is sure. */
  readonly addresses: readonly string[]
  /** The shortest of its records. */
  readonly ttlS: number
}

/** Null: nobody could be asked. Takes twelve seconds at most. */
export async function askFriend(name: string, signal: AbortSignal): Promise<FriendFound | null> {
  const resolver = new Resolver(QUESTION)
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const found = await Promise.all([
      resolver.resolve4(name, { ttl: true }).catch(nothingThere),
      resolver.resolve6(name, { ttl: true }).catch(nothingThere),
    ])
    const records = found.flatMap((each) => each.slice(0, MAX_ADDRESSES))
    return {
      addresses: records.map(({ address }) => address),
      ttlS: records.length === 0 ? 300 : Math.min(...records.map(({ ttl }) => ttl)),
    }
  } catch {
    return null
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}

/** The name server has said so; any other error says nothing. */
function nothingThere(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOTFOUND' || error.code === 'ENODATA') return []
  throw error
}
