/** Looking for programs at home: what listens on this computer, and what a real avahi and a real router announce in the network. */
import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { createLab, type Lab } from '../../lab/lab.ts'
import type { FoundProgram } from '../../protocol/model/discovery.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'

const BIN = resolve(import.meta.dirname, '..', '..', 'bin', 'porchlight')
const SERVICE = `<?xml version="1.0" standalone="no"?><!DOCTYPE service-group SYSTEM "avahi-service.dtd">
<service-group><name>Maison</name><service><type>_home-assistant._tcp</type><port>8123</port></service></service-group>
`
/** A web server with this title. */
const pages = (title: string, port: number) => [
  '-e',
  `require('http').createServer((_, answer) => answer.end('<title>${title}</title>')).listen(${port}, () => console.log('ready'))`,
]
const SHELL = [
  '-e',
  `require('net').createServer((one) => one.on('error', () => {}).write('SSH-2.0-OpenSSH_9\\r\\n')).listen(2222, () => console.log('ready'))`,
]

describe('looking for programs at home', { concurrency: 1 }, () => {
  let lab: Lab

  before(async () => {
    lab = await createLab()
    const folder = join(lab.dir, 'avahi')
    mkdirSync(folder)
    writeFileSync(join(folder, 'maison.service'), SERVICE)
    writeFileSync(join(lab.dir, 'avahi.conf'), '[server]\nhost-name=kitchen\nuse-ipv6=no\nenable-dbus=no\n')
    // Its places are fixed: it gets a /run and a folder of announcements of its own.
    const start = `mount -t tmpfs none /run && mkdir /run/avahi-daemon && mount --bind ${folder} /etc/avahi/services && exec avahi-daemon --no-rlimits --no-drop-root --no-chroot -f ${join(lab.dir, 'avahi.conf')}`
    await Promise.all([
      lab.host('server').spawn('unshare', ['--mount', 'sh', '-c', start], { readyPattern: /Service "Maison" .* successfully established/ }),
      lab.host('server').spawn(process.execPath, pages('Home Assistant', 8123), { readyPattern: /ready/ }),
      lab.host('home').spawn(process.execPath, pages('Mon site', 8099), { readyPattern: /ready/ }),
      lab.host('home').spawn(process.execPath, SHELL, { readyPattern: /ready/ }),
    ])
    // A rehearsal: relay, page and two engines on one computer.
    const ready = { readyPattern: /^ready /m }
    const data = join(lab.dir, 'relay')
    const listens = ['--ipv4', '127.0.0.1', '--https', '127.0.0.1:8443', '--http', '127.0.0.1:8080', '--dns', 'off']
    const more = ['--data', data, '--operator-page', '127.0.0.1:8600', '--open']
    await lab.host('home').spawn(`${BIN}-relay`, ['run', '--domain', 'relay.localhost', ...listens, ...more], ready)
    const at = ['--relay', 'https://relay.localhost:8443', '--relay-ca', join(data, 'ca.pem')]
    await Promise.all(
      ['engine', 'other'].map((name, index) =>
        lab.host('home').spawn(BIN, ['run', '--data', join(lab.dir, name), '--ui', `127.0.0.1:${8500 + index}`, ...at], ready),
      ),
    )
  })
  after(() => lab.close())

  const porchlight = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await lab.host('home').exec(BIN, [...args, '--data', join(lab.dir, 'engine')], { timeoutMs: 60_000 })
    assert.equal(code, 0, stderr)
    return stdout
  }

  it('finds what this computer runs and what announces itself, proposes how it is added, and sees that it was', async () => {
    await porchlight('add', 'site', '--to', 'http://localhost:8099')
    await porchlight('add', 'shell', '--to', 'tcp://localhost:2222')
    // Through the relay's own port for it, which is on this computer too.
    const { host, port } = await eventually(
      async () => {
        const { services } = JSON.parse(await porchlight('status', '--json')) as Snapshot
        const shell = services.find(({ name }) => name === 'shell')
        assert.equal(shell?.state, 'reachable', JSON.stringify(shell?.paths))
        return shell.publicAddress ?? { host: '', port: 0 }
      },
      { timeoutMs: 60_000 },
    )
    assert.notEqual(port, 2222, host)
    const [all, ours] = [new Set<string>(), new Set<string>()]
    const look = async (): Promise<void> => {
      const [json, told] = await Promise.all([porchlight('discover', '--json'), porchlight('discover')])
      const found: FoundProgram[] = JSON.parse(json).found
      const here = found.filter(({ machine }) => machine === null)
      for (const { target } of found) all.add(target)
      for (const { target } of here) ours.add(target)
      assert.deepEqual(
        found.find(({ machine }) => machine === 'kitchen'),
        {
          target: 'http://192.168.1.20:8123',
          name: 'home-assistant',
          title: 'Home Assistant',
          machine: 'kitchen',
          preset: { id: 'home-assistant', name: 'Home Assistant', confidence: 'sure' },
          service: null,
        },
      )
      assert.deepEqual(here.map(({ target, title, service }) => [target, title, service]).sort(), [
        ['http://127.0.0.1:8099', 'Mon site', 'site'],
        ['tcp://127.0.0.1:2222', '', 'shell'],
      ])
      assert.match(
        told,
        /Home Assistant \(kitchen\)\n {4}porchlight add home-assistant --to http:\/\/192\.168\.1\.20:8123 --preset home-assistant\n/,
      )
    }
    // A look ends after ten seconds, on a busy machine before everybody has answered.
    await eventually(look, { timeoutMs: 90_000 })
    assert.deepEqual(
      [...ours].sort(),
      ['http://127.0.0.1:8099', 'tcp://127.0.0.1:2222'],
      'of what is ours nothing: neither the engines and their pages, nor the relay, its operator’s page and the port that leads to our shell',
    )
    // Nothing that is not in the house.
    for (const target of all) assert.match(target, /^(http|https|tcp):\/\/(127\.0\.0\.1|192\.168\.1\.\d+):/)
  })
})
