/** A visitor's request and his answer, whichever version of HTTP he speaks. What stands between his connection and the service at home (gates,
 *  pages, the exchange) knows these two and nothing else; `http1-connection.ts` makes them of HTTP/1, `visitor-http2.ts` of HTTP/2.
 *
 *  Heads are flat lists: name, value, name, value, in the order and case in which they were sent. */
import type { Duplex } from 'node:stream'

export interface VisitorRequest {
  readonly method: string
  /** The target as sent, in origin form (`/path?query`), or `*`. Not decoded, not normalised. */
  readonly url: string
  readonly version: '1.0' | '1.1' | '2'
  /** With one `Host`, also where `:authority` carried it. No pseudo-header fields. */
  readonly rawHeaders: readonly string[]
  /** A body follows, if only an empty one. Its length stands in `Content-Length`, else its end shows itself. */
  readonly hasBody: boolean
  /** He sends the body only after {@link VisitorAnswer.inform}(100) (RFC 9110 §10.1.1). */
  readonly awaitsContinue: boolean
  /** The one protocol that he wants to go over to, if it is one that may be asked of a backend; else undefined. */
  readonly upgrade: string | undefined
  /** The values of a field (name in lower case), joined by `, `, cookies by `; ` (RFC 9110 §5.3). Undefined: not there. */
  header(name: string): string | undefined
  /** Begins to read the body; once at most. A body that breaks off never ends: {@link VisitorAnswer.onClose} tells. */
  read(sink: BodySink): void
  /** The sink takes more, or has given up and lets the rest run by. */
  resume(): void
}

export interface BodySink {
  /** A piece of the body. It is the sink's only until it returns, or copied. False: what is at hand still comes, and then no more until
   *  {@link VisitorRequest.resume}. */
  data(chunk: Buffer): boolean
  /** All of it has come. Trailers: a flat list, unfiltered. */
  end(trailers: readonly string[]): void
}

/** Framing (lengths, chunks, HEAD and statuses without a body, keeping alive) is its own work, and so is what of a request's body nobody has
 *  read when the answer is out. Nothing throws after he has left. */
export interface VisitorAnswer {
  /** The status sent, 0 before. For whoever counts, in {@link onClose}. */
  readonly status: number
  /** It is out as a whole, or he has left. */
  readonly isClosed: boolean
  /** A whole answer of our own. For HEAD the body is left out and its length stays. `headers` without length and date. */
  send(status: number, headers: Readonly<Record<string, string>>, body?: string): void
  /** 100 to 199, but 101. Not told to who speaks HTTP/1.0. */
  inform(status: number, rawHeaders?: readonly string[]): void
  /** The head of a backend's answer, hop-by-hop fields taken out. A length is kept as it is; without one, the end shows itself. It leaves with
   *  what follows within the same turn of the event loop, and by itself after it. */
  begin(status: number, reason: string, rawHeaders: readonly string[]): void
  /** `chunk` may be overwritten afterwards. False: wait for {@link onDrain}. */
  write(chunk: Buffer): boolean
  end(trailers?: readonly string[]): void
  /** Cuts the answer so that it cannot look whole. */
  abort(): void
  /** Nothing after this answer on the same connection: what came with this request is not to be trusted. Where streams share a connection
   *  (HTTP/2) only the stream ends. Before {@link send} or {@link begin}. */
  isLast(): void
  /** The backend has gone over to {@link VisitorRequest.upgrade}: what follows is that protocol, either way. */
  switchProtocols(reason: string, rawHeaders: readonly string[]): Duplex
  onDrain(listener: () => void): void
  /** Once, when {@link isClosed} becomes true; after a switch of protocols when that ends. `isWhole`: everything has been handed to the system. */
  onClose(listener: (isWhole: boolean) => void): void
}

/** The whole of a short body. Undefined: it is longer, takes longer, or he left. */
export function readWhole(
  request: VisitorRequest,
  answer: VisitorAnswer,
  maxBytes: number,
  timeoutMs: number,
): Promise<Buffer | undefined> {
  if (!request.hasBody) return Promise.resolve(Buffer.alloc(0))
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    let isDone = false
    const finish = (body: Buffer | undefined): void => {
      isDone = true
      clearTimeout(timer)
      resolve(body)
    }
    const timer = setTimeout(() => finish(undefined), timeoutMs)
    answer.onClose(() => finish(undefined))
    request.read({
      data(chunk) {
        bytes += chunk.length
        if (bytes > maxBytes) finish(undefined)
        else if (!isDone) chunks.push(Buffer.from(chunk))
        return true
      },
      end: () => finish(Buffer.concat(chunks)),
    })
  })
}
