/** Who hangs up is gone, also on ways that leave the other direction open, as a tunnel's streams do: each that stayed would count as a visitor. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http2 from 'node:http2'
import net, { type AddressInfo, type Socket } from 'node:net'
import { test } from 'node:test'
import tls from 'node:tls'
import { authority, HOST, openBackend, openDoor } from './test-door.ts'

for (const protocol of ['h2', 'http/1.1'])
  test(`${protocol}: after his last byte the connection is closed from our side too`, async (t) => {
    const { target } = await openBackend(t, (_request, response) => void response.end('hello'))
    const { door } = await openDoor(t, target)
    const way = net.createServer({ allowHalfOpen: true }, (stream) => door.accept(stream, { address: '203.0.113.9', port: 4000 }))
    way.listen(0, '127.0.0.1')
    await once(way, 'listening')
    t.after(() => way.close())
    const arrived = once(way, 'connection') as Promise<[Socket]>
    const { port } = way.address() as AddressInfo
    const raw = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    const visitor = tls.connect({ socket: raw, servername: HOST, ca: authority.certPem, ALPNProtocols: [protocol] })
    t.after(() => raw.destroy())
    await once(visitor, 'secureConnect')
    const [stream] = await arrived
    const left = once(stream, 'close')
    if (protocol === 'h2') {
      const session = http2.connect(`https://${HOST}`, { createConnection: () => visitor })
      session.on('error', () => undefined)
      const request = session.request({ ':path': '/' })
      await once(request.resume(), 'end')
    } else {
      visitor.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`)
      await once(visitor, 'data')
    }
    // As who ends his program: nothing is said any more.
    raw.end()
    await left
    assert.ok(stream.destroyed)
  })
