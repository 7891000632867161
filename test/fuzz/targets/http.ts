/** HTTP/1 as strangers and services speak it. Whatever our readers take, Node's own (llhttp, strict) takes too, and finds the same head, the same body
 *  and the same end: a message that two readers end at two places is how a second one is smuggled in (RFC 9112 §11.2). */
import assert from 'node:assert/strict'
import { type AnswerHead, readAnswerHead } from '../../../engine/http/answer-head.ts'
import { bodyReader } from '../../../engine/http/body.ts'
import type { Framing } from '../../../engine/http/framing.ts'
import { headEnd } from '../../../engine/http/head-end.ts'
import { Malformed } from '../../../engine/http/octets.ts'
import { type RequestHead, readRequestHead } from '../../../engine/http/request-head.ts'
import { answerText, chunkStart, lastChunk, requestText } from '../../../engine/http/write.ts'
import { answerHeaders, keptTrailers, requestLines } from '../../../engine/proxy/headers.ts'
import { refusal } from '../../../engine/proxy/request-check.ts'
import type { Random } from '../random.ts'
import { around, type Target } from '../target.ts'
import { type Message, readByNode } from './node-parser.ts'

const MAX_HEAD_BYTES = 32 * 1024
const HOST = 'web.device.example'
const VISIT = { address: '203.0.113.9', authority: HOST, loopToken: 'porchlight-1' }

interface Read<Head> {
  readonly head: Head
  readonly body: string
  readonly trailers: readonly string[]
  /** Behind the last byte of the message. */
  readonly end: number
}

/** The first message of the bytes; undefined: more of it would have to come. Throws `Malformed`. */
function readMessage<Head extends { readonly framing: Framing }>(
  pieces: readonly Buffer[],
  readHead: (text: string) => Head,
): Read<Head> | undefined {
  let [head, reader, rest]: [Head | undefined, ReturnType<typeof bodyReader>, Buffer] = [undefined, undefined, Buffer.alloc(0)]
  let [seenBytes, end, body]: [number, number, string] = [0, 0, '']
  let trailers: readonly string[] = []
  const sink = {
    data(chunk: Buffer) {
      body += chunk.toString('latin1')
    },
    end(found: readonly string[]) {
      trailers = found
    },
  }
  for (const piece of pieces) {
    rest = Buffer.concat([rest, piece])
    if (!head) {
      const at = headEnd(rest, 0, seenBytes, MAX_HEAD_BYTES)
      seenBytes = rest.length
      if (at < 0) continue
      head = readHead(rest.toString('latin1', 0, at))
      reader = bodyReader(head.framing)
      end = at
      rest = rest.subarray(at)
    }
    if (reader && !reader.isDone) {
      const used = reader.read(rest, 0, sink)
      end += used
      rest = rest.subarray(used)
    }
    if (!reader || reader.isDone) return { head, body, trailers, end }
  }
  // Ends with the connection, and so with the bytes.
  return head?.framing.kind === 'close' ? { head, body, trailers, end } : undefined
}

/** However the bytes are cut, the same comes out. */
function readBoth<Head extends { readonly framing: Framing }>(bytes: Buffer, readHead: (text: string) => Head): Read<Head> | undefined {
  const whole = outcomeOf(() => readMessage([bytes], readHead))
  const step = 1 + (bytes.length % 7)
  const pieces = Array.from({ length: Math.ceil(bytes.length / step) }, (_, index) => bytes.subarray(index * step, (index + 1) * step))
  // Piece by piece a fault may show itself before the piece in which the whole shows another; both refuse.
  assert.deepEqual(
    outcomeOf(() => readMessage(pieces, readHead)),
    whole,
  )
  if (whole === 'malformed') throw new Malformed(400, whole)
  return whole
}

function outcomeOf<T>(read: () => T): T | 'malformed' {
  try {
    return read()
  } catch (error) {
    if (error instanceof Malformed) return 'malformed'
    throw error
  }
}

/** Nothing that is read can begin another line where it is written. */
const assertPlain = (texts: readonly string[]): void => {
  for (const text of texts) assert.doesNotMatch(text, /[\0\r\n]/)
}

const reframed = (framing: 'none' | 'length' | 'chunked', body: string, trailers: readonly string[]): string => {
  if (framing !== 'chunked') return body
  return (body === '' ? '' : `${chunkStart(body.length)}${body}\r\n`) + lastChunk(trailers)
}

/** What goes on to the service is one request, and the one that was asked. */
function checkPassedOn({ head, body, trailers }: Read<RequestHead>): void {
  const request = { rawHeaders: head.fields, hasBody: head.framing.kind !== 'none', upgrade: undefined }
  const lines = requestLines(request, VISIT)
  const kind = head.framing.kind === 'chunked' || head.framing.kind === 'length' ? head.framing.kind : 'none'
  const sent = Buffer.from(requestText(head.method, head.url, lines) + reframed(kind, body, keptTrailers(trailers)), 'latin1')
  const [seen, ...more] = readByNode('request', sent)
  assert.equal(more.length, 0, 'two requests went on')
  assert.deepEqual([seen?.start, seen?.body, seen?.end], [`${head.method} ${head.url}`, body, sent.length])
  assert.equal(
    seen?.fields.filter((name, index) => index % 2 === 0 && /^(x[-_]forwarded[-_](for|proto|host)|forwarded)$/i.test(name)).length,
    4,
  )
}

