/** What the owner typed for a relay: its address, or a relay code. */
import { looksLikeRelayCode, parseRelayCode } from '../../protocol/model/relay-code.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Pin } from '../tunnel/dial.ts'
import type { Settings } from './settings.ts'

export interface RelayChoice {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly pin: Pin
  /** A code's single-use key, base64url; absent once the relay has let us in. */
  readonly code?: string | undefined
}

/** Throws ProblemError `relay-code-invalid` or `relay-address-invalid`. */
export function readRelayChoice(text: string): RelayChoice {
  const code = parseRelayCode(text)
  if (code) {
    const { host, port, fingerprint, key } = code
    return {
      url: urlOf(host, port),
      host,
      port,
      pin: { kind: 'fingerprint', bytes: fingerprint },
      code: Buffer.from(key).toString('base64url'),
    }
  }
  if (looksLikeRelayCode(text)) throw new ProblemError(problem('relay-code-invalid', {}))
  const url = URL.parse(text.trim())
  if (url?.protocol !== 'https:' || url.pathname !== '/' || url.search || url.hash || url.username || url.password || url.port === '0')
    throw new ProblemError(problem('relay-address-invalid', { relay: text.slice(0, 100) }))
  const port = Number(url.port || 443)
  return { url: urlOf(url.hostname, port), host: url.hostname, port, pin: { kind: 'none' } }
}

/** The relay joined earlier, known again by its key. */
export function joinedRelay(relay: Settings['relays'][number]): RelayChoice {
  const { hostname, port } = new URL(relay.url)
  return { url: relay.url, host: hostname, port: Number(port || 443), pin: { kind: 'key', key: relay.key } }
}

/** One spelling for one relay. */
const urlOf = (host: string, port: number): string => `https://${host}${port === 443 ? '' : `:${port}`}`
