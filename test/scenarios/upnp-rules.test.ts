import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Mapping } from '../../engine/gateway/gateway.ts'
import { createLab, type Lab } from '../../lab/lab.ts'
import type { Errand, Step } from './ask-upnp.ts'
import { HEARD, hearsNothing, INNER_PORT, listenAtHome, onEachBuild, visit } from './router-talk.ts'
import { mapped, talk } from './upnp-talk.ts'

const PORT = 22_124

const lines = (lab: Lab, ...steps: Step[]): Errand => ({
  find: 'lines',
  gatewayAddress: lab.addresses.router.ipv4,
  localAddress: lab.addresses.home.ipv4,
  steps,
})

const wanted = (lab: Lab, protocol: 'tcp' | 'udp', externalPort: number, more: Partial<Mapping> = {}): Mapping => ({
  protocol,
  internalAddress: lab.addresses.home.ipv4,
  internalPort: INNER_PORT,
  externalPort,
  lifetimeS: 3_600,
  description: 'Porchlight',
  via: 'upnp',
  ...more,
})

async function takenByServer({ host, addresses }: Lab, port: number): Promise<void> {
  const args = ['-u', addresses.upnpDescription, '-e', 'NAS', '-a', addresses.server.ipv4, String(port), String(port), 'UDP', '3600']
  assert.equal((await host('server').exec('upnpc', args)).code, 0)
}

onEachBuild('UPnP rules', (story) => {
  story('a taken port: another where any will do, a conflict with its owner where not', async (lab) => {
    await takenByServer(lab, PORT)
    const any: Step = { do: 'map', mapping: wanted(lab, 'udp', PORT, { exactPort: false }) }
    const exact: Step = { do: 'map', mapping: wanted(lab, 'udp', PORT) }
    const { outcomes } = await talk(lab, lines(lab, any, exact))
    const mapping = mapped(outcomes[0])
    assert.ok(mapping.externalPort !== PORT && mapping.internalPort === INNER_PORT, JSON.stringify(mapping))
    assert.equal(await visit(lab, 'udp', lab.addresses.wan.ipv4, mapping.externalPort), HEARD)
    assert.deepEqual(outcomes[1], { fault: 'conflict', wire: 718 })
    const renewed = await talk(lab, lines(lab, { do: 'map', mapping }, { do: 'map', mapping }, { do: 'unmap', mapping }))
    assert.deepEqual([mapped(renewed.outcomes[1]).externalPort, renewed.outcomes[2]], [mapping.externalPort, { ok: null }])
    assert.deepEqual(
      lab.router.mappings().map(({ description }) => description),
      ['NAS'],
    )
  })

  story('the table shows everybody’s rules, those of an earlier start of ours among them', async (lab) => {
    await takenByServer(lab, PORT)
    await talk(lab, lines(lab, { do: 'map', mapping: wanted(lab, 'tcp', 443) }))
    const { outcomes } = await talk(lab, lines(lab, { do: 'rules' }, { do: 'unmap', mapping: wanted(lab, 'tcp', 443) }))
    const rules = mapped(outcomes[0]) as unknown as { description: string }[]
    const found = rules.find(({ description }) => description === 'Porchlight')
    const { leaseS, ...rule } = found as unknown as Record<string, unknown>
    assert.deepEqual(rule, {
      protocol: 'tcp',
      externalPort: 443,
      internalAddress: lab.addresses.home.ipv4,
      internalPort: INNER_PORT,
      remoteHost: '',
      enabled: true,
      description: 'Porchlight',
    })
    assert.ok(Number(leaseS) > 3_000 && Number(leaseS) <= 3_600, String(leaseS))
    assert.ok(rules.some(({ description }) => description === 'NAS'))
  })
})

describe('UPnP through two routers', () => {
  it('both open the way, one behind the other, and the visitor comes through', async () => {
    const lab = await createLab({ personality: 'double-nat' })
    try {
      await listenAtHome(lab)
      const inner = await talk(lab, lines(lab, { do: 'address' }, { do: 'map', mapping: wanted(lab, 'tcp', 40_443) }))
      const routerAddress = lab.addresses.wan.ipv4
      assert.deepEqual(inner.outcomes[0], { ok: routerAddress })
      const chained = wanted(lab, 'tcp', 443, { internalAddress: routerAddress, internalPort: mapped(inner.outcomes[1]).externalPort })
      const upstream = (...steps: Step[]): Errand => ({
        find: 'lines',
        gatewayAddress: '192.168.0.1',
        localAddress: lab.addresses.home.ipv4,
        upstream: { routerAddress },
        steps,
      })
      const outer = await talk(lab, upstream({ do: 'address' }, { do: 'map', mapping: chained }, { do: 'inspect', mapping: chained }))
      assert.equal(outer.found?.address, '192.168.0.1')
      // A second or two of the lease have gone by when the table is asked what was granted.
      const { lifetimeS, ...granted } = mapped(outer.outcomes[1])
      assert.ok(lifetimeS > 3_000 && lifetimeS <= chained.lifetimeS, String(lifetimeS))
      assert.deepEqual(
        [outer.outcomes[0], { ...granted, lifetimeS: chained.lifetimeS }, outer.outcomes[2]],
        [{ ok: '203.0.113.10' }, chained, { ok: 'present' }],
      )
      assert.equal(await visit(lab, 'tcp', '203.0.113.10', 443), HEARD)
      assert.deepEqual((await talk(lab, upstream({ do: 'unmap', mapping: chained }))).outcomes, [{ ok: null }])
      await hearsNothing(lab, 'tcp', '203.0.113.10', 443)
    } finally {
      await lab.close()
    }
  })
})
