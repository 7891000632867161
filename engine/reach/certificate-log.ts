/** Reads what public logs know of certificates for our names: every authority that browsers trust must write there what it issues
 *  (RFC 6962), so one that somebody else obtained cannot stay unseen. The logs themselves are far too large to follow; a search service in
 *  front of them is asked, in the JSON of crt.sh: `?q=%.DOMAIN&output=json` lists, `?d=ID` gives one certificate as PEM. It learns our
 *  domain, which stands in the logs anyway, and our address. */
import { X509Certificate } from 'node:crypto'
import https from 'node:https'
import { z } from 'zod'

export const PUBLIC_CERTIFICATE_LOG = 'https://crt.sh/'

/** crt.sh takes 10 to 20 s for a search on a busy day. */
const TIMEOUT_MS = 45_000
const MAX_BYTES = 2 * 1024 * 1024
/** A home has two certificates at a time, each with its precertificate. */
const MAX_ENTRIES = 500
const MAX_FETCHES = 40

const Entries = z
  .array(z.object({ id: z.int().positive(), issuer_name: z.string().max(1000), not_before: z.string().regex(/^\d{4}-\d{2}-\d{2}/) }))
  .max(MAX_ENTRIES)
type Entry = z.infer<typeof Entries>[number]

/** The service did not answer, or not in a form that tells anything: so nothing is known, neither good nor bad. */
export class LogUnreadable extends Error {}

export interface LoggedCertificate {
  /** The authority's name, as it stands in the certificate. */
  readonly issuer: string
  /** `2027-01-15`. */
  readonly since: string
}

export interface CertificateLog {
  readonly host: string
  /** The newest certificate below `domain` that is still good and whose key is not ours; null: all are. Throws LogUnreadable, or the signal's
   *  reason. `publicKey`: DER; `proxy`: the only way out, where there is one. */
  stranger(
    domain: string,
    isOwnKey: (publicKey: Buffer) => boolean,
    signal: AbortSignal,
    proxy?: URL | undefined,
  ): Promise<LoggedCertificate | null>
}

/** `url` as {@link PUBLIC_CERTIFICATE_LOG}; `ca`: trusted for it instead of the public authorities, PEM. */
export function openCertificateLog(url: string, ca: string | undefined): CertificateLog {
  /** Certificates that were looked at once: they never change. */
  let seen = new Map<number, Buffer>()
  return {
    host: new URL(url).hostname,
    async stranger(domain, isOwnKey, signal, proxy) {
      const get = (asked: Record<string, string>) => fetchText(`${url}?${new URLSearchParams(asked)}`, { ca, proxy, signal })
      const query = { q: `%.${domain}`, output: 'json', exclude: 'expired', deduplicate: 'Y' }
      const entries = readEntries(await get(query))
      if (entries.filter(({ id }) => !seen.has(id)).length > MAX_FETCHES) throw new LogUnreadable('too many certificates to look at')
      const keys = new Map<number, Buffer>()
      for (const entry of entries) keys.set(entry.id, seen.get(entry.id) ?? readKey(await get({ d: String(entry.id) })))
      seen = keys
      const strange = entries.filter(({ id }) => !isOwnKey(keys.get(id) as Buffer)).sort((a, b) => b.id - a.id)
      const [newest] = strange
      return newest ? { issuer: newest.issuer_name, since: newest.not_before.slice(0, 10) } : null
    },
  }
}

/** Throws LogUnreadable. */
export function readEntries(text: string): Entry[] {
  try {
    return Entries.parse(JSON.parse(text))
  } catch (cause) {
    throw new LogUnreadable('not a list of certificates', { cause })
  }
}

function readKey(pem: string): Buffer {
  try {
    return new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  } catch (cause) {
    throw new LogUnreadable('not a certificate', { cause })
  }
}

interface Way {
  readonly ca: string | undefined
  readonly proxy: URL | undefined
  readonly signal: AbortSignal
}

function fetchText(url: string, { ca, proxy, signal }: Way): Promise<string> {
  const agent = new https.Agent({ ...(ca && { ca }), ...(proxy && { proxyEnv: { HTTPS_PROXY: proxy.href } }) })
  return new Promise<string>((resolve, reject) => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    const fail = (cause: Error): void => reject(signal.aborted ? signal.reason : new LogUnreadable(cause.message, { cause }))
    const options = { signal: bounded, agent, headers: { 'User-Agent': 'porchlight' } }
    const request = https.get(url, options, (response) => {
      if (response.statusCode !== 200) {
        request.destroy(new Error(`status ${response.statusCode}`))
        return
      }
      const chunks: Buffer[] = []
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes > MAX_BYTES) request.destroy(new Error('an answer too long'))
      })
      response.on('error', fail).on('end', () => resolve(Buffer.concat(chunks).toString()))
    })
    request.on('error', fail)
  }).finally(() => agent.destroy())
}
