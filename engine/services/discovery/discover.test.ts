import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { type TestContext, test } from 'node:test'
import { ServiceName } from '../../../protocol/model/service.ts'
import { fuzz } from '../../../test/fuzz/random.ts'
import { PRESETS } from '../presets/index.ts'
import type { Candidate } from './candidate.ts'
import { discover, freeName } from './discover.ts'
import { isDevice, recognise } from './recognise.ts'
import { portOf, readDevice } from './search-ssdp.ts'

const presets = [...PRESETS.values()]

/** Takes connections and says this. */
async function listening(t: TestContext, onConnection: (socket: net.Socket) => void): Promise<number> {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket.on('error', () => {}))
    onConnection(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as net.AddressInfo).port
}
const http =
  (body: string, status = '200 OK') =>
  (socket: net.Socket) =>
    socket.once('data', () =>
      socket.end(`HTTP/1.1 ${status}\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`),
    )
const at = (port: number, more: Partial<Candidate> = {}): Candidate => ({
  address: '127.0.0.1',
  port,
  protocol: 'tcp',
  machine: '',
  label: '',
  type: null,
  device: null,
  ...more,
})
const look = async (candidate: Candidate) => {
  const seen = await recognise(candidate, presets, AbortSignal.timeout(30_000))
  return seen && [seen.kind, seen.title, seen.preset?.preset.id, seen.preset?.confidence]
}

test('a program is known by what it says, else by how it announces itself', async (t) => {
  assert.deepEqual(await look(at(await listening(t, http('<title>Home Assistant</title>')))), [
    'http',
    'Home Assistant',
    'home-assistant',
    'sure',
  ])
  const plain = await listening(t, http('<title>Something</title>'))
  assert.deepEqual(await look(at(plain)), ['http', 'Something', undefined, undefined])
  assert.deepEqual(await look(at(plain, { type: '_octoprint._tcp', label: 'Printer' })), ['http', 'Something', 'octoprint', 'likely'])
  const device = { deviceType: '', manufacturer: '', modelName: 'OctoPrint' }
  assert.deepEqual(await look(at(plain, { device, label: 'Printer' })), ['http', 'Something', 'octoprint', 'likely'])
  assert.deepEqual(await look(at(await listening(t, (socket) => socket.write('SSH-2.0-OpenSSH_9\r\n')))), ['tcp', '', 'ssh', 'sure'])
  assert.deepEqual(await look(at(22_124, { protocol: 'udp' })), ['udp', '', 'jamulus', 'guess'])
})

test('what is no website and no known program is not proposed: databases and the like stay where they are', async (t) => {
  assert.equal(await look(at(await listening(t, (socket) => socket.write('5.5.5-MariaDB\0')))), null)
  assert.equal(await look(at(await listening(t, (socket) => socket.destroy()))), null)
  assert.equal(await look(at(1, { protocol: 'udp' })), null)
  const closed = await listening(t, () => {})
  assert.equal(await recognise(at(closed), presets, AbortSignal.abort()), null)
})

test('what serves our own pages is no program to share', async (t) => {
  const page = (server: string) => listening(t, http('<title>Relay</title>', `401 Unauthorized\r\nServer: ${server}`))
  assert.equal(await look(at(await page('Porchlight'))), null)
  assert.deepEqual((await look(at(await page('nginx'))))?.slice(0, 2), ['http', 'Relay'])
})

test('a page that never ends, or lies about itself, costs little', async (t) => {
  let sentBytes = 0
  const endless = await listening(t, (socket) => {
    socket.once('data', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n<title>\u202eevil\u0007</title>')
      const timer = setInterval(() => {
        sentBytes += 10_000
        socket.write('x'.repeat(10_000))
      }, 1)
      socket.once('close', () => clearInterval(timer))
    })
  })
  const seen = await look(at(endless))
  assert.deepEqual(seen?.slice(0, 2), ['http', 'evil'])
  assert.ok(sentBytes < 2_000_000, `${sentBytes} bytes`)
})

const FROM = new URL('http://192.168.1.9:49152/device/description.xml')

test('a device’s page is on the device, whatever it writes', () => {
  const xml = (page: string) => `<root><friendlyName>Box\u0000 of salon</friendlyName><presentationURL>${page}</presentationURL></root>`
  const rows: [string, number | null][] = [
    ['/', 49152],
    ['ui/index.html', 49152],
    ['http://192.168.1.9:8080/ui', 8080],
    ['https://192.168.1.9/', 443],
    ['http://203.0.113.9/', null],
    ['http://router.lan/', null],
    ['javascript:alert(1)', null],
    ['http://[', null],
  ]
  for (const [page, port] of rows) assert.equal(readDevice(xml(page), FROM).port, port, page)
  const based = (base: string) => readDevice(`<root><URLBase>${base}</URLBase><presentationURL>/ui</presentationURL></root>`, FROM).port
  assert.deepEqual(
    ['http://192.168.1.9:8200/', 'http://192.168.1.9', 'http://192.168.0.9:8200/', 'nonsense'].map(based),
    [8200, 80, 49152, 49152],
    'URLBase is believed where it names the device',
  )
  assert.equal(readDevice(xml('/'), FROM).name, 'Box of salon')
  assert.equal(readDevice('<root/>', FROM).port, null)
})

