/** The provider of the line gives the home another address, again and again, and names of the owner's own follow: one at a real BIND by signed
 *  updates, which is now and then out of reach, one at a scripted provider of dyndns2, which fails now and then. Counted and printed. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { setTable } from '../../lab/line.ts'
import type { KeptName } from '../../protocol/model/kept-name.ts'
import { keepFindings } from './findings.ts'
import { type House, MARKER, openHouse } from './house.ts'
import { openOwnZone } from './own-zone.ts'

const FAKE = resolve(import.meta.dirname, '..', 'fakes', 'name-provider.ts')
const PORT = 8453
const [FIRST, SECOND] = ['203.0.113.10', '203.0.113.11']
const HOME6 = '2001:db8:1::10'
const DIRECT_NAME = 'home.dyn.test'
const SCRIPTED_NAME = 'scripted.dyn.test'
/** As Free's hd.free.fr, a NAS's or a router's. */
const WATCHED_NAME = 'box.dyn.test'
/** To be right within ten seconds or the provider's own period, whichever is longer; its records live so long besides. */
const BOUND_S = 10
/** Of which the engine knows nothing: the router has the address, and the rule on it is made and proven anew. */
const NOTICED_S = 20
const SCRIPTED_PERIOD_MS = 60_000
/** Nobody reaches the name server's TCP port, by which it takes updates. */
const SHUT = 'chain arriving {\ntype filter hook input priority filter; policy accept;\ntcp dport 53 reject with tcp reset\n}'

interface Asked {
  readonly atMs: number
  readonly address: string
  readonly answer: string
}

