import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { type House, openHouse } from './house.ts'

const INBOX = resolve(import.meta.dirname, '..', 'fakes', 'https-inbox.ts')
const ME = 'me@home.example'
const SECOND_MS = 1000

/** Nobody in the house can tell that the house is dark: the relay does. The mail server is a real one (aiosmtpd); ntfy and a program of the
 *  owner's own are a server that prints what it is told. */
describe('the owner hears from the relay when the house is dark', () => {
  let house: House
  let relay: LabProcess
  let engine: LabProcess
  let mailServer: LabProcess
  let inbox: LabProcess
  let relayEnv: Record<string, string>
  before(async () => {
    house = await openHouse({ upnp: false })
    const { lab } = house
    const { ipv4 } = lab.addresses.dns
    const authority = await makeAuthority()
    const { certPem, keyPem } = await issue(authority, { names: [ipv4] })
    const file = (name: string, text: string): string => {
      writeFileSync(join(lab.dir, name), text)
      return join(lab.dir, name)
    }
    relayEnv = { NODE_EXTRA_CA_CERTS: file('inbox-ca.pem', authority.certPem) }
    const certificate = [file('inbox.pem', certPem), file('inbox-key.pem', keyPem)]
    inbox = await lab.host('dns').spawn(process.execPath, [INBOX, ...certificate, ipv4, '8445'], { readyPattern: /ready/ })
    const smtp = ['-n', '-l', `${ipv4}:2525`, '-c', 'aiosmtpd.handlers.Debugging', 'stdout', '-d']
    mailServer = await lab
      .host('dns')
      .spawn('aiosmtpd', smtp, { env: { PYTHONUNBUFFERED: '1' }, readyPattern: /Starting asyncio loop|Server is listening/ })
    file('smtp', `smtp://${ipv4}:2525\n`)
    relay = await startRelay()
    engine = await house.startEngine('--relay', await house.relayCode())
    await eventually(async () => assert.equal((await house.status()).relay.state, 'connected'), { timeoutMs: 15_000 })
  })
  after(() => house.close())

  const startRelay = (): Promise<LabProcess> => {
    const mail = ['--smtp-file', join(house.lab.dir, 'smtp'), '--mail-from', 'relay@relay.test', '--alert-after', '0.05']
    return house.startRelay({ flags: mail, env: relayEnv })
  }
  /** The lines of a mail's text are short ones, and what is beyond ASCII is encoded. */
  const mails = (): string[] => mailServer.stdout().replaceAll('=\n', '').split('---------- MESSAGE FOLLOWS ----------').slice(1)
  const told = (): { path: string; body: { event?: string; title: string; topic?: string } }[] =>
    inbox
      .stdout()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
  const events = (): (string | undefined)[] => told().flatMap(({ body }) => (body.event ? [body.event] : []))
  const soon = (check: () => void | Promise<void>, seconds = 15): Promise<void> =>
    eventually(check, { timeoutMs: seconds * SECOND_MS, everyMs: 200 })

  it('asks a mail address first, and takes no program that looks at links for a yes', async () => {
    await house.porchlight('alerts', 'add', ME)
    await soon(() => assert.equal(mails().length, 1))
    const [asked = ''] = mails()
    assert.match(asked, new RegExp(`To: ${ME}`))
    const url = /https:\/\/relay\.test\/alerts\/\d+\/[\w-]{22}/.exec(asked)?.[0] ?? ''
    const page = await house.visit(url)
    assert.deepEqual([page.status, /<form method="post"/.test(page.body)], [200, true])
    await house.visit(url, '-I')
    assert.match(await house.porchlight('alerts'), /waits for a yes/)
    assert.equal((await house.visit(`${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}?answer=yes`, '-d', '')).status, 404)
    assert.equal((await house.visit(`${url}?answer=yes`, '-d', '')).status, 200)
    await soon(async () => assert.match(await house.porchlight('alerts'), /me@home\.example {2}ready/), 20)
  })

  it('sends a test to each, and says which one does not work; a way into the relay’s own network is none', async () => {
    const { ipv4 } = house.lab.addresses.dns
    await house.porchlight('alerts', 'add', `https://${ipv4}:8445/hook?token=very-secret`)
    await house.porchlight('alerts', 'add', `ntfy:https://${ipv4}:8445/my-house`)
    await house.porchlight('alerts', 'add', 'https://127.0.0.1:443/')
    const report = await house.porchlight('alerts', 'test')
    assert.match(report, /webhook {2}127\.0\.0\.1\/… {2}the last message did not arrive \(not-public\)/)
    assert.deepEqual(report.match(/ready/g)?.length, 3, report)
    const id = /^(\S+) {2}webhook {2}127/m.exec(report)?.[1] ?? ''
    await house.porchlight('alerts', 'remove', id)
    assert.deepEqual(events(), ['test'])
    assert.deepEqual([told().find(({ body }) => body.topic)?.path, told().find(({ body }) => body.topic)?.body.topic], ['/', 'my-house'])
    assert.match(mails().at(-1) ?? '', /List-Unsubscribe: <https:\/\/relay\.test\/alerts\//)
  })

  it('tells each once when the house is dark, and once when it is back', async () => {
    engine.kill('SIGKILL')
    await engine.exited
    await soon(() => assert.deepEqual(events(), ['test', 'dark']), 25)
    await soon(() => assert.match(mails().at(-1) ?? '', /Subject: .* cannot be reached/))
    // What has left is known to have arrived once its receiver has said so.
    await soon(() => assert.match(relay.stderr(), /owner-told.*dark/))
    const count = mails().length
    // A relay that starts again remembers what it has told.
    await relay.stop()
    relay = await startRelay()
    await new Promise((resolve) => setTimeout(resolve, 9 * SECOND_MS))
    assert.deepEqual([events(), mails().length], [['test', 'dark'], count])
    engine = await house.startEngine()
    await soon(() => assert.deepEqual(events(), ['test', 'dark', 'back']), 25)
    await soon(() => assert.match(mails().at(-1) ?? '', /Subject: .* is back/))
  })

  it('keeps the addresses among the secrets, out of the settings and of every log', () => {
    const { dataFolder } = house
    assert.match(readFileSync(join(dataFolder, 'secrets', 'alerts.json'), 'utf8'), /very-secret/)
    const seen = readFileSync(join(dataFolder, 'settings.json'), 'utf8') + engine.stderr() + relay.stderr()
    assert.doesNotMatch(seen, /very-secret|my-house|me@home/)
  })

  it('writes to nobody who has ended it', async () => {
    const url = /List-Unsubscribe: <(\S+)>/.exec(mails().at(-1) ?? '')?.[1] ?? ''
    assert.equal((await house.visit(url, '-d', 'List-Unsubscribe=One-Click')).status, 200)
    const count = mails().length
    await house.porchlight('alerts', 'test')
    assert.equal(events().at(-1), 'test')
    assert.equal(mails().length, count)
    assert.match(await house.porchlight('alerts'), /does not want these messages/)
  })
})
