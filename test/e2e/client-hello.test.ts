/** What the relay must read of a real browser: its post-quantum ClientHello, larger than one packet, and its encrypted one for nobody. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import net, { type AddressInfo } from 'node:net'
import { test } from 'node:test'
import { readClientHello } from '../../relay/public-side/client-hello.ts'
import { launchChromium } from '../fakes/chromium.ts'

const HOST = 'web.amber-otter-42.relay.example'
/** draft-ietf-tls-esni: ECH, which Chromium sends with random contents where it knows no key (GREASE); RFC 9794: X25519MLKEM768. */
const ENCRYPTED_HELLO = Buffer.from('fe0d', 'hex')
const POST_QUANTUM_SHARE = Buffer.from('11ec04c0', 'hex')
/** RFC 7301 §3.1: `h2`, then `http/1.1`. */
const ALPN = Buffer.from('\0\x0c\x02h2\x08http/1.1')

test('Chromium’s hello is read, whole and cut anywhere', async () => {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const browser = await launchChromium([`--host-resolver-rules=MAP ${HOST} 127.0.0.1:${port}, MAP * ~NOTFOUND`])
  try {
    const page = await browser.newPage()
    const hello = caught(server)
    const visit = page.goto(`https://${HOST}/`).catch(() => {})
    const bytes = await hello
    assert.ok(bytes.length > 1460, `${bytes.length} bytes`)
    assert.ok(bytes.includes(ENCRYPTED_HELLO) && bytes.includes(POST_QUANTUM_SHARE))
    assert.deepEqual(readClientHello(bytes), { kind: 'hello', serverName: HOST, alpn: ALPN })
    for (let length = 1; length < bytes.length; length++) assert.equal(readClientHello(bytes.subarray(0, length)).kind, 'incomplete')
    await visit
  } finally {
    await browser.close()
    server.close()
  }
})

/** The first connection's first words, until they are whole; then it is cut, and so are all others. What Chromium asks for by itself does not
 *  come here. */
function caught(server: net.Server): Promise<Buffer> {
  return new Promise((resolve) => {
    server.on('connection', (socket) => {
      let seen = Buffer.alloc(0)
      socket.on('error', () => {})
      socket.on('data', (chunk) => {
        seen = Buffer.concat([seen, chunk])
        if (readClientHello(seen).kind === 'incomplete') return
        resolve(seen)
        socket.destroy()
      })
    })
  })
}
