/** Node's own reader of HTTP/1 (llhttp, strict), fed directly: as a server it would have to be asked over a connection, a million times. */
import { METHODS } from 'node:http'
import { createRequire } from 'node:module'

export interface Message {
  /** Method and target, or the status. */
  readonly start: string
  readonly fields: readonly string[]
  readonly body: string
  readonly trailers: readonly string[]
  /** Behind its last byte. */
  readonly end: number
}

interface Parser {
  [callback: number]: unknown
  initialize(type: number, resource: object, maxHeaderBytes: number): void
  execute(bytes: Buffer): number | Error
  finish(): Error | undefined
}

interface ParserClass {
  new (): Parser
  readonly REQUEST: number
  readonly RESPONSE: number
  readonly kOnHeaders: number
  readonly kOnHeadersComplete: number
  readonly kOnBody: number
  readonly kOnMessageComplete: number
}

const { HTTPParser } = createRequire(import.meta.url)('_http_common') as { HTTPParser: ParserClass }

/** One for all: each holds memory that the collector does not see. */
const parser = new HTTPParser()

/** The parser names methods by number, and nobody names the numbers. */
const METHOD_NAMES = new Map<number | undefined, string>()
for (const name of METHODS) {
  parser.initialize(HTTPParser.REQUEST, {}, 1024)
  parser[HTTPParser.kOnHeadersComplete] = (_major: number, _minor: number, _fields: string[], method: number) => {
    METHOD_NAMES.set(method, name)
    return 0
  }
  parser.execute(Buffer.from(`${name} ${name === 'CONNECT' ? 'a:1' : '/'} HTTP/1.1\r\n\r\n`))
}

const SKIP_BODY = 1

/** The whole messages in these bytes, which end as a connection does. Throws what the parser throws. */
export function readByNode(kind: 'request' | 'answer' | 'answer to HEAD', bytes: Buffer): Message[] {
  const found: Message[] = []
  parser.initialize(kind === 'request' ? HTTPParser.REQUEST : HTTPParser.RESPONSE, {}, 128 * 1024)
  let [start, fields, trailers, body]: [string, string[], string[], string] = ['', [], [], '']
  let [early, url, isHeadDone]: [string[], string, boolean] = [[], '', false]
  // More than 32 fields come in parts, and so do trailers.
  parser[HTTPParser.kOnHeaders] = (part: string[], target: string) => {
    if (isHeadDone) trailers.push(...part)
    else early.push(...part)
    url += target
  }
  parser[HTTPParser.kOnHeadersComplete] = (
    _major: number,
    _minor: number,
    part: string[] | undefined,
    method: number | undefined,
    target: string | undefined,
    status: number | undefined,
  ) => {
    fields = [...early, ...(part ?? [])]
    start = kind === 'request' ? `${METHOD_NAMES.get(method)} ${url}${target ?? ''}` : String(status)
    isHeadDone = true
    return kind === 'answer to HEAD' ? SKIP_BODY : 0
  }
  parser[HTTPParser.kOnBody] = (part: Buffer) => {
    body += part.toString('latin1')
  }
  parser[HTTPParser.kOnMessageComplete] = () => {
    found.push({ start, fields, trailers, body, end: at + 1 })
    ;[fields, trailers, body, early, url, isHeadDone] = [[], [], '', [], '', false]
  }
  // A byte at a time, so that it is known at which one each message ended.
  let at = 0
  for (; at < bytes.length; at += 1) {
    const used = parser.execute(bytes.subarray(at, at + 1))
    if (used instanceof Error) throw used
  }
  at = bytes.length - 1
  const unfinished = parser.finish()
  if (unfinished) throw unfinished
  return found
}
