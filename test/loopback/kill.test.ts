/** Kill -9 of a whole relay at a random moment while names and links are written, again and again: whatever it acknowledged is there, and it
 *  starts every time. `npm run proof` does it two hundred times. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { openSqliteRegistry } from '../../relay/registry/sqlite.ts'
import { testDevice } from '../../relay/tunnel/device.fixture.ts'
import { newIdentity } from '../../wire/identity.ts'
import { TUNNEL_ALPN } from '../../wire/messages.ts'
import { folder } from '../folder.ts'
import { DOMAIN, startRelay } from './programs.ts'

const KILLS = Number(process.env.PORCHLIGHT_KILLS ?? 12)
const LATEST_MS = 250
const WRITERS = 3
/** A device may write thirty times at once; then another one comes. */
const LINKS_OF_A_DEVICE = 20

interface Acknowledged {
  readonly key: string
  readonly label: string
  readonly links: string[]
}

const newLink = (): string => [...randomBytes(16)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31]).join('')

/** New devices with ever more links, until the relay is gone. `onFirst`: a link was acknowledged. */
async function write(port: number, acknowledged: Acknowledged[], onFirst: () => void): Promise<void> {
  for (;;) {
    const socket = tls.connect({ host: '127.0.0.1', port, servername: DOMAIN, ALPNProtocols: [TUNNEL_ALPN], rejectUnauthorized: false })
    const gone = new Promise<'gone'>((resolve) => {
      socket.once('close', () => resolve('gone'))
      socket.on('error', () => resolve('gone'))
    })
    if ((await Promise.race([gone, once(socket, 'secureConnect')])) === 'gone') return
    const identity = newIdentity()
    const device = testDevice(socket, identity)
    if ((await Promise.race([gone, device.next()])) === 'gone') return
    const welcome = await Promise.race([gone, device.introduce()])
    if (welcome === 'gone') return
    assert.equal(typeof welcome.label, 'string', JSON.stringify(welcome))
    const mine: Acknowledged = { key: identity.publicKey, label: String(welcome.label), links: [] }
    acknowledged.push(mine)
    while (mine.links.length < LINKS_OF_A_DEVICE) {
      const link = newLink()
      const publication = { services: [{ name: 'web', kind: 'http', links: [...mine.links, link], direct: [] }], direct: [] }
      const answer = await Promise.race([gone, device.ask({ kind: 'publish', publication })])
      if (answer === 'gone') return
      assert.deepEqual(answer.result, { ports: [] }, JSON.stringify(answer))
      mine.links.push(link)
      onFirst()
    }
    socket.destroy()
  }
}

test(`no name and no link that a relay acknowledged is lost to ${KILLS} kills`, async (t) => {
  const data = folder(t)
  const all: Acknowledged[] = []
  for (let kill = 0; kill < KILLS; kill++) {
    const relay = await startRelay(t, { data, open: true })
    const acknowledged: Acknowledged[] = []
    const first = Promise.withResolvers<void>()
    const writers = Array.from({ length: WRITERS }, () => write(relay.port, acknowledged, first.resolve))
    await Promise.race([first.promise, Promise.all(writers)])
    await sleep(Math.random() * LATEST_MS)
    relay.process.kill('SIGKILL')
    await Promise.all([relay.ended, ...writers])
    assert.ok(acknowledged.length > 0)
    all.push(...acknowledged)
    const isLast = kill === KILLS - 1
    verify(data, isLast ? all : acknowledged)
  }
  const links = all.reduce((sum, { links }) => sum + links.length, 0)
  assert.ok(links >= KILLS, 'it was killed while it wrote')
  t.diagnostic(`${KILLS} kills: ${all.length} names and ${links} links acknowledged, none lost`)
})

function verify(data: string, acknowledged: readonly Acknowledged[]): void {
  const registry = openSqliteRegistry(join(data, 'registry.db'))
  for (const { key, label, links } of acknowledged) {
    assert.equal(registry.device(key)?.label, label)
    for (const link of links) assert.deepEqual(registry.linkOwner(link), { deviceKey: key, service: 'web' })
  }
  registry.close()
}
