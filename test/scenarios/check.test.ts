/** `porchlight-relay check`: a relay in good order, and then one mistake after the other, each of which it has to name. The zone above is a
 *  real bind9's, the certificate a real directory's. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { startNamed } from '../../lab/dns.ts'
import { eventually } from '../../lab/eventually.ts'
import { must } from '../../lab/host.ts'
import { createLab, type Lab, type LabProcess } from '../../lab/lab.ts'

const RELAY = resolve(import.meta.dirname, '..', '..', 'bin', 'porchlight-relay')
const DAY_MS = 24 * 3_600_000
/** Of the laboratory itself. */
const EXPECTED = new Set(['runs-as-root', 'few-files', 'public-suffix'])

interface Checked {
  readonly code: number | null
  readonly stderr: string
  /** Without what is expected in a laboratory. */
  readonly findings: readonly { readonly code: string; readonly verdict: string; readonly what: string; readonly next: string }[]
}

describe('a relay is checked', () => {
  let lab: Lab
  let relay: LabProcess
  let flags: string[]
  let zoneFile: string
  let goodZone: string
  let data: string

  const start = async (): Promise<void> => {
    relay = await lab.host('relay').spawn(RELAY, ['run', ...flags, '--user', 'root'], { readyPattern: /^ready /m })
  }

  before(async () => {
    lab = await createLab()
    data = join(lab.dir, 'relay-data')
    const { ipv4, ipv6 } = lab.addresses.relay
    const acme = ['--acme-directory', lab.addresses.acmeDirectory, '--acme-ca', lab.caFile, '--acme-email', 'operator@relay.test']
    flags = ['--domain', 'relay.test', '--data', data, '--ipv4', ipv4, '--ipv6', ipv6, '--probe-ca', await lab.issuingRoots(), ...acme]
    zoneFile = join(lab.dir, 'dns', 'test.zone')
    goodZone = readFileSync(zoneFile, 'utf8')
    await start()
  })
  after(() => lab.close())

  async function check({ more = [] as string[], on = 'relay' as 'relay' | 'visitor', env = {} } = {}): Promise<Checked> {
    const given = on === 'visitor' ? [...flags, '--outside', ...more] : more.length > 0 ? [...flags, ...more] : ['--data', data]
    const options = { timeoutMs: 90_000, env: { LC_ALL: 'en_GB.UTF-8', ...env } }
    const { code, stdout, stderr } = await lab.host(on).exec(RELAY, ['check', '--json', ...given], options)
    assert.match(stdout, /^\{/, stderr)
    const { areas } = JSON.parse(stdout) as { areas: { findings: Checked['findings'] }[] }
    return { code, stderr, findings: areas.flatMap(({ findings }) => findings).filter((each) => !EXPECTED.has(each.code)) }
  }

  /** Something is named: as broken unless told, in a sentence that holds `fact`, with a next step. */
  function names({ code, stderr, findings }: Checked, wanted: string, fact: string, step: RegExp): void {
    const found = findings.find((each) => each.code === wanted)
    assert.ok(found, `${wanted} is not among: ${JSON.stringify(findings, null, 1)}`)
    assert.equal(found.verdict, 'broken')
    assert.ok(found.what.includes(fact), found.what)
    assert.match(found.next, step)
    assert.equal(code, 1)
    assert.match(stderr, /^error check-failed: /m)
  }

  /** The zone above, changed; its server begins with an empty memory. */
  async function parent(change: (zone: string) => string): Promise<void> {
    const pid = Number(readFileSync(join(lab.dir, 'dns', 'named.pid'), 'utf8'))
    process.kill(pid, 'SIGKILL')
    await eventually(() => !existsSync(`/proc/${pid}`))
    writeFileSync(zoneFile, change(goodZone))
    const folder = join(lab.dir, 'dns')
    await startNamed(lab.host('dns'), folder, readFileSync(join(folder, 'named.conf'), 'utf8'))
  }

  it('all is well, seen from the machine itself and from another one', async () => {
    for (const on of ['relay', 'visitor'] as const) {
      const { code, findings, stderr } = await check({ on })
      assert.deepEqual([findings, code], [[], 0], stderr)
    }
  })

  it('in the words of whoever asks', async () => {
    const exec = (locale: string) =>
      lab.host('relay').exec(RELAY, ['check', '--data', data], { timeoutMs: 90_000, env: { LC_ALL: locale } })
    const [english, french] = await Promise.all([exec('en_GB.UTF-8'), exec('fr_FR.UTF-8')])
    assert.match(english.stdout, /^Ports: fine$/m)
    assert.match(french.stdout, /^Les ports: bon$/m)
    assert.match(french.stdout, /Le relais tourne en root/)
  })

  describe('the zone above', () => {
    after(() => parent((zone) => zone))

    // biome-ignore format: a table, a case a line
    const cases: [title: string, change: (zone: string) => string, code: string, fact: string, step: RegExp][] = [
      ['nothing delegated', (zone) => zone.replace(/^relay IN NS.*\n/m, '').replace(/^ns\.relay.*\n/gm, ''), 'delegation-missing', 'relay.test', /relay\.test\. NS ns\.relay\.test\.\nns\.relay\.test\. A 198\.51\.100\.20/],
      ['no glue', (zone) => zone.replace(/^ns\.relay.*\n/gm, ''), 'glue-missing', 'ns.relay.test', /ns\.relay\.test\. AAAA 2001:db8:200::20/],
      ['glue that leads elsewhere', (zone) => zone.replace(/^ns\.relay IN A .*$/m, 'ns.relay IN A 198.51.100.99'), 'glue-wrong', '198.51.100.99', /change the address of ns\.relay\.test/],
      ['another server’s name', (zone) => zone.replace('relay IN NS ns.relay', 'relay IN NS ns'), 'ns-wrong', 'ns.test', /enter ns\.relay\.test as NS/],
      ['a DS record, and nobody who signs', (zone) => `${zone}relay IN DS 12345 13 2 ${'AB'.repeat(32)}\n`, 'ds-unsigned', 'relay.test', /remove the DS record/],
      ['a CAA record for another authority', (zone) => `${zone}@ IN CAA 0 issue "elsewhere.example"\n`, 'caa-forbids', 'elsewhere.example', /test\. CAA 0 issue "/],
    ]
    for (const [title, change, code, fact, step] of cases)
      it(title, async () => {
        await parent(change)
        names(await check(), code, fact, step)
      })
  })

  it('an IPv6 address that is not this machine’s', async () => {
    names(await check({ more: ['--ipv6', '2001:db8:200::99'] }), 'ipv6-not-here', '2001:db8:200::99', /Correct --ipv6/)
  })

  it('a name that still leads to the old machine', async () => {
    names(await check({ more: ['--ipv4', '198.51.100.21'] }), 'address-elsewhere', '198.51.100.20', /an older server/)
  })

  it('a clock that is wrong', async () => {
    const fake = (by: string) => ({ LD_PRELOAD: '/usr/$LIB/faketime/libfaketime.so.1', FAKETIME: by, DONT_FAKE_MONOTONIC: '1' })
    names(await check({ env: fake('+10m') }), 'clock-ahead', ' s ahead of acme.test', /set-ntp true/)
    names(await check({ env: fake('-2y') }), 'clock-behind', ' s behind acme.test', /set-ntp true/)
  })

  it('a firewall that keeps visitors out, seen from another machine', async () => {
    const nft = (rules: string) => must(lab.host('relay'), 'nft', ['-f', '-'], rules)
    const shut = (what: string): string =>
      `table inet shut { chain input { type filter hook input priority 0; iifname != "lo" ${what} drop; }; }`
    await nft(shut('tcp dport 80'))
    names(await check({ on: 'visitor' }), 'port-closed', '198.51.100.20:80', /open port 80/)
    await nft('delete table inet shut')
    // Here a resolver elsewhere tells it.
    await nft(shut('meta l4proto { tcp, udp } th dport 53'))
    await parent((zone) => zone)
    names(await check(), 'zone-unreached', 'relay.test', /Open port 53/)
    await nft('delete table inet shut')
    await parent((zone) => zone)
  })

  it('what it is told while it does not run: that it does not, who has its ports, and what is wrong with its certificate', async () => {
    await relay.stop()
    const stranger = `process.title = process.argv[1]; require('net').createServer().listen(Number(process.argv[2]), process.argv[3], () => console.log('there'))`
    const taker = (title: string, port: number, host: string) =>
      lab.host('relay').spawn(process.execPath, ['-e', stranger, title, String(port), host], { readyPattern: /there/ })
    const takers = await Promise.all([taker('apache2', 80, '0.0.0.0'), taker('systemd-resolve', 53, '127.0.0.53')])
    const authority = await makeAuthority()
    const endedAtMs = Date.now() - DAY_MS
    const pair = await issue(authority, { names: ['relay.test'], notBeforeMs: endedAtMs - 90 * DAY_MS, notAfterMs: endedAtMs })
    const [cert, key] = [join(lab.dir, 'expired.pem'), join(lab.dir, 'expired-key.pem')]
    writeFileSync(cert, pair.certPem)
    writeFileSync(key, pair.keyPem)
    const from = flags.indexOf('--acme-directory')
    flags = flags.slice(0, from)
    const found = await check({ more: ['--tls-cert', cert, '--tls-key', key] })
    names(found, 'not-running', data, /systemctl start/)
    names(found, 'port-taken', 'apache2', /Stop and disable/)
    names(found, 'resolved-holds-53', 'systemd-resolved', /DNSStubListener=no/)
    names(found, 'certificate-expired', new Date(endedAtMs).toISOString().slice(0, 10), /renew them/)
    const missing = await check({ more: ['--tls-cert', join(lab.dir, 'nowhere.pem'), '--tls-key', key] })
    names(missing, 'file-unreadable', 'nowhere.pem', /Correct the path/)
    for (const each of takers) await each.stop()
  })

  it('another web server in its place', async () => {
    await start()
    names(await check({ more: ['--http', '0.0.0.0:81'] }), 'port-closed', ':81', /--http/)
    await lab.startNginx('relay', { address: lab.addresses.relay.ipv4, port: 8080 })
    names(await check({ more: ['--http', '198.51.100.20:8080'] }), 'port-not-ours', 'nginx', /Stop that web server/)
  })
})
