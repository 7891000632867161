/** A home service as the nginx guides have it in mind: events, long polls, WebSockets, uploads, ranges, cookies, links built from Host and
 *  X-Forwarded-Proto. `node guide-service.ts ADDRESS PORT` prints `request METHOD URL` for each request that its parser finds. */
import { createHash } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'

const FILE = Buffer.from(Array.from({ length: 1000 }, (_, line) => `line ${String(line).padStart(4, '0')}\n`).join(''))
const ETAG = '"v1"'

const PAGES: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => unknown>> = {
  /** What arrived, field by field. */
  '/echo': async (request, response) => {
    const { method, url, rawHeaders, rawTrailers } = request
    const body = await whole(request)
    const told = { method, url, rawHeaders, rawTrailers: [...rawTrailers], bytes: body.length, sha256: sha256(body) }
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(told))
  },
  '/absolute': ({ headers }, response) => {
    const base = `${headers['x-forwarded-proto'] ?? 'http'}://${headers.host}`
    response.writeHead(302, { Location: `${base}/login?next=%2Fabsolute` }).end()
  },
  '/cookies': (_, response) => {
    response
      .writeHead(200, { 'Set-Cookie': ['session=1; Path=/; HttpOnly; SameSite=Lax', 'theme=dark; Path=/; Max-Age=60'] })
      .end('cookies')
  },
  '/events': async (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
    for (let id = 1; id <= 3; id++) {
      response.write(`id: ${id}\ndata: tick\n\n`)
      await sleep(1000)
    }
    response.end()
  },
  '/poll': async (_, response) => {
    await sleep(300)
    response.writeHead(200, { 'Content-Type': 'text/plain' }).end('something happened')
  },
  /** Answers as soon as the first bytes of a body are here. */
  '/eager': (request, response) => {
    request.once('data', () => response.writeHead(200, { 'Content-Type': 'text/plain' }).write('begun;'))
    request.on('end', () => response.end('done')).resume()
  },
  '/refuses-body': (_, response) => void response.writeHead(417, { 'Content-Type': 'text/plain' }).end('no, thank you'),
  '/file': (request, response) => {
    const common = { 'Accept-Ranges': 'bytes', 'Content-Type': 'application/octet-stream', ETag: ETAG }
    if (request.headers['if-none-match'] === ETAG) return response.writeHead(304, { ETag: ETAG }).end()
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    if (from === undefined) return response.writeHead(200, { ...common, 'Content-Length': FILE.length }).end(FILE)
    const [first, last] = [Number(from), to ? Number(to) : FILE.length - 1]
    if (first >= FILE.length) return response.writeHead(416, { 'Content-Range': `bytes */${FILE.length}` }).end()
    const part = FILE.subarray(first, last + 1)
    response
      .writeHead(206, { ...common, 'Content-Length': part.length, 'Content-Range': `bytes ${first}-${last}/${FILE.length}` })
      .end(part)
  },
  '/chunked': async (_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/plain', Trailer: 'X-Sum' })
    response.write('one ')
    await sleep(20)
    response.write('two')
    response.addTrailers({ 'X-Sum': '7' })
    response.end()
  },
  '/large': (_, response) => void response.writeHead(200, { 'Content-Length': 3_000_000 }).end(Buffer.alloc(3_000_000, 'x')),
  '/compressed': (_, response) =>
    void response.writeHead(200, { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' }).end(Buffer.from('1f8b', 'hex')),
  '/empty': (_, response) => void response.writeHead(204).end(),
  '/broken': (_, response) => void response.writeHead(500, 'Out Of Order', { 'Content-Type': 'text/plain' }).end('broken'),
  '/to-myself': (request, response) => {
    const { localAddress, localPort } = request.socket
    response.writeHead(302, { Location: `http://${localAddress}:${localPort}/inside` }).end()
  },
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16)

async function whole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

const server = http.createServer((request, response) => {
  console.log(`request ${request.method} ${request.url}`)
  const page = PAGES[(request.url ?? '').split('?')[0] ?? '']
  if (page) void page(request, response)
  else response.writeHead(404, { 'Content-Type': 'text/plain' }).end('nothing here')
})
server.on('upgrade', (request, socket) => {
  console.log(`request ${request.method} ${request.url}`)
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
  // A browser wants frames of its own kind; a raw visitor compares the bytes.
  const answer = (bytes: Buffer): Buffer => (request.url === '/talk' ? Buffer.from('\x81\x05heard', 'latin1') : bytes)
  socket.on('error', () => undefined).on('data', (bytes: Buffer) => socket.write(answer(bytes)))
})
server.listen(Number(process.argv[3]), process.argv[2], () => console.log('listening'))
