import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { HostName, LabProcess } from '../../lab/lab.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { type House, openHouse } from './house.ts'

/** A shell that speaks first, says everything back, and says goodbye when its visitor has said all; "break" makes it break off. Beside it,
 *  over UDP, a game that tells each player by which port it knows him. */
const SERVICES = `
const [address, port] = [process.argv[2], Number(process.argv[3])]
const udp = require('node:dgram').createSocket('udp4')
udp.on('message', (bytes, from) => udp.send(bytes + ' from ' + from.port, from.port, from.address))
udp.bind(port, address)
require('node:net').createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => {})
  socket.write('SSH-2.0-lab\\r\\n')
  socket.on('data', (bytes) => (String(bytes) === 'break' ? socket.resetAndDestroy() : socket.write(bytes)))
  socket.on('end', () => socket.end('goodbye'))
}).listen(port, address, () => console.log('listening'))
`
const RELAY = '198.51.100.20'

describe('services that are not web pages, behind the provider’s NAT: the relay’s public ports are the only way in', () => {
  let house: House
  let relay: LabProcess
  let ports: { shell: number; game: number }
  before(async () => {
    house = await openHouse({ personality: 'cgnat-refusing' })
    const file = join(house.lab.dir, 'services.cjs')
    writeFileSync(file, SERVICES)
    await house.lab.host('server').spawn(process.execPath, [file, '192.168.1.20', '22222'], { readyPattern: /listening/ })
    relay = await house.startRelay()
    await house.startEngine('--relay', await house.relayCode())
    for (const [name, kind] of [
      ['shell', 'tcp'],
      ['game', 'udp'],
    ])
      await house.porchlight('add', name ?? '', '--to', `${kind}://192.168.1.20:22222`)
    ports = { shell: await portOf('shell'), game: await portOf('game') }
  })
  after(() => house.close())

  /** Its public port, once it is reached through the relay. */
  async function portOf(name: string): Promise<number> {
    const service = await eventually(() => relayed(name), { timeoutMs: 20_000 })
    return service.publicAddress?.port ?? 0
  }
  async function relayed(name: string): Promise<ServiceView> {
    const found = await house.service(name)
    assert.deepEqual([found.state, found.best.ipv4], ['reachable', 'tunnel'], JSON.stringify(found.paths))
    return found
  }
  const run = async (host: HostName, program: string, ...args: (string | number)[]): Promise<string> => {
    const { stdout } = await house.lab.host(host).exec(process.execPath, ['-e', program, ...args.map(String)])
    return stdout
  }

  it('both want 22222, and have it: one over TCP, one over UDP', () => {
    assert.deepEqual(ports, { shell: 22222, game: 22222 })
  })

  it('a shell: the home speaks first, each half ends on its own, a break arrives as a break', async () => {
    assert.equal(await run('visitor', SHELL, RELAY, ports.shell, 'ls'), 'SSH-2.0-lab\r\nlsgoodbye, then end')
    assert.equal(await run('visitor', SHELL, RELAY, ports.shell, 'break'), 'SSH-2.0-lab\r\n, then ECONNRESET')
  })

  it('a game: two players at two places are kept apart, each with a way of his own to the game', async () => {
    const said = await Promise.all((['visitor', 'dns'] as const).map((host) => run(host, PLAYER, RELAY, ports.game, host)))
    const known = said.map((text) => new Set(text.trim().split('\n')))
    assert.deepEqual(
      known.map(({ size }) => size),
      [1, 1],
      said.join(),
    )
    assert.match([...(known[0] ?? [])].join(), /^visitor from \d+$/)
    assert.match([...(known[1] ?? [])].join(), /^dns from \d+$/)
    assert.notEqual([...(known[0] ?? [])][0]?.split(' ').at(-1), [...(known[1] ?? [])][0]?.split(' ').at(-1))
  })

  it('not for everybody: whoever opened the link comes in from where he is, a listed address does, and nobody else', async () => {
    const { addresses } = house.lab
    await house.porchlight('access', 'shell', 'link')
    await house.porchlight('access', 'game', 'addresses', addresses.visitor.ipv4)
    const unheard = run('dns', PLAYER, RELAY, ports.game, 'dns', 6000)
    assert.equal(await run('visitor', SHELL, RELAY, ports.shell, 'ls'), ', then ECONNRESET')
    const link = await eventually(
      async () => {
        const [found] = (await house.service('shell')).links
        assert.ok(found?.url && found.registered, 'its page has a certificate')
        return found.url
      },
      { timeoutMs: 30_000 },
    )
    const [path = '', grant = ''] = link.split('#')
    const led = await house.visit(path, '-o', '/dev/null', '-w', '%{redirect_url}\n303 x')
    const page = /https:\S+/.exec(led.body)?.[0] ?? ''
    assert.match(page, /^https:\/\/shell--relay\..*\/\.porchlight\/open$/)
    const opened = await house.visit(page, '-6', '--data', `grant=${grant}`)
    assert.match(opened.body, new RegExp(`:${ports.shell}</code>`))
    // What his browser does by itself: his program comes by IPv4.
    const beside = /https:[^"]*--relay4[^"]*/.exec(opened.body)?.[0] ?? ''
    await house.visit(beside, '-o', '/dev/null')
    assert.equal(await run('visitor', SHELL, RELAY, ports.shell, 'ls'), 'SSH-2.0-lab\r\nlsgoodbye, then end')
    assert.equal(await run('dns', SHELL, RELAY, ports.shell, 'ls'), ', then ECONNRESET')
    assert.match(await run('visitor', PLAYER, RELAY, ports.game, 'visitor'), /^visitor from/)
    assert.equal(await unheard, '')
    const places = (await house.service('shell')).admitted.map(({ place }) => place)
    assert.deepEqual(places.sort(), ['2001:db8:300::/64', addresses.visitor.ipv4].sort())
    await house.porchlight('access', 'shell', 'expel', addresses.visitor.ipv4)
    assert.equal(await run('visitor', SHELL, RELAY, ports.shell, 'ls'), ', then ECONNRESET')
    await Promise.all([relayed('shell'), relayed('game')])
    for (const name of ['shell', 'game']) await house.porchlight('access', name, 'public')
  })

  it('while the relay is away its ports are closed; back again, they are the same', async () => {
    await relay.stop()
    assert.equal(await run('visitor', SHELL, RELAY, ports.shell, 'ls'), ', then ECONNREFUSED')
    relay = await house.startRelay()
    assert.deepEqual({ shell: await portOf('shell'), game: await portOf('game') }, ports)
    assert.equal(await run('visitor', SHELL, RELAY, ports.shell, 'ls'), 'SSH-2.0-lab\r\nlsgoodbye, then end')
  })

  it('a second home that wants the same port gets another, and each port leads to its own home', async () => {
    const second = join(house.lab.dir, 'second')
    const bin = join(import.meta.dirname, '..', '..', 'bin', 'porchlight')
    const host = house.lab.host('server')
    const env = { PORCHLIGHT_PUBLIC_RANGES: house.lab.addresses.publicRanges }
    const options = ['--data', second, '--ui', 'off', '--relay-ca', house.lab.caFile, '--relay', await house.relayCode()]
    await host.spawn(bin, ['run', ...options], { env, readyPattern: /^ready /m })
    const file = join(house.lab.dir, 'services.cjs')
    await host.spawn(process.execPath, [file, '127.0.0.1', '22222'], { readyPattern: /listening/ })
    const added = await host.exec(bin, ['add', 'shell', '--to', 'tcp://127.0.0.1:22222', '--data', second], { env, timeoutMs: 20_000 })
    assert.equal(added.code, 0, added.stderr)
    const theirs = await eventually(
      async () => {
        const { stdout } = await host.exec(bin, ['status', '--json', '--data', second], { env })
        const [service] = JSON.parse(stdout).services as ServiceView[]
        assert.deepEqual([service?.state, service?.best.ipv4], ['reachable', 'tunnel'], JSON.stringify(service?.paths))
        return service?.publicAddress?.port ?? 0
      },
      { timeoutMs: 20_000 },
    )
    assert.notEqual(theirs, ports.shell)
    for (const port of [ports.shell, theirs])
      assert.equal(await run('visitor', SHELL, RELAY, port, 'ls'), 'SSH-2.0-lab\r\nlsgoodbye, then end')
    await relayed('shell')
  })
})

/** Says one thing and ends its half; prints everything that comes, and how it ended. */
const SHELL = `
const [host, port, text] = process.argv.slice(1)
const socket = require('node:net').connect({ port: Number(port), host, allowHalfOpen: true })
let seen = ''
const leave = (how) => process.stdout.write(seen + ', then ' + how, () => process.exit())
socket.on('data', (bytes) => {
  if (seen === '') text === 'break' ? socket.write(text) : socket.end(text)
  seen += bytes
})
socket.on('end', () => leave('end')).on('error', ({ code }) => leave(code))
setTimeout(() => leave('silence'), 20_000)
`
/** Five datagrams, one after the other; prints each answer on its line. Who is kept out waits in vain, for `patienceMs`. */
const PLAYER = `
const [host, port, name, patienceMs] = process.argv.slice(1)
const socket = require('node:dgram').createSocket('udp4')
let answers = 0
const say = () => socket.send(name, Number(port), host)
socket.on('message', (bytes) => {
  process.stdout.write(bytes + '\\n')
  if (++answers === 5) process.exit()
  say()
})
setInterval(say, 1000)
setTimeout(() => process.exit(1), Number(patienceMs ?? 20_000))
say()
`
