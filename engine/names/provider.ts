/** What a DNS provider is to us: it makes a name lead to addresses. One file each in `providers/`; those that speak dyndns2 share
 *  `dyndns2.ts`, those whose zones can be written share `zone-api.ts`. None of them knows a socket: what leaves is given to {@link Send}. */
import type { Family } from '../../protocol/model/address.ts'
import type { NameFieldId, NameTrouble } from '../../protocol/model/name-provider.ts'
import { plainWords } from './plain-words.ts'

/** Where a name is to lead, all of it: null is no record of that family. */
export interface Addresses {
  readonly ipv4: string | null
  readonly ipv6: string | null
}

/** What its owner is asked for, once. */
export interface Field {
  readonly id: NameFieldId
  readonly isSecret: boolean
  readonly isOptional?: boolean
}

export type Credentials = Readonly<Partial<Record<Field['id'], string>>>

export interface Session {
  readonly credentials: Credentials
  readonly send: Send
  /** Ends whatever is under way. */
  readonly signal: AbortSignal
  readonly now: () => number
}

export interface Provider {
  /** As in `name add --provider`. */
  readonly id: string
  /** Its own name, the same in every language. */
  readonly title: string
  /** The page on which its owner finds what the fields ask for. Null where that is another place for everybody. */
  readonly page: string | null
  readonly fields: readonly Field[]
  /** Between two updates of one name. */
  readonly minPeriodS: number
  /** Of the records that it answers with. */
  readonly ttlS: number
  readonly families: readonly Family[]
  /** It can take a record away; else an address stands until another one takes its place. */
  readonly canWithdraw: boolean
  /** Its answers are another address than the one it was given (a proxy of its own), so that only what was sent last can be compared. */
  readonly isProxied?: (host: string, session: Session) => Promise<boolean>
  /** Throws {@link ProviderError}. A provider that cannot withdraw leaves out what is null, and is not called with nothing else. */
  set(host: string, addresses: Addresses, session: Session): Promise<void>
  /** Do the credentials open this name? Changes nothing. Throws {@link ProviderError}. Absent: only an update tells. */
  readonly check?: (host: string, session: Session) => Promise<void>
  readonly txt?: TxtRecords
}

/** For proofs to a certificate directory. Other values under the same name stay. Both throw {@link ProviderError}. */
export interface TxtRecords {
  add(name: string, value: string, session: Session): Promise<void>
  /** One that is not there is none to be removed. */
  remove(name: string, value: string, session: Session): Promise<void>
}

export interface ProviderRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface ProviderAnswer {
  readonly status: number
  /** Seconds until it may be asked again, where it says so. */
  readonly retryAfterS: number | undefined
  readonly body: string
}

/** Throws {@link ProviderError} `unreachable`, or the signal's reason. */
export type Send = (request: ProviderRequest, signal: AbortSignal) => Promise<ProviderAnswer>

export type Trouble = NameTrouble

/** These stay as they are until a person acts: asking again only makes it worse. */
const FINAL: ReadonlySet<Trouble> = new Set(['credentials', 'name', 'account', 'abuse', 'agent'])

const MAX_MESSAGE_CHARS = 200

export class ProviderError extends Error {
  readonly trouble: Trouble
  /** The provider's own words, which may hold what it was sent: whoever shows them takes that out. */
  readonly wire: string
  readonly final: boolean
  readonly retryAfterS: number | undefined

  constructor(trouble: Trouble, wire: string, options: { retryAfterS?: number | undefined; cause?: unknown } = {}) {
    const said = plainWords(wire)
    super(`${trouble}: ${said}`.slice(0, MAX_MESSAGE_CHARS), options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'ProviderError'
    this.trouble = trouble
    this.wire = said
    this.final = FINAL.has(trouble)
    this.retryAfterS = options.retryAfterS
  }
}

/** What an HTTP status says before anybody reads the body. Undefined: go on and read. */
export function troubleOfStatus({ status, body, retryAfterS }: ProviderAnswer): ProviderError | undefined {
  if (status < 400) return status >= 200 && status < 300 ? undefined : new ProviderError('odd', `HTTP ${status}`)
  const words = plainWords(body)
  const wire = words === '' ? `HTTP ${status}` : `HTTP ${status}: ${words}`
  if (status === 429) return new ProviderError('limited', wire, { retryAfterS })
  if (status >= 500) return new ProviderError('server', wire, { retryAfterS })
  if (status === 401 || status === 403) return new ProviderError('credentials', wire)
  return new ProviderError(status === 404 ? 'name' : 'odd', wire)
}

/** The one that the owner has typed in. Throws {@link ProviderError} when it is missing. */
export function credential({ credentials }: Session, id: Field['id']): string {
  const value = credentials[id]
  if (value === undefined || value === '') throw new ProviderError('credentials', `${id} is missing`)
  return value
}

export const basic = (user: string, password: string): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
