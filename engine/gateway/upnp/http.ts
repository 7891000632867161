/** One bounded HTTP request to the router, and to nobody else: by address, without redirects, without keeping the connection. */

import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http'
import { GatewayError } from '../gateway.ts'
import type { Place } from './ssdp.ts'
import { MAX_XML_BYTES } from './xml.ts'

/** How to reach the router's web server. */
export interface Link {
  /** A link-local one with its zone (`fe80::1%eth0`). */
  readonly gatewayAddress: string
  /** Ours: routers in secure mode map only for the address that asks. */
  readonly localAddress: string
  /** For the whole exchange, so that a router that drips bytes is bounded too. */
  readonly answerMs: number
  /** Where the router asks who we are. */
  readonly credentials?: Credentials
}

/** What answers a router's question who we are (RFC 9110 §11.6). */
export interface Credentials {
  /** Undefined: nothing was asked yet. */
  authorization(method: string, path: string): string | undefined
  /** What the router has asked; false: nothing that can be answered. */
  challenged(wwwAuthenticate: string): boolean
  /** It was not taken: from now on there is none. */
  refused(): void
}

export interface HttpReply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** Unless its method is named: a GET, or a POST when there is a body. */
export interface HttpQuestion {
  readonly place: Place
  readonly method?: 'PUT' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Throws {@link GatewayError} `silent` or `garbled`, or the signal's reason; `refused` as a stranger where our {@link Link.credentials} are not
 *  taken. Any status but a redirect is an answer. */
export async function askHttp(link: Link, question: HttpQuestion, signal: AbortSignal): Promise<HttpReply> {
  const reply = await exchange(link, question, signal)
  const { credentials } = link
  if (!credentials || reply.status !== 401) return reply
  // What it asked before has ended, or it has not asked yet; a second time it is no.
  const asked = credentials.challenged(reply.headers['www-authenticate'] ?? '')
  const again = asked ? await exchange(link, question, signal) : reply
  if (again.status !== 401) return again
  credentials.refused()
  throw new GatewayError('refused', 'the router does not know us', { final: true, reason: 'stranger' })
}

async function exchange(link: Link, question: HttpQuestion, signal: AbortSignal): Promise<HttpReply> {
  signal.throwIfAborted()
  const timeout = AbortSignal.timeout(link.answerMs)
  try {
    const reply = await send(link, question, AbortSignal.any([signal, timeout]))
    const status = reply.statusCode ?? 0
    if (status >= 300 && status < 400) {
      reply.destroy()
      throw new GatewayError('garbled', `the router answers with a redirect (HTTP ${status}), which is never followed`)
    }
    return { status, headers: reply.headers, body: await readBody(reply) }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof GatewayError) throw error
    if (timeout.aborted) throw new GatewayError('silent', `the router did not finish its answer within ${link.answerMs} ms`)
    const { code = '' } = error as NodeJS.ErrnoException
    if (code.startsWith('HPE_'))
      throw new GatewayError('garbled', `the router answers with something that is not HTTP (${code})`, { cause: error })
    throw new GatewayError('silent', `the connection to the router broke (${code})`, { cause: error })
  }
}

function send(link: Link, { place, headers, body, ...how }: HttpQuestion, signal: AbortSignal): Promise<IncomingMessage> {
  const method = how.method ?? (body === undefined ? 'GET' : 'POST')
  const authorization = link.credentials?.authorization(method, place.path)
  return new Promise((resolve, reject) => {
    const outgoing = request({
      // An address, so that no name is looked up and the Host header is a literal: miniupnpd takes a name for DNS rebinding.
      host: link.gatewayAddress,
      setHost: false,
      port: place.port,
      path: place.path,
      localAddress: link.localAddress,
      method,
      headers: {
        Host: hostHeader(link.gatewayAddress, place.port),
        ...headers,
        ...(authorization !== undefined && { Authorization: authorization }),
        ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
      },
      agent: false,
      maxHeaderSize: 16 * 1024,
      // A header of the router's that Node's parser dislikes (nodejs/node#27711) is nothing to us: only status and body are read.
      insecureHTTPParser: true,
      signal,
    })
    outgoing.on('response', resolve)
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Without the zone of a link-local address, which never leaves the machine (RFC 6874). */
function hostHeader(gatewayAddress: string, port: number): string {
  const address = withoutZone(gatewayAddress)
  const host = address.includes(':') ? `[${address}]` : address
  return port === 80 ? host : `${host}:${port}`
}

export function withoutZone(address: string): string {
  return address.replace(/%.*$/, '')
}

async function readBody(reply: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_XML_BYTES) {
      reply.destroy()
      throw new GatewayError('garbled', `the router's answer is longer than ${MAX_XML_BYTES} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
