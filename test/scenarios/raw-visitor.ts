/** Whole requests, byte by byte, over TLS: `node raw-visitor.ts ADDRESS PORT NAME CA-FILE` reads cases from standard input and prints what came
 *  back. All at the same time, each on a connection of its own. */
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { fileURLToPath } from 'node:url'

/** `HOST` in a part stands for the name; a number is a pause of so many milliseconds, or until something is heard. `staysMs`: listen on for so
 *  long after the first of it, whatever has come. `answers`: so many are waited for (1). */
export type RawCase = {
  readonly name: string
  readonly parts: readonly (string | number)[]
  readonly staysMs?: number
  readonly answers?: number
}

/** For an answer to become whole. */
const PATIENCE_MS = 15_000

export type RawAnswer = {
  readonly name: string
  /** Statuses in order, also 1xx; empty when nothing came. */
  readonly statuses: number[]
  readonly reason: string
  /** Of the last answer: `name: value`, names in lower case, sorted. */
  readonly headers: string[]
  /** Of the last answer, without its framing; long ones as their length. */
  readonly body: string
  readonly trailers: string
  /** How many pieces of the body came more than 60 ms after one another. */
  readonly bursts: number
  /** Body bytes were here before the whole request was sent. */
  readonly isEarly: boolean
  readonly isWhole: boolean
  readonly closed: boolean
}

async function ask(address: string, port: number, servername: string, ca: string, asked: RawCase): Promise<RawAnswer> {
  const { name, parts, staysMs, answers = 1 } = asked
  const socket = tls.connect({ host: address, port, servername, ca, ALPNProtocols: ['http/1.1'] })
  const chunks: Buffer[] = []
  let [closed, bursts, lastMs, isSent, isEarly] = [false, 0, 0, false, false]
  socket.on('error', () => undefined).on('close', () => (closed = true))
  socket.on('data', (chunk: Buffer) => {
    if (performance.now() - lastMs > 60) bursts += 1
    lastMs = performance.now()
    isEarly ||= !isSent && parts.length > 1
    chunks.push(chunk)
  })
  await new Promise((resolve) => socket.once('secureConnect', resolve).once('close', resolve))
  for (const part of parts) {
    if (typeof part === 'number') for (let waited = 0; waited < part && chunks.length === 0; waited += 20) await sleep(20)
    else if (!socket.destroyed) socket.write(Buffer.from(part.replaceAll('HOST', servername), 'latin1'))
  }
  isSent = true
  const patientUntilMs = performance.now() + PATIENCE_MS
  while (staysMs !== undefined && performance.now() < patientUntilMs && chunks.length === 0 && !closed) await sleep(20)
  const untilMs = staysMs === undefined ? patientUntilMs : performance.now() + staysMs
  const hasAll = ({ isWhole, statuses }: Read): boolean => isWhole && statuses.filter((status) => status >= 200).length >= answers
  const isOver = () => closed || (staysMs === undefined && hasAll(readAnswers(Buffer.concat(chunks), parts[0])))
  while (performance.now() < untilMs && !isOver()) await sleep(20)
  // What comes behind a whole answer would be the answer to a request that was smuggled in.
  if (!closed) await sleep(80)
  const read = readAnswers(Buffer.concat(chunks), parts[0])
  socket.destroy()
  return { name, ...read, isWhole: read.isWhole || closed, bursts, isEarly, closed }
}

type Read = Pick<RawAnswer, 'statuses' | 'reason' | 'headers' | 'body' | 'trailers' | 'isWhole'>

function readAnswers(bytes: Buffer, first: string | number | undefined): Read {
  let rest = bytes.toString('latin1')
  const read = { statuses: [] as number[], reason: '', headers: [] as string[], body: '', trailers: '', isWhole: false }
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    const [, status, reason = ''] = /^HTTP\/1\.[01] (\d{3}) ?([^\r]*)/.exec(rest) ?? []
    if (end < 0 || status === undefined) break
    const lines = rest.slice(0, end).split('\r\n').slice(1)
    read.statuses.push(Number(status))
    read.reason = reason
    read.headers = lines.map((line) => line.replace(/^[^:]*/, (name) => name.toLowerCase())).sort()
    rest = rest.slice(end + 4)
    read.isWhole = Number(status) >= 200
    if (Number(status) < 200 && Number(status) !== 101) continue
    if (status === '204' || status === '304' || String(first).startsWith('HEAD ')) continue
    const length = read.headers.find((line) => line.startsWith('content-length:'))?.slice(15)
    if (length !== undefined) {
      read.body = rest.slice(0, Number(length))
      read.isWhole = rest.length >= Number(length)
      rest = rest.slice(Number(length))
    } else if (read.headers.some((line) => /^transfer-encoding: *chunked/i.test(line))) {
      const { body, trailers, after, isWhole } = unchunk(rest)
      Object.assign(read, { body, trailers, isWhole })
      rest = after
    } else {
      Object.assign(read, { body: rest, isWhole: false })
      rest = ''
    }
  }
  if (read.body.length > 5000) read.body = `${read.body.length} bytes`
  return read
}

function unchunk(text: string): { body: string; trailers: string; after: string; isWhole: boolean } {
  let [body, at] = ['', 0]
  for (;;) {
    const end = text.indexOf('\r\n', at)
    const size = end < 0 ? Number.NaN : Number.parseInt(text.slice(at, end), 16)
    if (Number.isNaN(size)) return { body, trailers: '', after: '', isWhole: false }
    if (size === 0) {
      const over = text.indexOf('\r\n\r\n', end)
      if (over < 0) return { body, trailers: '', after: '', isWhole: false }
      return { body, trailers: text.slice(end + 2, Math.max(over, end + 2)).trim(), after: text.slice(over + 4), isWhole: true }
    }
    body += text.slice(end + 2, end + 2 + size)
    at = end + 2 + size + 2
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , address = '', port = '', servername = '', caFile = ''] = process.argv
  const cases = JSON.parse(await text(process.stdin)) as RawCase[]
  const ca = readFileSync(caFile, 'utf8')
  const answers = await Promise.all(cases.map((each) => ask(address, Number(port), servername, ca, each)))
  console.log(JSON.stringify(answers))
  process.exit(0)
}