function assertSame({ head, body, trailers, end }: Read<{ readonly fields: readonly string[] }>, start: string, theirs: Message[]): void {
  const [first] = theirs
  assert.ok(first, 'node found no message')
  assert.deepEqual([first.start, first.body, first.end], [start, body, end])
  assert.deepEqual([first.fields, first.trailers], [head.fields, trailers])
}

const requests: Target = {
  says: 'what visitors send as HTTP/1 requests',
  input: inputOf([
    `GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`,
    `GET /a/../b?c=%zz HTTP/1.0\r\nHost: ${HOST}\r\nConnection: keep-alive\r\nX_Forwarded-For: 1\r\nForwarded: for=x\r\n\r\n`,
    `POST /up HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 5\r\nCookie: a=1; b=2\r\nExpect: 100-continue\r\n\r\nhelloGET /2 HTTP/1.1\r\n`,
    `PUT /up HTTP/1.1\r\nHost: ${HOST}\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nX-Sum: 1\r\n\r\nGET`,
    `OPTIONS * HTTP/1.1\r\nhost:${HOST}\r\nConnection: close, content-length\r\ncontent-length:0\r\nAccept: \t*/*  \r\n\r\n`,
    `GET /ws HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nTE: trailers\r\n\r\n`,
  ]),
  check(bytes) {
    const read = outcomeOf(() => readBoth(bytes, readRequestHead))
    if (read === 'malformed' || read === undefined) return read ?? 'incomplete'
    const { head, end } = read
    assertPlain([head.method, head.url, ...head.fields, ...read.trailers])
    assertSame(read, `${head.method} ${head.url}`, readByNode('request', bytes.subarray(0, end)))
    const refused = refusal(
      { ...head, rawHeaders: head.fields, hasBody: head.framing.kind !== 'none', upgrade: undefined },
      HOST,
      VISIT.loopToken,
    )
    if (refused) return 'refused'
    checkPassedOn(read)
    return head.framing.kind
  },
}

const answers: Target = {
  says: 'what services at home answer as HTTP/1',
  input: inputOf([
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: a=1; Domain=x\r\n\r\nhelloHTTP/1.1 ',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: 1\r\n\r\nHTTP/1.1',
    'HTTP/1.0 200 OK\r\nServer: old\r\n\r\nuntil the end',
    'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 9\r\n\r\n',
    'HTTP/1.1 204\r\nConnection: close\r\n\r\n',
    'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
  ]),
  check(bytes) {
    // The first byte of most inputs is no part of what varies: the last bit of the length says whether HEAD was asked.
    const isHead = bytes.length % 4 === 0
    const read = outcomeOf(() => readBoth(bytes, (text): AnswerHead => readAnswerHead(text, isHead)))
    if (read === 'malformed' || read === undefined) return read ?? 'incomplete'
    const { head, end } = read
    assertPlain([head.reason, ...head.fields, ...read.trailers])
    // Of a change of protocols what follows is no HTTP.
    if (head.status !== 101) assertSame(read, String(head.status), readByNode(isHead ? 'answer to HEAD' : 'answer', bytes.subarray(0, end)))
    const passed = answerText(head.status, head.reason, answerHeaders(head.fields, HOST, true))
    assert.equal(passed.split('\r\n\r\n').length, 2)
    return head.framing.kind
  },
}

/** The samples with damage of the kind that the borders between messages are made of. */
function inputOf(samples: readonly string[]): (random: Random) => Buffer {
  const other = around(samples)
  return (random) => {
    if (random.chance(0.3)) return other(random)
    let text = random.pick(samples)
    for (let changes = random.int(4); changes > 0; changes--) {
      const [from, to] = random.pick(TRICKS)
      const at = text.indexOf(from, random.int(text.length))
      if (at >= 0) text = text.slice(0, at) + to + text.slice(at + from.length)
    }
    return Buffer.from(text, 'latin1')
  }
}

const LINES = [
  'Content-Length: 5',
  'Content-Length: 0',
  'Content-Length: 05',
  'Content-Length: +5',
  'Content-Length : 5',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: chunked, chunked',
  'Transfer-Encoding:\tchunked',
  'Transfer-Encoding: identity',
  'Host: other',
  ' folded',
  'Connection: upgrade',
  'Upgrade: h2c',
  'Expect: 100-continue',
  'X: \x80\xff',
  'X:',
] as const

const TRICKS: readonly (readonly [from: string, to: string])[] = [
  ...LINES.map((line) => ['\r\n', `\r\n${line}\r\n`] as const),
  ...['\n', '\r', '\r\r\n', ' \r\n', '\0\r\n', '\r\n\r\n', '\r\n\t'].map((end) => ['\r\n', end] as const),
  ...[' ', '\t', '\x0b', '  ', '\0', '\x7f', ''].map((blank) => [' ', blank] as const),
  ...['5 \r\n', '05\r\n', '5;\r\n', '5;a\r\n', '5;a="b"\r\n', '0x5\r\n', '6\r\n', '4\r\n', '5\n'].map((size) => ['5\r\n', size] as const),
  [':', ' :'],
  [': ', ':'],
  ['HTTP/1.1', 'HTTP/1.0'],
  ['HTTP/1.0', 'HTTP/0.9'],
  ['GET', 'HEAD'],
  ['/', '/\\#'],
  ['200', '204'],
  ['200', '100'],
  ['200', '099'],
]

export const HTTP_TARGETS = { 'http-requests': requests, 'http-answers': answers }
