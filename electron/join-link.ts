/** A relay code that came by `porchlight://join/CODE`, from a relay's own page or from anywhere else on the web. */
import { parseRelayCode } from '../protocol/model/relay-code.ts'

export const SCHEME = 'porchlight'

/** What its owner is asked about. Nothing of it has been believed or used. */
export interface JoinOffer {
  /** The code alone. */
  readonly code: string
  /** Its host, with the port where that is not 443. */
  readonly relay: string
  /** First half of SHA-256 over the relay's key, in groups of four digits. */
  readonly fingerprint: string
}

/** The join link among a program's arguments, for the first start and for those after it. */
export const joinLinkAmong = (argv: readonly string[]): string | undefined => argv.find((word) => word.startsWith(`${SCHEME}://`))

/** Undefined for everything that is no relay code, or was mistyped. */
export function joinOffer(link: string): JoinOffer | undefined {
  const [, code] = /^porchlight:\/\/join\/([a-z0-9]+)\/?$/i.exec(link) ?? []
  const parsed = code === undefined ? undefined : parseRelayCode(code)
  if (!code || !parsed) return undefined
  const digits = [...parsed.fingerprint].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return {
    code: code.toLowerCase(),
    relay: parsed.port === 443 ? parsed.host : `${parsed.host}:${parsed.port}`,
    fingerprint: digits.match(/.{4}/g)?.join(' ') ?? '',
  }
}