const MEDIA_SERVER = '<deviceType>urn:schemas-upnp-org:device:MediaServer:1</deviceType>'
const PLEX = '<manufacturer>Plex, Inc.</manufacturer>'

test('a program is known by what its device description says', () => {
  const rows: [xml: string, preset: string | undefined][] = [
    ['<deviceType>urn:home-assistant.io:device:HomeAssistant:1</deviceType><manufacturer>Home Assistant</manufacturer>', 'home-assistant'],
    ['<deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType><manufacturer>Synology</manufacturer>', 'synology-dsm'],
    ['<manufacturer>Jellyfin</manufacturer><modelName>Jellyfin Server</modelName>', 'jellyfin'],
    [`${MEDIA_SERVER}${PLEX}<modelName>Plex Media Server</modelName>`, 'plex'],
    // A tuner, as the makers of Plex describe one.
    [`<deviceType>urn:plex-tv:device:Media:1</deviceType>${PLEX}<modelName>Plex Media Grabber</modelName>`, undefined],
    [`${MEDIA_SERVER}<manufacturer>Emby</manufacturer><modelName>Emby Server</modelName>`, 'emby'],
    [`${MEDIA_SERVER}<manufacturer>Emby</manufacturer><modelName>Windows Media Player Sharing</modelName>`, 'emby'],
    [`${MEDIA_SERVER}<manufacturer>Microsoft Corporation</manufacturer><modelName>Windows Media Player Sharing</modelName>`, undefined],
    ['<manufacturer>The OctoPrint Project</manufacturer><modelName>OctoPrint</modelName>', 'octoprint'],
    // Its media server, which is none of its desktop.
    [`${MEDIA_SERVER}<manufacturer>Synology</manufacturer>`, undefined],
    ['<deviceType>urn:schemas-upnp-org:device:Basic:1</deviceType><modelName>Philips hue bridge</modelName>', undefined],
  ]
  for (const [xml, id] of rows)
    assert.equal(presets.find((preset) => isDevice(preset, readDevice(`<root>${xml}</root>`, FROM).device))?.id, id, xml)
})

test('a device that names no page, or the one it has on the internet, is sought at its program’s usual port', () => {
  const plex = `${MEDIA_SERVER}<friendlyName>Plex Media Server: attic</friendlyName>${PLEX}<modelName>Plex Media Server</modelName>`
  const emby = `${MEDIA_SERVER}<manufacturer>Emby</manufacturer>`
  const rows: [xml: string, port: number | undefined][] = [
    // It is its DLNA server that answers, at 32469, where there is no page.
    [plex, 32400],
    [`${emby}<presentationURL>http://192.168.1.9:8097</presentationURL>`, 8097],
    [`${emby}<presentationURL>https://films.example:443</presentationURL>`, 8096],
    [MEDIA_SERVER, undefined],
  ]
  for (const [xml, port] of rows) assert.equal(portOf(readDevice(`<root>${xml}</root>`, FROM), presets), port, xml)
})

test('a name is made of whatever a program calls itself', () => {
  assert.deepEqual(
    ['Été à la mer!', '', '---', 'xn--caf', 'Jeedom', '日本'].map((title) => freeName(title, new Set(['jeedom']))),
    ['ete-a-la-mer', 'web', 'web', 'xn-caf', 'jeedom-2', 'web'],
  )
  fuzz(6, (random) => {
    const name = freeName(random.text('aB-_ é.\u202e日xn1', random.int(60)), new Set(['web', 'a']))
    assert.ok(ServiceName.safeParse(name).success, name)
  })
})

test('what listens on this computer is found, once, and only after it was asked for', async (t) => {
  if (process.platform !== 'linux') return
  const child = spawn(process.execPath, [
    '-e',
    "require('http').createServer((_, a) => a.end('<title>Mine</title>')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })",
  ])
  t.after(() => child.kill())
  const port = Number(String((await once(child.stdout, 'data'))[0]))
  const told: string[][] = []
  await discover(
    {
      presets,
      localAddress: null,
      isOwnAddress: (address) => address.startsWith('127.'),
      isAtHome: () => false,
      // The rest of this machine is nobody's business here.
      isAllowed: (_address, asked) => asked === port,
      services: [{ name: 'mine', target: { kind: 'http', host: 'localhost', port } }],
      onFound: (found) => told.push(found.map(({ target, title, service }) => `${target} ${title} ${service}`)),
    },
    AbortSignal.timeout(60_000),
  )
  assert.deepEqual(told, [[`http://127.0.0.1:${port} Mine mine`]])
})
