/** One GET to a service, and what came back: of a stranger's making, so bounded in time and bytes, and never unpacked. */
import http from 'node:http'
import type { Socket } from 'node:net'

export const MAX_BODY_BYTES = 64 * 1024
const MAX_HEAD_BYTES = 16 * 1024
/** A page that never ends (an event stream) has said what it is by then. */
const BODY_PATIENCE_MS = 1500

export interface Answer {
  readonly status: number
  /** The first 64 KB; empty where it came packed although nobody asked for that. */
  readonly body: string
  /** Undefined: it sends nobody elsewhere. */
  readonly location: string | undefined
  /** What it says it is made with; empty: it does not say. */
  readonly server: string
  /** From which address of ours it was asked. */
  readonly ours: string
}

/** `silent`: nobody took the connection, or no answer came in time. `odd`: something came that is no HTTP. `untrusted`: it shows a certificate
 *  that nobody vouches for and its owner has not accepted. */
export type Unanswered = 'silent' | 'odd' | 'untrusted'

export interface Question {
  /** A connected socket, made anew. What it throws may have a `failure`, as the proxy's own connections do. */
  readonly connect: (signal: AbortSignal) => Promise<Socket>
  readonly path: string
  /** Host is among them. */
  readonly headers: readonly string[]
  /** A form, sent by POST. */
  readonly form?: Readonly<Record<string, string>>
}

/** Never throws for what the service does; an abort of `signal` is `silent`. */
export async function ask({ connect, path, headers, form }: Question, signal: AbortSignal): Promise<Answer | Unanswered> {
  const socket = await connect(signal).catch(whyNot)
  if (typeof socket === 'string') return socket
  if (signal.aborted) {
    socket.destroy()
    return 'silent'
  }
  const body = form && new URLSearchParams({ ...form }).toString()
  const ours = socket.localAddress ?? ''
  try {
    return await new Promise((resolve, reject) => {
      const request = http.request({
        createConnection: () => socket,
        method: body === undefined ? 'GET' : 'POST',
        path,
        headers: [
          ...headers,
          ...['User-Agent', 'Porchlight-check', 'Accept', 'text/html,*/*', 'Accept-Encoding', 'identity', 'Connection', 'close'],
          ...(body === undefined ? [] : ['Content-Type', 'application/x-www-form-urlencoded', 'Content-Length', String(body.length)]),
        ],
        maxHeaderSize: MAX_HEAD_BYTES,
        signal,
      })
      request.on('error', reject)
      // It talks another protocol from here on, and has said nothing of use.
      request.on('upgrade', (response) => resolve({ status: response.statusCode ?? 0, body: '', location: undefined, server: '', ours }))
      request.on('response', (response) => {
        // What ends it now ends the reading, and what was read still counts.
        request.off('error', reject).on('error', () => {})
        const { statusCode: status = 0 } = response
        const { location, server = '' } = response.headers
        readBody(response).then((text) => resolve({ status, body: text, location, server: String(server), ours }))
      })
      request.end(body)
    })
  } catch {
    return signal.aborted ? 'silent' : 'odd'
  } finally {
    socket.destroy()
  }
}

const whyNot = (error: unknown): Unanswered =>
  (error as { failure?: unknown } | undefined)?.failure === 'untrusted' ? 'untrusted' : 'silent'

/** A body that breaks off, or that is slow, still tells something by its beginning; the caller's time ends it. */
function readBody(response: http.IncomingMessage): Promise<string> {
  const packed = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase() !== 'identity'
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const finish = (): void => {
      clearTimeout(timer)
      response.destroy()
      resolve(packed ? '' : Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8'))
    }
    const timer = setTimeout(finish, BODY_PATIENCE_MS)
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes >= MAX_BODY_BYTES || packed) finish()
    })
    response.on('end', finish).on('close', finish).on('error', finish)
  })
}
