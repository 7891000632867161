import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { type House, openHouse } from './house.ts'

/** Answers every visitor with who it believes to be talking to, after speaking first like SSH does; and every datagram likewise. */
const ECHO = `
const port = Number(process.argv[2])
require('node:net').createServer((socket) => {
  socket.on('error', () => {})
  socket.write('SSH-2.0-lab\\r\\n')
  socket.on('data', (bytes) => socket.write('tcp ' + bytes))
}).listen(port, '192.168.1.20', () => console.log('listening'))
const udp = require('node:dgram').createSocket('udp4')
udp.on('message', (bytes, from) => udp.send('udp ' + bytes, from.port, from.address))
udp.bind(port, '192.168.1.20')
`

describe('services that are not web pages', () => {
  let house: House
  before(async () => {
    house = await openHouse()
    const file = join(house.lab.dir, 'echo.cjs')
    writeFileSync(file, ECHO)
    await house.lab.host('server').spawn(process.execPath, [file, '22124'], { readyPattern: /listening/ })
    await house.startRelay()
    await house.startEngine('--relay', await house.relayCode())
  })
  after(() => house.close())

  for (const kind of ['tcp', 'udp'] as const)
    it(`a ${kind.toUpperCase()} service is opened on its own port, proven from outside, and reached by a visitor`, async () => {
      await house.porchlight('add', kind, '--to', `${kind}://192.168.1.20:22124`)
      const service = await eventually(
        async () => {
          const found = await house.service(kind)
          assert.deepEqual([found.state, found.best.ipv4], ['reachable', 'mapped'], JSON.stringify(found))
          return found
        },
        { timeoutMs: 20_000 },
      )
      assert.equal(service.publicUrl, null)
      const { host, port } = service.publicAddress ?? { host: '', port: 0 }
      assert.equal(port, 22124)
      // Both for ten minutes, as for web services; the relay's port is the router's, so that it matters to nobody.
      // Whoever asked a moment earlier, as the home itself does, has the resolver keep the answer for its ten seconds.
      await eventually(async () => assert.deepEqual((await house.addresses(host)).sort(), ['198.51.100.20', '203.0.113.10']), {
        timeoutMs: 15_000,
      })
      const said = await house.lab
        .host('visitor')
        .exec(process.execPath, ['-e', kind === 'tcp' ? TCP_VISITOR : UDP_VISITOR, host, String(port)])
      assert.equal(said.stdout, kind === 'tcp' ? 'SSH-2.0-lab\r\ntcp hello' : 'udp hello', said.stderr)
      const page = await house.visit(service.shareLink ?? '')
      assert.match(page.body, new RegExp(`${host}:22124`))
    })

  it('takes both rules back when the services are removed', async () => {
    await house.porchlight('remove', 'tcp')
    await house.porchlight('remove', 'udp')
    await eventually(() => assert.deepEqual(house.lab.router.mappings(), []))
  })
})

const TCP_VISITOR = `
const socket = require('node:net').connect(Number(process.argv[2]), process.argv[1])
let seen = ''
socket.on('data', (bytes) => {
  if (seen === '') socket.write('hello')
  seen += bytes
  if (seen.includes('tcp hello')) { process.stdout.write(seen); socket.destroy() }
})
`
const UDP_VISITOR = `
const socket = require('node:dgram').createSocket('udp4')
socket.on('message', (bytes) => { process.stdout.write(bytes); socket.close() })
socket.send('hello', Number(process.argv[2]), process.argv[1])
`
