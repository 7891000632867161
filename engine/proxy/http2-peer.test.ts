/** nghttp2, which browsers' peers and curl are made of, and our reader and writer of HTTP/2: whatever the one says the other understands. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http2 from 'node:http2'
import { Duplex } from 'node:stream'
import { test } from 'node:test'
import { SETTING, settingsFrame } from '../http/http2-frames.ts'
import { Http2Reader } from '../http/http2-reader.ts'
import { authority, HOST, openBackend, openDoor } from './test-door.ts'

/** Heads as nghttp2 compresses them: one after the other, on one connection. */
async function saidBy(heads: readonly http2.OutgoingHttpHeaders[], settings: http2.Settings): Promise<Buffer> {
  const said: Buffer[] = []
  const wire = new Duplex({
    read: () => undefined,
    write(chunk, _encoding, callback) {
      said.push(chunk)
      callback()
    },
  })
  const session = http2.connect('https://web.example', { createConnection: () => wire, settings, maxSendHeaderBlockLength: 100_000 })
  session.on('error', () => undefined)
  wire.push(Buffer.from(settingsFrame([[SETTING.maxConcurrentStreams, 1000]]), 'latin1'))
  await once(session, 'remoteSettings')
  for (const fields of heads) {
    session.request(fields, { endStream: true }).on('error', () => undefined)
    await new Promise((resolve) => setImmediate(resolve))
  }
  session.destroy()
  return Buffer.concat(said)
}

test('heads that nghttp2 has compressed: every letter in Huffman’s code, what was said before, several frames', async () => {
  const letters = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter((letter) =>
    /[\t\x20-\x7e\x80-\xff]/.test(letter),
  )
  const plain = (text: string) => Buffer.from(text, 'latin1').toString('latin1')
  const heads = [
    ...letters.map((letter) => ({ ':path': '/', 'x-letter': plain(`${'a'.repeat(100)}${letter}${'e'.repeat(100)}`) })),
    ...Array.from({ length: 300 }, (_, index) => ({
      ':path': `/${index % 7}`,
      [`x-${index % 70}`]: 'v'.repeat(index),
      cookie: `a=${index % 5}`,
    })),
    { ':path': '/long', 'x-long': 'long'.repeat(6000) },
    { ':path': '/last', cookie: 'a=1' },
  ]
  const heard: Record<string, string>[] = []
  const ignore = () => undefined
  const sink = { dataBegins: ignore, data: ignore, dataEnds: ignore, reset: ignore, setting: ignore, settingsEnd: ignore }
  const reader = new Http2Reader(
    {
      ...{ ...sink, ping: ignore, credit: ignore, useless: ignore },
      head: (_stream, fields = []) => {
        heard.push(Object.fromEntries(fields.flatMap((name, index) => (index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : []))))
      },
    },
    100_000,
    100,
  )
  reader.read(await saidBy(heads, { enablePush: false }))
  const wanted = heads.map((fields) => Object.entries(fields).filter(([name]) => name !== ':authority'))
  assert.equal(heard.length, heads.length)
  for (const [index, fields] of wanted.entries())
    for (const [name, value] of fields) assert.equal(heard[index]?.[name], value.replace(/^[ \t]+|[ \t]+$/g, ''), `${index} ${name}`)
})

test('answers of every status and size, to a client that wants no table', async (t) => {
  const long = 'x'.repeat(40_000)
  const { target } = await openBackend(t, (request, response) => {
    const status = Number(request.url?.slice(1))
    response
      .writeHead(status, { 'X-Status': status, 'X-Long': status === 599 ? long : 'short', 'X-Empty': '', 'Set-Cookie': ['a=é', 'b=2'] })
      .end()
  })
  const { port } = await openDoor(t, target)
  const session = http2.connect(`https://127.0.0.1:${port}`, { ca: authority.certPem, servername: HOST, settings: { headerTableSize: 0 } })
  t.after(() => session.destroy())
  for (const status of [200, 201, 204, 206, 301, 304, 400, 404, 418, 500, 599]) {
    const stream = session.request({ ':authority': HOST, ':path': `/${status}` })
    const [head] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader]
    stream.resume()
    await once(stream, 'end')
    const { ':status': said, 'x-status': repeated, 'x-empty': empty, 'set-cookie': cookies } = head
    assert.deepEqual([said, repeated, empty, cookies?.length], [status, String(status), '', 2])
    assert.equal(head['x-long'], status === 599 ? long : 'short')
  }
})
