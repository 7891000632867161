/** Where a relay's name leads: asked of the system each time, and remembered for when nobody answers. A home whose DNS is away for a while
 *  keeps its relay, and can still be seen by it. */
import dns from 'node:dns'
import type { LookupFunction } from 'node:net'

/** glibc gives up after 20 s (measured in the laboratory); who knows an older answer need not wait for that. */
const PATIENCE_MS = 1500
/** More than anybody's relays, in each family. */
const MAX_REMEMBERED = 64

type Resolve = (host: string, options: { all: true; family: number }) => Promise<dns.LookupAddress[]>

/** For `net.connect`. Calls back with the resolver's own error when the name was never resolved before. */
export function createLookup(resolve: Resolve = dns.promises.lookup): LookupFunction {
  const remembered = new Map<string, dns.LookupAddress[]>()
  const running = new Map<string, Promise<dns.LookupAddress[]>>()

  function remember(key: string, found: dns.LookupAddress[]): void {
    remembered.delete(key)
    remembered.set(key, found)
    for (const oldest of remembered.keys()) if (remembered.size > MAX_REMEMBERED) remembered.delete(oldest)
  }

  /** One question at a time: each holds one of the four threads that files are written by as well. */
  function askSystem(host: string, family: number, key: string): Promise<dns.LookupAddress[]> {
    const asked =
      running.get(key) ??
      resolve(host, { all: true, family })
        .then((found) => {
          remember(key, found)
          return found
        })
        .finally(() => running.delete(key))
    running.set(key, asked)
    return asked
  }

  async function addressesOf(host: string, family: number): Promise<dns.LookupAddress[]> {
    const key = `${host} ${family}`
    const known = remembered.get(key)
    const asked = askSystem(host, family, key)
    if (!known) return await asked
    const { promise: over, resolve: giveUp } = Promise.withResolvers<dns.LookupAddress[]>()
    const timer = setTimeout(() => giveUp(known), PATIENCE_MS)
    try {
      return await Promise.race([asked.catch(() => known), over])
    } finally {
      clearTimeout(timer)
    }
  }

  return (host, options, callback) => {
    const family = options.family === 4 || options.family === 'IPv4' ? 4 : options.family === 6 || options.family === 'IPv6' ? 6 : 0
    addressesOf(host, family).then(
      (found) => {
        const [first] = found
        if (options.all) callback(null, found)
        else if (first) callback(null, first.address, first.family)
        else callback(Object.assign(new Error(`no address of ${host}`), { code: 'ENOTFOUND' }), '', 0)
      },
      (error: NodeJS.ErrnoException) => callback(error, '', 0),
    )
  }
}
