/** Certificates from a real directory, by each way that a name can be proven, over each way into the house. A fifth of the directory's answers
 *  is a nonce refused. A part of `npm run proof`; one address is in every run (test/scenarios/foundation.test.ts). */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { setTable } from '../../lab/line.ts'
import type { CertificateView } from '../../protocol/snapshot.ts'
import { type House, MARKER, openHouse } from '../scenarios/house.ts'

const [FOUR, SIX] = ['203.0.113.10', '2001:db8:1::10']

describe('names of one’s own, and bare addresses', () => {
  let house: House
  before(async () => {
    house = await openHouse({ nonceRejectPercent: 20 })
    await house.startRelay()
    const { acmeDirectory } = house.lab.addresses
    await house.startEngine('--relay', await house.relayCode(), '--acme-staging', acmeDirectory)
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    await publish('four.dyn.test A 203.0.113.10', 'six.dyn.test AAAA 2001:db8:1::10', 'both.dyn.test A 203.0.113.10')
    await publish('both.dyn.test AAAA 2001:db8:1::10', 'half.dyn.test A 203.0.113.10', 'half.dyn.test A 198.18.0.10')
  })
  after(() => house.close())

  /** At the name server of the lab, as their owner does elsewhere. */
  async function publish(...records: string[]): Promise<void> {
    const { name, algorithm, secret } = house.lab.tsig
    const lines = ['server 127.0.0.1', ...records.map((record) => `update add ${record.replace(' ', ' 5 ')}`), 'send', '']
    const ask = `printf '${lines.join('\\n')}' | nsupdate -y ${algorithm}:${name}:${secret}`
    const { code, stderr } = await house.lab.host('dns').exec('sh', ['-c', ask])
    assert.equal(code, 0, stderr)
  }
  const certificate = async (name: string): Promise<CertificateView | undefined> =>
    (await house.status()).certificates.find((one) => one.name === name)
  const becomesValid = (name: string): Promise<unknown> =>
    eventually(async () => assert.equal((await certificate(name))?.state, 'valid', JSON.stringify(await certificate(name))), {
      timeoutMs: 25_000,
      everyMs: 200,
    })

  it('at the relay’s name by DNS, over the tunnel, before any port is open', async () => {
    const { publicUrl } = await eventually(
      async () => {
        const service = await house.service()
        assert.notEqual(service.publicUrl, null)
        return service
      },
      { timeoutMs: 20_000 },
    )
    const domain = new URL(publicUrl ?? '').hostname.replace(/^web\./, '')
    await becomesValid(`*.${domain}`)
    assert.match((await house.porchlight('certificate', 'ls')).trim(), /Pebble/)
  })

  it('by tls-alpn-01 over IPv4, over IPv6, and over both', async () => {
    await house.becomes('mapped', 30_000)
    await eventually(async () => assert.equal((await house.service()).best.ipv6, 'direct'), { timeoutMs: 20_000, everyMs: 200 })
    for (const name of ['four.dyn.test', 'six.dyn.test', 'both.dyn.test'])
      await house.porchlight('certificate', 'add', name, '--service', 'web')
    for (const [name, via] of [
      ['four.dyn.test', FOUR],
      ['six.dyn.test', SIX],
      ['both.dyn.test', null],
    ] as const) {
      await becomesValid(name)
      const visit = await house.visit(`https://${name}/`)
      assert.match(visit.body, new RegExp(MARKER))
      if (via) assert.equal(visit.via, via)
    }
  })

  it('for the bare addresses, to which browsers come without a name; who asks for another name finds the door closed', async () => {
    for (const family of ['ipv4', 'ipv6']) await house.porchlight('certificate', 'add', family, '--service', 'web')
    for (const [address, url] of [
      [FOUR, `https://${FOUR}/`],
      [SIX, `https://[${SIX}]/`],
    ] as const) {
      await becomesValid(address)
      assert.match((await house.visit(url, '--globoff')).body, new RegExp(MARKER))
      const stranger = ['-sk', '--max-time', '5', '--resolve', `other.test:443:${address}`, 'https://other.test/']
      assert.notEqual((await house.lab.host('visitor').exec('curl', stranger)).code, 0)
    }
  })

  it('by http-01, over both families, where tls-alpn-01 is not let through; port 80 is open for no longer than the order', async () => {
    const { lab } = house
    await setTable(
      lab.host('dns'),
      'unlucky',
      `chain leaving { type filter hook output priority 0; policy accept;
  ip daddr ${FOUR} tcp dport 443 reject with tcp reset
  ip6 daddr ${SIX} tcp dport 443 reject with tcp reset
}`,
    )
    await publish('web.dyn.test A 203.0.113.10', 'web.dyn.test AAAA 2001:db8:1::10')
    await house.porchlight('certificate', 'add', 'web.dyn.test', '--service', 'web')
    await becomesValid('web.dyn.test')
    assert.match((await house.visit('https://web.dyn.test/')).body, new RegExp(MARKER))
    await setTable(lab.host('dns'), 'unlucky', false)
    await eventually(async () => assert.ok(!lab.router.mappings().some(({ externalPort }) => externalPort === 80)))
  })

  it('and none for a name of which one address leads elsewhere: nobody is asked', async () => {
    await house.porchlight('certificate', 'add', 'half.dyn.test', '--service', 'web')
    await eventually(async () => assert.equal((await certificate('half.dyn.test'))?.failure?.problem.code, 'name-elsewhere'), {
      timeoutMs: 10_000,
      everyMs: 200,
    })
    await house.porchlight('certificate', 'remove', 'half.dyn.test')
  })

  it('a trial of the whole order says each step', async () => {
    const said = await house.porchlight('certificate', 'test')
    assert.match(said, /The proof for .* is there \(dns-01\)/)
    assert.match(said, /All is well/)
  })

  it('go on without any relay', async () => {
    await house.porchlight('leave', 'https://relay.test')
    for (const url of ['https://four.dyn.test/', `https://${FOUR}/`, `https://[${SIX}]/`])
      assert.match((await house.visit(url, '--globoff')).body, new RegExp(MARKER))
    assert.equal((await house.service()).publicUrl, 'https://four.dyn.test/')
  })
})
