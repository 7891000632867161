/** How acme-client speaks to one directory: over HTTPS only, trusting what the caller named, bounded, abortable, and with its answers kept.
 *
 *  acme-client 5.4.0 has a single axios instance for the whole process. Which trust and which signal a request gets is therefore told by
 *  the asynchronous context it runs in, so that two directories with different authorities never mix, and no global TLS setting is touched.
 *  Its response interceptor goes: it retries in the background for over a minute whatever the caller does, and then loses the cause of a
 *  network failure (`validateStatus(undefined)` in src/axios.js). Our retries stand in acme.ts and renewal.ts. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { Agent } from 'node:https'
import acme from 'acme-client'
import { CertificateError } from './error.ts'

const REQUEST_TIMEOUT_MS = 20_000
/** A chain with its intermediates is a few kilobytes. */
const MAX_RESPONSE_BYTES = 1024 * 1024
/** For one order. acme-client asks without end for an account that the directory never names (updateAccount in its src/client.js). */
const MAX_REQUESTS = 300
const MAX_RETRY_AFTER_MS = 7 * 24 * 3_600_000

/** The last bad answer or network failure: acme-client's own errors keep only its text. */
export interface Exchange {
  failure?: NodeJS.ErrnoException | undefined
  answer?: BadAnswer | undefined
  /** It is an order that is being placed. */
  wasOrder?: boolean
  /** When the last answer, good or bad, wants to be asked again. */
  retryAfterMs?: number | undefined
}

export interface BadAnswer {
  readonly status: number
  readonly type: string
  readonly detail: string
  readonly retryAfterMs: number | undefined
  /** Where a person reads on: what he has to do, or the terms of service. */
  readonly url: string | undefined
}

interface Context extends Exchange {
  requests: number
  readonly agent: Agent
  readonly isProxied: boolean
  readonly signal: AbortSignal
}

const contexts = new AsyncLocalStorage<Context>()

acme.axios.interceptors.response.clear()
acme.axios.interceptors.request.use((config) => {
  const context = contexts.getStore()
  if (!context) return config
  // RFC 8555 §6.1; the directory itself names the addresses of the other calls.
  if (!config.url?.startsWith('https://'))
    throw new CertificateError('untrusted-directory', 'the certificate directory does not use https', { final: true })
  if (++context.requests > MAX_REQUESTS)
    throw new CertificateError('rejected', 'the certificate directory asks for one request after the other', { final: false })
  context.failure = undefined
  context.answer = undefined
  return Object.assign(config, {
    httpsAgent: context.agent,
    signal: context.signal,
    timeout: REQUEST_TIMEOUT_MS,
    maxContentLength: MAX_RESPONSE_BYTES,
    maxRedirects: 0,
    // False keeps axios from reading the environment; it also takes the caller's proxy out of the agent, so that one is left in peace.
    proxy: context.isProxied ? undefined : false,
  })
})
const keepRetryAfter = ({ headers }: { headers: object }): void => {
  const context = contexts.getStore()
  if (context) context.retryAfterMs = readRetryAfter((headers as Record<string, unknown>)['retry-after'], Date.now())
}
acme.axios.interceptors.response.use(
  (response) => {
    keepRetryAfter(response)
    return response
  },
  (error) => {
    const context = contexts.getStore()
    // acme-client makes every answer an error first (validateStatus in its request interceptor) and wants it back as an answer.
    if (!error.response) {
      if (context) context.failure = error
      throw error
    }
    keepRetryAfter(error.response)
    if (context && error.response.status >= 400) context.answer = readProblem(error.response)
    return error.response
  },
)

/** Runs `work` with requests of acme-client going to a directory that `ca` (PEM) vouches for; without it, the public authorities. */
export async function withDirectory<T>(
  options: { readonly ca: string | undefined; readonly proxy: URL | undefined; readonly signal: AbortSignal },
  work: (exchange: Exchange) => Promise<T>,
): Promise<T> {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 4,
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.proxy === undefined ? {} : { proxyEnv: { HTTPS_PROXY: options.proxy.href } }),
  })
  const context: Context = { requests: 0, agent, isProxied: options.proxy !== undefined, signal: options.signal }
  try {
    return await contexts.run(context, () => work(context))
  } finally {
    agent.destroy()
  }
}

interface Answer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly data: unknown
}

/** A problem document (RFC 7807), or what there is of one. */
function readProblem({ status, headers, data }: Answer): BadAnswer {
  const { type, detail, instance } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>
  return {
    status,
    type: typeof type === 'string' ? type.replace('urn:ietf:params:acme:error:', '') : '',
    detail: typeof detail === 'string' ? detail.slice(0, 500) : `status ${status}`,
    retryAfterMs: readRetryAfter(headers['retry-after'], Date.now()),
    url: readUrl(instance) ?? readUrl(/<([^<>]{1,500})>\s*;\s*rel="?terms-of-service"?/.exec(String(headers.link ?? ''))?.[1]),
  }
}

/** An address that may be shown to a person as a link. */
export const readUrl = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= 500 && value.startsWith('https://') && URL.canParse(value) ? value : undefined

/** `Retry-After` as milliseconds from now, seconds or a date (RFC 9110 §10.2.3); at most a week, undefined when there is none. */
export function readRetryAfter(value: unknown, nowMs: number): number | undefined {
  if (typeof value !== 'string') return undefined
  const waitMs = /^\d{1,9}$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs
  return waitMs > 0 ? Math.min(waitMs, MAX_RETRY_AFTER_MS) : undefined
}