/** `failing`: the rounds in which BIND is out of reach. `script`: what befalls the other provider's requests; null: nobody waits for its period. */
export function addressChanges(rounds: number, failing: readonly number[], script: readonly string[] | null): void {
  describe(`names of the owner's own, while the home's address changes (${rounds})`, () => {
    let house: House
    let fake: LabProcess
    let engine: LabProcess
    const found: string[] = []
    const tell = (t: TestContext, told: string): void => {
      found.push(told)
      t.diagnostic(told)
    }
    before(async () => {
      house = await openHouse()
      const { lab } = house
      const { ipv4: dns } = lab.addresses.dns
      const file = (name: string, text: string): string => {
        writeFileSync(join(lab.dir, name), text)
        return join(lab.dir, name)
      }
      const authority = await makeAuthority()
      const { certPem, keyPem } = await issue(authority, { names: [dns] })
      const tsig = `key "${lab.tsig.name}" { algorithm ${lab.tsig.algorithm}; secret "${lab.tsig.secret}"; };`
      const args = [
        file('provider.pem', certPem),
        file('provider-key.pem', keyPem),
        dns,
        String(PORT),
        file('tsig', tsig),
        ...(script ?? []),
      ]
      fake = await lab.host('dns').spawn(process.execPath, [FAKE, ...args], { readyPattern: /ready/ })
      house.engineEnv.NODE_EXTRA_CA_CERTS = file('provider-ca.pem', authority.certPem)
      await house.startRelay()
      engine = await house.startEngine('--relay', await house.relayCode())
      await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
      await house.becomes('mapped', 30_000)
      await eventually(async () => assert.equal((await house.service()).best.ipv6, 'direct'), { timeoutMs: 60_000, everyMs: 200 })
      await house.told(`${dns}\n${tsig}\n\n`, 'name', 'add', DIRECT_NAME, '--provider', 'rfc2136', '--service', 'web')
      await house.told(`${dns}:${PORT}\nme\ns3cret-word\n`, 'name', 'add', SCRIPTED_NAME, '--provider', 'dyndns2', '--service', 'web')
    })
    after(async () => {
      if (script)
        keepFindings(
          'address-changes.json',
          found.map((told) => ({ told })),
        )
      await house.close()
    })

    const standing = async (host: string): Promise<string[]> => {
      const { dns } = house.lab.addresses
      return [...(await house.addresses(host, 'A', dns.ipv4)), ...(await house.addresses(host, 'AAAA', dns.ipv4))]
    }
    const kept = async (host: string): Promise<KeptName> => {
      const { names } = JSON.parse(await house.porchlight('name', 'ls', '--json')) as { names: KeptName[] }
      return names.find((name) => name.host === host) ?? assert.fail(host)
    }
    const sent = (host: string): number =>
      engine
        .stderr()
        .split('\n')
        .filter((line) => /\bname-sent\b/.test(line) && line.includes(host)).length
    const asked = (): Asked[] =>
      fake
        .stdout()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line))
    const becomes = async (host: string, address: string, timeoutMs: number): Promise<number> => {
      const fromMs = performance.now()
      await eventually(async () => assert.deepEqual(await standing(host), [address, HOME6]), { timeoutMs, everyMs: 200 })
      return (performance.now() - fromMs) / 1000
    }

    it('stands with its provider as soon as it is added', async () => {
      await becomes(DIRECT_NAME, FIRST, 60_000)
      await becomes(SCRIPTED_NAME, FIRST, SCRIPTED_PERIOD_MS * 2.5)
      await eventually(async () => assert.deepEqual([(await kept(DIRECT_NAME)).state, (await kept(SCRIPTED_NAME)).state], ['ok', 'ok']), {
        timeoutMs: 60_000,
        everyMs: 500,
      })
    })

    it('shows the service, under a certificate of its own', async () => {
      await eventually(async () => assert.match((await house.visit(`https://${DIRECT_NAME}/`)).body, new RegExp(MARKER)), {
        timeoutMs: 60_000,
        everyMs: 500,
      })
    })

    it('follows each change, with no update too many and none lost, also when its provider fails', async (t) => {
      const seconds: string[] = []
      const before = sent(DIRECT_NAME)
      for (let round = 1; round <= rounds; round++) {
        const fails = failing.includes(round)
        if (fails) await setTable(house.lab.host('dns'), 'shut', SHUT)
        await house.lab.inject(round % 2 === 1 ? 'wan-change' : 'wan-change-back')
        if (fails) {
          await eventually(async () => assert.equal((await kept(DIRECT_NAME)).failure?.problem.code, 'name-not-updated'), {
            timeoutMs: 60_000,
            everyMs: 250,
          })
          await setTable(house.lab.host('dns'), 'shut', false)
        }
        const s = await becomes(DIRECT_NAME, round % 2 === 1 ? SECOND : FIRST, (BOUND_S + NOTICED_S) * 1000)
        // Now and then there is time for the slower one's period.
        if (script && round % 3 === 0) await becomes(SCRIPTED_NAME, round % 2 === 1 ? SECOND : FIRST, SCRIPTED_PERIOD_MS * 2.5)
        seconds.push(`${s.toFixed(1)}${fails ? ' (after a failure)' : ''}`)
        // The publisher itself is bounded by the moment at which the new address was proven.
        await eventually(async () => assert.equal((await kept(DIRECT_NAME)).state, 'ok'), { everyMs: 250 })
      }
      const { history } = await kept(DIRECT_NAME)
      assert.equal(sent(DIRECT_NAME) - before, rounds, `one update for each change: ${JSON.stringify(history)}`)
      assert.equal(history.filter(({ family }) => family === 'ipv4').length, rounds + 1, 'each change is remembered')
      tell(t, `BIND: ${rounds} changes, ${sent(DIRECT_NAME) - before} updates; right after ${seconds.join(', ')} s`)
    })

    it('asks the scripted provider no more often than it allows, and nothing that stands already', async (t) => {
      const last = rounds % 2 === 1 ? SECOND : FIRST
      if (script) await becomes(SCRIPTED_NAME, last, SCRIPTED_PERIOD_MS * 2.5)
      const all = asked()
      const taken = all.filter(({ answer }) => answer === 'good')
      assert.equal(all.filter(({ answer }) => answer === 'nochg').length, 0, 'no update that changes nothing')
      if (script) assert.equal(taken.at(-1)?.address, `${last},${HOME6}`)
      // A connection that broke is no answer, and may be tried again sooner.
      const answered = all.filter(({ answer }) => answer !== 'hang-up').map(({ atMs }) => atMs)
      for (const [at, atMs] of answered.entries())
        assert.ok(
          at === 0 || atMs - (answered[at - 1] ?? 0) >= SCRIPTED_PERIOD_MS - 100,
          `asked again after ${atMs - (answered[at - 1] ?? 0)} ms`,
        )
      const apartS = answered.slice(1).map((atMs, at) => (atMs - (answered[at] ?? 0)) / 1000)
      const apart = apartS.length > 0 ? `, at least ${Math.min(...apartS).toFixed(1)} s apart` : ''
      const failed = all.length - taken.length
      tell(t, `dyndns2: ${all.length} requests, ${taken.length} taken, ${failed} failed by the script${apart}`)
    })

    it('verifies a name that another device keeps, says when it leads elsewhere, and never changes it', async () => {
      const [now, before] = rounds % 2 === 1 ? [SECOND, FIRST] : [FIRST, SECOND]
      const router = await openOwnZone(house)
      const becomes = (state: KeptName['state']): Promise<void> =>
        eventually(async () => assert.equal((await kept(WATCHED_NAME)).state, state), { everyMs: 200 })
      await router.set(`add ${WATCHED_NAME} 1 A ${before}`)
      await house.porchlight('name', 'add', WATCHED_NAME, '--watch', '--service', 'web')
      await becomes('elsewhere')
      const told = async (): Promise<string[]> => (await house.status()).problems.map(({ code }) => code)
      assert.ok((await told()).includes('name-watched-elsewhere'))
      await router.set(`delete ${WATCHED_NAME} A`, `add ${WATCHED_NAME} 1 A ${now}`)
      await house.porchlight('name', 'test', WATCHED_NAME)
      await becomes('ok')
      assert.ok(!(await told()).includes('name-watched-elsewhere'))
      assert.deepEqual([sent(WATCHED_NAME), await standing(WATCHED_NAME)], [0, [now]])
      await house.porchlight('name', 'rm', WATCHED_NAME)
      assert.deepEqual(await standing(WATCHED_NAME), [now], 'it is not ours to take away')
    })

    it('shows nothing secret, and goes with its record', async () => {
      const told = [
        engine.stderr(),
        engine.stdout(),
        await house.porchlight('name', 'ls', '--json'),
        await house.porchlight('status', '--json'),
      ].join('\n')
      assert.ok(!told.includes(house.lab.tsig.secret) && !told.includes('s3cret-word'))
      await house.porchlight('name', 'rm', DIRECT_NAME)
      assert.deepEqual(await standing(DIRECT_NAME), [])
      assert.deepEqual(
        (await house.status()).ownNames.map(({ host }) => host),
        [SCRIPTED_NAME],
      )
    })
  })
}
