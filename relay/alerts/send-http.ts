/** An alert by HTTPS: to a topic of ntfy, or to a webhook. The address is a device's choice, so it may lead to no machine that only this
 *  relay can reach. */
import { lookup } from 'node:dns'
import https from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublic, type Range } from '../../protocol/model/address.ts'
import { type AlertChannel, ntfyTopic } from '../../protocol/model/alerts.ts'
import { type Alert, AlertError } from './alert.ts'

const TIMEOUT_MS = 15_000
/** Of an answer nobody reads more than its status. */
const MAX_ANSWER_BYTES = 65_536

/** Throws AlertError with one word or code, such as `status 404`, `ECONNREFUSED`, `not-public`, `timeout`. Follows no redirect. */
export async function sendHttp(
  channel: Extract<AlertChannel, { kind: 'ntfy' | 'webhook' }>,
  alert: Alert,
  publicRanges: readonly Range[],
  signal: AbortSignal,
): Promise<void> {
  const { url, body } = channel.kind === 'ntfy' ? forNtfy(channel.to, alert) : forWebhook(channel.to, alert)
  const status = await post(new URL(url), JSON.stringify(body), publicRanges, AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]))
  if (status < 200 || status > 299) throw new AlertError(`status ${status}`)
}

/** Published as JSON, because a header would hold no accents (docs.ntfy.sh/publish/#publish-as-json). */
function forNtfy(to: string, { news, message }: Alert): { url: string; body: object } {
  const { server = '', topic = '' } = ntfyTopic(to) ?? {}
  const tags = { dark: ['warning'], back: ['white_check_mark'], test: ['bulb'] }[news]
  return { url: server, body: { topic, title: message.title, message: message.text, tags, priority: news === 'dark' ? 4 : 3 } }
}

function forWebhook(to: string, { news, home, sinceMs, message }: Alert): { url: string; body: object } {
  return { url: to, body: { v: 1, event: news, home, since: new Date(sinceMs).toISOString(), ...message } }
}

function post(url: URL, body: string, publicRanges: readonly Range[], signal: AbortSignal): Promise<number> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // An address that stands there literally is not looked up.
  if (isIP(host) && !isPublic(host, publicRanges)) throw new AlertError('not-public')
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), 'User-Agent': 'Porchlight-relay' }
    const request = https.request(url, { method: 'POST', headers, lookup: onlyPublic(publicRanges), signal, agent: false })
    request.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error instanceof AlertError ? error : new AlertError(signal.aborted ? 'timeout' : (error.code ?? error.message), { cause: error }),
      ),
    )
    request.on('response', (response) => {
      let bytes = 0
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length
        if (bytes > MAX_ANSWER_BYTES) response.destroy()
      })
      response.on('error', () => {})
      response.on('close', () => resolve(response.statusCode ?? 0))
    })
    request.end(body)
  })
}

/** Judged after the name was resolved, and the very address that was judged is dialled. */
function onlyPublic(publicRanges: readonly Range[]): LookupFunction {
  return (hostname, options, done) =>
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const open = (addresses ?? []).filter(({ address }) => isPublic(address, publicRanges))
      const [first] = open
      if (error) done(error, '')
      else if (!first) done(new AlertError('not-public'), '')
      else if (options.all) done(null, open)
      else done(null, first.address, first.family)
    })
}
