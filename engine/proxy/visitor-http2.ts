/** HTTP/2 with a visitor (RFC 9113): its sessions, and what one of them may cost. */
import http2, { type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { MAX_FIELDS } from '../http/fields.ts'
import { readHttp2Head } from './http2-head.ts'
import { HTTP2_LIMITS } from './http2-limits.ts'
import { answerOn } from './http2-stream.ts'
import type { Reception } from './reception.ts'
import type { VisitorHttp } from './visitor-http.ts'
import type { SecuredVisitor } from './visitor-tls.ts'

const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_PROTOCOL_ERROR, NGHTTP2_REFUSED_STREAM } = http2.constants

const SWEEP_MS = 1000
/** The compressed head may be shorter than its text, and its frames come on top. */
const HEAD_ALLOWANCE_BYTES = 128
/** What a head that is refused counts for among the useless: so many of them a second are let pass. */
const REFUSED_BYTES = HTTP2_LIMITS.MAX_USELESS_BYTES_PER_S / 256
/** A byte of window updates for so many that he takes: generous, usual is one for 600. */
const TAKEN_PER_USEFUL = 64

const OPTIONS: http2.ServerSessionOptions = {
  maxHeaderListPairs: MAX_FIELDS + 8,
  // Sloppy services repeat fields (X-Content-Type-Options, by themselves and by their own proxy); to a browser that is no error.
  strictSingleValueFields: false,
  settings: {
    maxConcurrentStreams: HTTP2_LIMITS.MAX_STREAMS,
    maxHeaderListSize: HTTP2_LIMITS.MAX_HEAD_BYTES,
    initialWindowSize: HTTP2_LIMITS.STREAM_WINDOW_BYTES,
    enableConnectProtocol: true,
  },
}

interface Session {
  readonly http2: ServerHttp2Session
  readonly socket: TLSSocket
  readonly visitor: SecuredVisitor
  readonly streams: Set<ServerHttp2Stream>
  readonly idle: NodeJS.Timeout
  /** Bytes since the last sweep that served a purpose: heads, and bodies that somebody took. */
  useful: number
  /** What the connection had read, and written, and what lay unread, at the last sweep. */
  read: number
  written: number
  unread: number
}

export function createVisitorHttp2(reception: Reception): VisitorHttp {
  const sessions = new Set<Session>()
  const sweeper = setInterval(() => sweep(sessions), SWEEP_MS).unref()

  function onStream(session: Session, stream: ServerHttp2Stream, raw: readonly string[]): void {
    stream.on('error', ignore)
    // Reset in the same breath (CVE-2023-44487): no service is troubled with it.
    if (stream.destroyed || stream.closed) return
    if (session.streams.size >= HTTP2_LIMITS.MAX_STREAMS) return void stream.close(NGHTTP2_REFUSED_STREAM)
    const head = readHttp2Head(raw, stream.endAfterHeaders)
    if (typeof head !== 'object') session.useful -= REFUSED_BYTES
    if (head === 'malformed') return void stream.close(NGHTTP2_PROTOCOL_ERROR)
    if (typeof head === 'number') return void stream.respond({ ':status': head }, { endStream: true })
    session.streams.add(stream)
    stream.on('close', () => leave(session, stream))
    session.useful += HEAD_ALLOWANCE_BYTES
    for (const text of raw) session.useful += text.length
    const onBody = (bytes: number) => {
      session.useful += bytes
    }
    const { request, answer } = answerOn(stream, head, onBody)
    reception.receive(session.visitor, request, answer)
  }

  return {
    accept: (socket, visitor) => {
      const session: Session = {
        http2: http2.performServerHandshake(socket, OPTIONS),
        socket,
        visitor,
        streams: new Set(),
        idle: setTimeout(() => session.streams.size > 0 || dismiss(session), HTTP2_LIMITS.IDLE_MS).unref(),
        ...{ useful: 0, read: 0, written: 0, unread: 0 },
      }
      sessions.add(session)
      session.http2.on('error', () => undefined)
      session.http2.on('stream', (stream, _headers, _flags, raw) => onStream(session, stream, raw as unknown as string[]))
      session.http2.once('close', () => {
        clearTimeout(session.idle)
        sessions.delete(session)
      })
      // He has left. A stream of the tunnel stays open in the other direction until we end it.
      socket.once('end', () => session.http2.destroy())
      session.http2.setLocalWindowSize(HTTP2_LIMITS.SESSION_WINDOW_BYTES)
    },
    closeIdle: () => {
      clearInterval(sweeper)
      for (const session of sessions) dismiss(session)
    },
  }
}

/** Whoever needs to know of an error hears of the close behind it. */
const ignore = (): void => undefined

function leave(session: Session, stream: ServerHttp2Stream): void {
  session.streams.delete(stream)
  // He could not know that nobody would read the rest.
  if (!stream.endAfterHeaders) session.useful += HTTP2_LIMITS.STREAM_WINDOW_BYTES
  if (session.streams.size === 0) session.idle.refresh()
}

/** GOAWAY: what runs may finish. */
function dismiss({ http2, socket, streams }: Session): void {
  http2.close()
  // Sends what is left, and hangs up on who does not.
  const limit = setTimeout(() => streams.size > 0 || socket.destroy(), HTTP2_LIMITS.LEAVE_MS).unref()
  socket.once('close', () => clearTimeout(limit))
}

/** Once a second: who only keeps us busy is told so, and of too much that nobody has taken the largest go. */
function sweep(sessions: ReadonlySet<Session>): void {
  let unread = 0
  for (const session of sessions) {
    const { useful, read, written, unread: before } = session
    const { bytesRead, bytesWritten } = session.socket
    session.unread = 0
    for (const stream of session.streams) session.unread += stream.readableLength
    unread += session.unread
    const useless = bytesRead - read - useful - (session.unread - before) - (bytesWritten - written) / TAKEN_PER_USEFUL
    Object.assign(session, { useful: 0, read: bytesRead, written: bytesWritten })
    if (useless > HTTP2_LIMITS.MAX_USELESS_BYTES_PER_S) session.http2.destroy(undefined, NGHTTP2_ENHANCE_YOUR_CALM)
  }
  if (unread > HTTP2_LIMITS.MAX_UNREAD_BYTES) dropLargest(sessions, unread - HTTP2_LIMITS.MAX_UNREAD_BYTES)
}

function dropLargest(sessions: ReadonlySet<Session>, bytes: number): void {
  const streams = [...sessions].flatMap((session) => [...session.streams]).sort((a, b) => b.readableLength - a.readableLength)
  let rest = bytes
  for (const stream of streams) {
    if (rest <= 0) return
    rest -= stream.readableLength
    stream.close(NGHTTP2_ENHANCE_YOUR_CALM)
  }
}
