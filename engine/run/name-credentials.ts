/** What opens the names of the owner's own at their providers: in the secret store, and nowhere else. */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import { NameCredentials } from '../../protocol/model/own-name.ts'
import type { Provider, Send, Session } from '../names/provider.ts'
import { PROVIDERS } from '../names/providers/index.ts'
import type { Secrets } from './secrets.ts'

const Kept = z.record(z.string().max(253), z.object({ provider: z.string().max(40), credentials: NameCredentials }))
type Kept = z.infer<typeof Kept>

export interface ProviderSession {
  readonly provider: Provider
  readonly session: Session
}

export interface CredentialStore {
  /** Those of one of these names at this provider; undefined: none is known. */
  at(provider: string): NameCredentials | undefined
  /** With the provider's own account: names with the same credentials share it. */
  accountOf(host: string): string
  /** Throws ProblemError when they cannot be written down; then nothing has changed. Null: forgotten. */
  keep(host: string, kept: Kept[string] | null): void
  /** Other credentials for this name, and for all those of the same account; also where its own were lost. */
  replace(host: string, provider: string, credentials: NameCredentials): readonly string[]
  /** The way to a name's provider, until the signal aborts. Also for what stands below a name of ours, such as `_acme-challenge.HOST`.
   *  Undefined: no provider of ours keeps it. */
  sessionFor(name: string, signal: AbortSignal): ProviderSession | undefined
  /** With credentials that nobody keeps yet. */
  sessionWith(credentials: NameCredentials, signal: AbortSignal): Session
}

export function openCredentials(secrets: Pick<Secrets, 'read' | 'write'>, send: Send): CredentialStore {
  let kept: Kept = Kept.safeParse(parseJson(secrets.read('names') ?? '')).data ?? {}
  const save = (next: Kept): void => {
    secrets.write('names', JSON.stringify(next))
    kept = next
  }
  const isSameAccount = (a: Kept[string], b: Kept[string]): boolean =>
    a.provider === b.provider && isDeepStrictEqual(a.credentials, b.credentials)
  const sessionWith: CredentialStore['sessionWith'] = (credentials, signal) => ({ credentials, send, signal, now: Date.now })
  return {
    sessionWith,
    at: (provider) => Object.values(kept).find((one) => one.provider === provider)?.credentials,
    accountOf(host) {
      const own = kept[host]
      const first = own && Object.entries(kept).find(([, one]) => isSameAccount(one, own))
      return first?.[0] ?? host
    },
    keep(host, one) {
      const { [host]: _before, ...others } = kept
      save(one ? { ...others, [host]: one } : others)
    },
    replace(host, provider, credentials) {
      const before = kept[host] ?? { provider, credentials }
      const same = Object.entries({ ...kept, [host]: before }).filter(([, one]) => isSameAccount(one, before))
      save({ ...kept, ...Object.fromEntries(same.map(([each, one]) => [each, { ...one, credentials }])) })
      return same.map(([each]) => each)
    },
    sessionFor(name, signal) {
      const found = nearest(kept, name)
      const provider = found && PROVIDERS.get(found.provider)
      return provider && { provider, session: sessionWith(found.credentials, signal) }
    },
  }
}

/** The longest of our names in which it stands; a wildcard stands for its own top. */
function nearest(kept: Kept, name: string): Kept[string] | undefined {
  const labels = name.replace(/^\*\./, '').split('.')
  for (let from = 0; from < labels.length; from++) {
    const host = labels.slice(from).join('.')
    const found = kept[host] ?? kept[`*.${host}`]
    if (found) return found
  }
  return undefined
}
