/** A home whose way to the relay is shut, bent or watched: how visitors still come, what its owner is told, and that it comes back by itself. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { setTable } from '../../lab/line.ts'
import { FAULT_ROOTS } from '../roots.ts'
import { areCauses } from './causes.ts'
import { type House, MARKER, openHouse, type Status } from './house.ts'

/** The snapshot, once this is true of it. */
const status = (house: House, is: (status: Status) => void, timeoutMs = 60_000): Promise<Status> =>
  eventually(
    async () => {
      const now = await house.status()
      is(now)
      return now
    },
    { timeoutMs, everyMs: 200 },
  )
const connectedBy =
  (transport: string) =>
  ({ relay, problems }: Status): void =>
    assert.deepEqual([relay.state, relay.transport], ['connected', transport], JSON.stringify(problems))
const tells =
  (code: string) =>
  ({ relay, problems }: Status): void =>
    assert.ok(relay.state !== 'connected' && problems.some((problem) => problem.code === code), JSON.stringify([relay, problems]))

describe('detours', { concurrency: 2 }, () => {
  describe('a network that lets nothing out but to its web proxy', { concurrency: 1 }, () => {
    let house: House
    let proxy: string
    before(async () => {
      house = await openHouse({ upnp: false })
      proxy = await house.lab.startWebProxy()
      await house.startRelay()
      await house.lab.inject('proxy-alone')
    })
    after(() => house.close())

    it('tells that nobody beyond the router answers where it knows of no proxy', async () => {
      const engine = await house.startEngine('--relay', await house.relayCode())
      await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
      await areCauses(house, [FAULT_ROOTS['proxy-alone'], 'gateway-silent'], 60_000)
      await engine.stop()
    })

    it('tells what the proxy wants where its settings lack the name and the password', async () => {
      house.engineEnv.HTTPS_PROXY = proxy.replace(/\/\/.*@/, '//')
      const engine = await house.startEngine('--relay', await house.relayCode())
      const { problems } = await status(house, tells('proxy-refused'))
      const refusal = problems.find(({ code }) => code === 'proxy-refused')
      assert.deepEqual([refusal?.params.address, refusal?.params.reason], ['198.51.100.153:3128', '407'])
      assert.match(`${refusal?.cause} ${refusal?.remedy}`, /wants a name and a password.*HTTPS_PROXY/s)
      await engine.stop()
    })

    it('is reached through it, with a certificate that was asked for through it', async () => {
      house.engineEnv.HTTPS_PROXY = proxy
      const engine = await house.startEngine('--relay', await house.relayCode())
      await status(house, connectedBy('proxy'))
      const service = await house.becomes('tunnel')
      assert.match((await house.visit(service.publicUrl ?? '')).body, new RegExp(MARKER))
      assert.match(await house.porchlight('status'), /relay\.test.*through a proxy/)
      // The password is the proxy's alone.
      assert.doesNotMatch(engine.stdout() + engine.stderr() + (await house.porchlight('status', '--json')), /s3cret/)
    })

    it('goes straight to the relay once that is possible, and visitors come that way', async () => {
      const { publicUrl } = await house.service()
      await house.lab.inject('all-may-go-out')
      await status(house, connectedBy('direct'))
      assert.match((await house.visit(publicUrl ?? '')).body, new RegExp(MARKER))
      await house.becomes('tunnel')
    })
  })

  describe('a way to the relay that is shut or watched', { concurrency: 1 }, () => {
    let house: House
    let engine: LabProcess
    before(async () => {
      house = await openHouse({ upnp: false })
      await house.startRelay()
      engine = await house.startEngine('--relay', await house.relayCode())
      await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
      await house.becomes('tunnel')
    })
    after(() => house.close())

    it('port 443 swallows everything: noticed within seconds without traffic, and told as what it is', async () => {
      await house.lab.inject('port-443-shut')
      const shutAtMs = Date.now()
      const { problems } = await status(house, tells('relay-blocked'))
      await areCauses(house, [FAULT_ROOTS['port-443-shut'], 'gateway-silent'])
      // As the engine noted it: a status command takes its time on a busy machine.
      const [, lostAt = ''] = /^(\S+) relay-lost /m.exec(engine.stderr()) ?? []
      const noticedMs = Date.parse(lostAt) - shutAtMs
      console.log(`lost tunnel noticed after ${noticedMs} ms, called blocked after ${Date.now() - shutAtMs} ms`)
      // 7 s, counted by the lane's own turns (wire/lane-liveness.test.ts); TCP by itself would take a quarter of an hour.
      assert.ok(noticedMs < 30_000, `${noticedMs} ms`)
      assert.match(
        problems.find(({ code }) => code === 'relay-blocked')?.remedy ?? '',
        /allow outgoing TCP connections to relay\.test, port 443/,
      )
      await house.lab.inject('all-may-go-out')
      await status(house, connectedBy('direct'))
      await house.becomes('tunnel')
    })

    it('who opens TLS on the way is told of, and no link goes through his hands; when he is gone it goes on', async () => {
      const { lab } = house
      const certificate = await lab.relayCertificate()
      const script = join(import.meta.dirname, 'inspector.ts')
      const args = [script, '8443', certificate.certFile, certificate.keyFile, lab.addresses.relay.ipv4]
      const inspector = await lab.host('router').spawn(process.execPath, args, { readyPattern: /inspecting/ })
      await setTable(
        lab.host('router'),
        'inspection',
        `chain arriving {
        type nat hook prerouting priority dstnat - 5; policy accept;
        iifname "br-lan" tcp dport 443 redirect to :8443
      }`,
      )
      // What stands would go on past him.
      await lab.inject('port-443-shut')
      await status(house, ({ relay }) => assert.notEqual(relay.state, 'connected'))
      await lab.inject('all-may-go-out')
      const { problems } = await status(house, tells('tls-inspected'))
      assert.match(problems.find(({ code }) => code === 'tls-inspected')?.remedy ?? '', /exception/)
      await setTable(lab.host('router'), 'inspection', false)
      await inspector.stop()
      await status(house, connectedBy('direct'))
      await house.becomes('tunnel')
    })
  })
})
