/** The requests that the nginx guide's front door and ours are both asked, and every difference between their answers, each with its reason. */
import type { RawAnswer, RawCase } from './raw-visitor.ts'

const BODY = 'a body of words'
const get = (path: string, ...fields: string[]): string => [`GET ${path} HTTP/1.1`, 'Host: HOST', ...fields, '', ''].join('\r\n')
const post = (path: string, body: string, ...fields: string[]): string =>
  [`POST ${path} HTTP/1.1`, 'Host: HOST', `Content-Length: ${body.length}`, ...fields, '', body].join('\r\n')
const one = (name: string, ...parts: (string | number)[]): RawCase => ({ name, parts })

export const GUIDE_CASES: readonly RawCase[] = [
  one('a page that is not there', get('/nothing')),
  one('a query as it was written', get('/echo?a=%2F&b=;&c&&d={x}|y')),
  one('HEAD', get('/file').replace('GET', 'HEAD')),
  one('OPTIONS', get('/echo').replace('GET', 'OPTIONS')),
  one('HTTP/1.0 without keep-alive', 'GET /file HTTP/1.0\r\nHost: HOST\r\n\r\n'),
  { ...one('two requests at once', get('/poll') + get('/file', 'Range: bytes=0-8')), answers: 2 },
  one('a part of a file', get('/file', 'Range: bytes=10-19')),
  one('a part that is not there', get('/file', 'Range: bytes=99999-')),
  one('a file that the visitor has', get('/file', 'If-None-Match: "v1"')),
  one('a large download', get('/large')),
  one('a compressed answer', get('/compressed', 'Accept-Encoding: gzip')),
  one('no content', get('/empty')),
  one('an error of the service', get('/broken')),
  one('cookies', get('/cookies', 'Cookie: a=1; b=2')),
  one('a link to itself', get('/absolute')),
  one('a redirect to its address at home', get('/to-myself')),
  one('server-sent events', get('/events')),
  one('a long poll', get('/poll')),
  one('chunks and trailers', get('/chunked', 'TE: trailers')),
  one('a form', post('/echo', BODY, 'Content-Type: text/plain')),
  one('a chunked upload', `POST /echo HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n`),
  one('an upload of 3 MB', post('/echo', 'x'.repeat(3_000_000))),
  one('an upload that is answered while it comes', post('/eager', BODY).slice(0, -8), 4000, BODY.slice(-8)),
  one('Expect: 100-continue', post('/echo', BODY, 'Expect: 100-continue').slice(0, -BODY.length), 1500, BODY),
  {
    ...one('Expect: 100-continue, which the service refuses', post('/refuses-body', BODY, 'Expect: 100-continue').slice(0, -BODY.length)),
    staysMs: 3000,
  },
  {
    ...one(
      'a WebSocket',
      get('/live', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='),
      200,
      'frames',
    ),
    staysMs: 3000,
  },
  one('claims about the visitor', get('/echo', 'X-Forwarded-For: 127.0.0.1', 'X-Real-IP: 127.0.0.1', 'Forwarded: for=127.0.0.1')),
]

/** What the two do where they differ, and why. Whatever is not listed here is the same, but for fields of the connection itself (Date, Server,
 *  Connection, Keep-Alive) and for what the service is told of the visitor, which the scenario looks at by itself. */
export interface Difference {
  readonly of: string
  readonly what: keyof Compared
  readonly nginx: unknown
  readonly ours: unknown
  readonly why: string
}

export const DIFFERENCES: readonly Difference[] = [
  {
    of: 'a link to itself',
    what: 'headers',
    nginx: ['location: http://HOST/login?next=%2Fabsolute'],
    ours: ['location: https://HOST/login?next=%2Fabsolute'],
    why: 'The guide does not tell the service that visitors come by https; ours does, by X-Forwarded-Proto.',
  },
  {
    of: 'a redirect to its address at home',
    what: 'headers',
    nginx: ['location: http://127.0.0.1:8088/inside'],
    ours: ['location: /inside'],
    why: 'Nobody outside can open that address. nginx takes it back only where it is written as in proxy_pass, which says localhost here.',
  },
  {
    of: 'chunks and trailers',
    what: 'trailers',
    nginx: '',
    ours: 'X-Sum: 7',
    why: 'nginx drops the trailers of an answer; the visitor has said that he takes them (TE).',
  },
  {
    of: 'an upload of 3 MB',
    what: 'statuses',
    nginx: [413],
    ours: [200],
    why: 'nginx takes 1 MB unless told otherwise (client_max_body_size), and who copies the guide finds out by a photo that fails.',
  },
  {
    of: 'an upload that is answered while it comes',
    what: 'isEarly',
    nginx: false,
    ours: true,
    why: 'nginx keeps a request until it is whole (proxy_request_buffering); ours passes every byte on, so that nothing is stored.',
  },
  {
    of: 'Expect: 100-continue, which the service refuses',
    what: 'statuses',
    nginx: [100],
    ours: [100, 417],
    why: 'nginx says "go on" by itself and waits for the whole body; ours asks the service, whose refusal the visitor hears at once.',
  },
  {
    of: 'a WebSocket',
    what: 'statuses',
    nginx: [404, 400],
    ours: [101],
    why: 'The guide empties Connection for keep-alive, which ends every Upgrade; ours passes it on.',
  },
]

/** What of an answer is compared. `headers`: without those of the connection. */
export interface Compared {
  readonly statuses: readonly number[]
  readonly reason: string
  readonly headers: readonly string[]
  readonly body: string
  readonly trailers: string
  readonly isEarly: boolean
}

const OF_CONNECTION = /^(date|server|connection|keep-alive|transfer-encoding):/

export function compared({ statuses, reason, headers, body, trailers, isEarly }: RawAnswer, host: string): Compared {
  // The service's own words on a request: how it looked is compared by itself.
  const echoed = /^\{"method"/.test(body) ? { ...JSON.parse(body), rawHeaders: [] } : undefined
  return {
    statuses,
    reason,
    headers: headers
      .filter((line) => !OF_CONNECTION.test(line) && !line.startsWith('content-length:'))
      .map((line) => line.replaceAll(host, 'HOST')),
    body: echoed ? JSON.stringify(echoed) : body,
    trailers,
    isEarly,
  }
}
