/** When the directory itself would like a certificate to be renewed (ARI, RFC 9773): earlier than by its age when it has to be revoked, and
 *  spread over many customers. */
import { X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import acme from 'acme-client'
import { z } from 'zod'
import type { DirectoryOptions } from './acme.ts'
import { readUrl, withDirectory } from './directory-http.ts'
import { classify } from './failure.ts'

export interface RenewalInfo {
  /** Milliseconds since 1970. */
  readonly startMs: number
  readonly endMs: number
  /** Why it should be so soon, for a person. */
  readonly explanationUrl: string | undefined
  /** When to ask again. */
  readonly againInMs: number
}

/** What RFC 9773 §4.3.2 expects of a client that hears no Retry-After: and nobody is asked more often than each hour or more rarely than daily. */
const AGAIN_MS = 6 * 3_600_000
const [SOONEST_MS, LATEST_MS] = [3_600_000, 24 * 3_600_000]
const TIMEOUT_MS = 30_000
/** 2000 to 2200: what lies beyond is nonsense or would overflow a timer's arithmetic. */
const [EARLIEST_MS, FARTHEST_MS] = [946_684_800_000, 7_258_118_400_000]

/** Undefined where the directory has no renewal information, or none for this one. Throws CertificateError when it cannot be asked. */
export async function askRenewalInfo(
  leafPem: string,
  { directoryUrl, directoryCa, proxy }: Omit<DirectoryOptions, 'account'>,
  stop: AbortSignal,
): Promise<RenewalInfo | undefined> {
  const id = certificateId(leafPem)
  if (id === undefined) return undefined
  const signal = AbortSignal.any([stop, AbortSignal.timeout(TIMEOUT_MS)])
  return withDirectory({ ca: directoryCa, proxy, signal }, async (exchange) => {
    try {
      const get = async (url: string): Promise<unknown> => {
        const { data } = await acme.axios.request({ url, method: 'get' })
        if (exchange.answer) throw new Error(exchange.answer.detail)
        return data
      }
      const { renewalInfo } = Directory.safeParse(await get(directoryUrl)).data ?? {}
      if (renewalInfo === undefined) return undefined
      const told = readRenewalInfo(await get(`${renewalInfo}/${id}`))
      return told && { ...told, againInMs: Math.min(LATEST_MS, Math.max(SOONEST_MS, exchange.retryAfterMs ?? AGAIN_MS)) }
    } catch (error) {
      stop.throwIfAborted()
      throw classify(error, exchange)
    }
  })
}

const Directory = z.object({ renewalInfo: z.string().startsWith('https://').max(500).optional() })
const Told = z.object({
  suggestedWindow: z.object({ start: z.iso.datetime({ offset: true }), end: z.iso.datetime({ offset: true }) }),
  explanationURL: z.unknown().optional(),
})

/** Undefined for what is none, such as a window that ends before it starts (RFC 9773 §4.2). Never throws. */
export function readRenewalInfo(value: unknown): Omit<RenewalInfo, 'againInMs'> | undefined {
  const told = Told.safeParse(value)
  if (!told.success) return undefined
  const [startMs, endMs] = [Date.parse(told.data.suggestedWindow.start), Date.parse(told.data.suggestedWindow.end)]
  if (!(startMs >= EARLIEST_MS && endMs > startMs && endMs <= FARTHEST_MS)) return undefined
  return { startMs, endMs, explanationUrl: readUrl(told.data.explanationURL) }
}

/** The certificate's name in ARI: its authority's key and its serial number, base64url (RFC 9773 §4.1). Undefined for one that does not say
 *  whose key signed it. Never throws. */
export function certificateId(pem: string): string | undefined {
  try {
    const leaf = new x509.X509Certificate(new X509Certificate(pem).raw)
    const { keyId } = leaf.getExtension(x509.AuthorityKeyIdentifierExtension) ?? {}
    // DER writes a number whose first bit is set with a zero in front, so that it does not become negative; ARI wants it so too.
    const serial = Buffer.from(leaf.serialNumber.replace(/^(?=[89a-f])/i, '00'), 'hex')
    return keyId && `${Buffer.from(keyId, 'hex').toString('base64url')}.${serial.toString('base64url')}`
  } catch {
    return undefined
  }
}
