/** The one place in which a provider's requests leave: https only, bounded in time and bytes, no redirect followed (a token must not be
 *  carried elsewhere), nothing kept open. */
import { Agent, request as httpsRequest } from 'node:https'
import { type ProviderAnswer, ProviderError, type ProviderRequest, type Send } from './provider.ts'

const TIMEOUT_MS = 15_000
/** The longest answer by far is a zone's list of records. */
const MAX_ANSWER_BYTES = 256 * 1024
const MAX_RETRY_AFTER_S = 7 * 86_400

/** Providers shut out programs that do not say who they are (dyndns2 "badagent"; No-IP asks for a name, a version and a contact). */
export const USER_AGENT = 'Porchlight/1 https://porchlight.example'

export interface SendOptions {
  /** Another way to the providers. */
  readonly agent?: Agent | undefined
  /** The HTTP proxy by which this host is reached; undefined: none. Never rejects. */
  readonly proxyFor?: ((host: string, signal: AbortSignal) => Promise<URL | undefined>) | undefined
}

export function createSend({ agent, proxyFor }: SendOptions = {}): Send {
  return async (request, signal) => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)])
    const proxy = await proxyFor?.(new URL(request.url).hostname, bounded)
    const through = proxy && new Agent({ proxyEnv: { HTTPS_PROXY: proxy.href } })
    try {
      return await exchange(request, through ?? agent, bounded)
    } catch (cause) {
      signal.throwIfAborted()
      if (cause instanceof ProviderError) throw cause
      const reason = bounded.aborted ? 'no answer in time' : ((cause as NodeJS.ErrnoException).code ?? 'the connection broke')
      throw new ProviderError('unreachable', reason, { cause })
    } finally {
      through?.destroy()
    }
  }
}

function exchange({ method, url, headers, body }: ProviderRequest, agent: Agent | undefined, signal: AbortSignal): Promise<ProviderAnswer> {
  return new Promise((resolve, reject) => {
    const target = new URL(url)
    if (target.protocol !== 'https:') {
      reject(new ProviderError('odd', 'only https leaves this computer'))
      return
    }
    const outgoing = httpsRequest(target, {
      method,
      signal,
      headers: {
        'User-Agent': USER_AGENT,
        ...headers,
        // Also of nothing: some servers wait for what a POST announces.
        ...(body !== undefined || method === 'POST' ? { 'Content-Length': String(Buffer.byteLength(body ?? '')) } : {}),
      },
      ...(agent ? { agent } : {}),
    })
    outgoing.on('error', reject)
    outgoing.on('response', (answer) => {
      const chunks: Buffer[] = []
      let bytes = 0
      answer.on('error', reject)
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes <= MAX_ANSWER_BYTES) return void chunks.push(chunk)
        // Before the connection breaks, which is told as a failure of its own.
        reject(new ProviderError('odd', 'the answer is too long'))
        outgoing.destroy()
      })
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          retryAfterS: secondsOf(answer.headers['retry-after']),
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    outgoing.end(body)
  })
}

/** Seconds, or the moment itself (RFC 9110 §10.2.3). */
function secondsOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : Math.ceil((Date.parse(value) - Date.now()) / 1000)
  return Number.isFinite(seconds) ? Math.min(MAX_RETRY_AFTER_S, Math.max(0, seconds)) : undefined
}
