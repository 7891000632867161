/** Looks for the record by which a name's owner says whose device it leads to, at the name's own servers. */
import { askEach, findAuthorities, type ResolverOptions } from '../../dns/authorities.ts'
import { TYPE } from '../../dns/codes.ts'
import { textOf } from '../../dns/text.ts'
import { OWNERSHIP_PREFIX, ownershipRecord } from '../../protocol/model/carried-host.ts'

/** `keys`: of the devices that the owner names; none: the record is not there. */
export type Proofs =
  | { readonly state: 'found'; readonly keys: readonly string[] }
  | { readonly state: 'unknown' }
  | { readonly state: 'undelegated' }

/** Throws nothing but the signal's reason. */
export type Look = (host: string, signal: AbortSignal) => Promise<Proofs>

/** The asking device waits fifteen seconds. */
const LIMIT_MS = 10_000
const MAX_KEYS = 16

export const lookForProof =
  (options: ResolverOptions): Look =>
  async (host, signal) => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)])
    const { name } = ownershipRecord(host, '')
    try {
      const found = await findAuthorities(name, options, bounded)
      if (found.state === 'failing') return { state: 'unknown' }
      if (found.state === 'undelegated') return found
      const answers = await askEach(found.servers, name, TYPE.TXT, bounded)
      if (answers.length === 0) return { state: 'unknown' }
      const texts = answers.flatMap(({ records }) => records.map(textOf))
      const keys = texts.filter((text) => text.startsWith(OWNERSHIP_PREFIX)).map((text) => text.slice(OWNERSHIP_PREFIX.length).trim())
      return { state: 'found', keys: [...new Set(keys)].slice(0, MAX_KEYS) }
    } catch {
      signal.throwIfAborted()
      return { state: 'unknown' }
    }
  }
