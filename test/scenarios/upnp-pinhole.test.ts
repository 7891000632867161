import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Mapping } from '../../engine/gateway/gateway.ts'
import { createLab, type Lab } from '../../lab/lab.ts'
import type { Errand, Step } from './ask-upnp.ts'
import { HEARD, hearsNothing, INNER_PORT, onEachBuild, visit } from './router-talk.ts'
import { mapped, talk } from './upnp-talk.ts'

const PLACE = { port: 5_000, path: '/rootDesc.xml' }

const pinholes = (lab: Lab, ...steps: Step[]): Extract<Errand, { find: 'pinholes' }> => ({
  find: 'pinholes',
  gateway: { address: lab.addresses.router.ipv6, interfaceName: 'eth0' },
  localAddress: lab.addresses.home.ipv6,
  steps,
})

const wanted = (lab: Lab, protocol: 'tcp' | 'udp', port: number): Mapping => ({
  protocol,
  internalAddress: lab.addresses.home.ipv6,
  internalPort: port,
  externalPort: port,
  lifetimeS: 3_600,
  description: 'Porchlight',
  via: 'upnp',
})

async function linkLocalOf(lab: Lab, host: 'router' | 'home', interfaceName: string): Promise<string> {
  const { stdout } = await lab.host(host).exec('ip', ['-6', '-o', 'address', 'show', 'dev', interfaceName, 'scope', 'link'])
  const [, address] = /inet6 (fe80:[^/]+)/.exec(stdout) ?? []
  assert.ok(address, stdout)
  return address
}

onEachBuild('UPnP pinholes', (story) => {
  for (const protocol of ['tcp', 'udp'] as const)
    story(`a ${protocol.toUpperCase()} pinhole lets the visitor in over IPv6, is renewed, looked at, and gone again`, async (lab) => {
      const home = lab.addresses.home.ipv6
      const visitor = () => visit(lab, protocol, home, INNER_PORT)
      await hearsNothing(lab, protocol, home, INNER_PORT)
      const request = wanted(lab, protocol, INNER_PORT)
      const { found, outcomes } = await talk(lab, pinholes(lab, { do: 'map', mapping: request }, { do: 'address' }))
      assert.deepEqual(found, { address: lab.addresses.router.ipv6, name: 'Debian router' })
      const mapping = mapped(outcomes[0])
      assert.deepEqual([mapping, outcomes[1]], [{ ...request, ruleId: mapping.ruleId }, { ok: home }])
      assert.equal(await visitor(), HEARD)
      // Another program, with what the first one has written down.
      const again = await talk(lab, {
        ...pinholes(lab, { do: 'map', mapping }, { do: 'inspect', mapping }),
        find: 'pinholes',
        place: PLACE,
      })
      assert.deepEqual(again.outcomes, [{ ok: mapping }, { ok: 'present' }])
      assert.equal(await visitor(), HEARD)
      const gone = await talk(lab, pinholes(lab, { do: 'unmap', mapping }, { do: 'inspect', mapping }, { do: 'unmap', mapping }))
      assert.deepEqual(gone.outcomes, [{ ok: null }, { ok: 'absent' }, { ok: null }])
      await hearsNothing(lab, protocol, home, INNER_PORT)
    })

  story('the router is the same by its link-local address, as home routers announce themselves', async (lab) => {
    const gateway = { address: await linkLocalOf(lab, 'router', 'br-lan'), interfaceName: 'eth0' }
    const step: Step = { do: 'map', mapping: wanted(lab, 'tcp', INNER_PORT) }
    for (const place of [undefined, PLACE]) {
      const { found, outcomes } = await talk(lab, { ...pinholes(lab, step), gateway, ...(place && { place }) })
      assert.equal(found?.address, gateway.address)
      assert.equal(await visit(lab, 'tcp', lab.addresses.home.ipv6, INNER_PORT), HEARD)
      await talk(lab, { ...pinholes(lab, { do: 'unmap', mapping: mapped(outcomes[0]) }), gateway })
    }
  })

  story('below port 1024 it refuses with 606, and the reason is told', async (lab) => {
    const { outcomes } = await talk(lab, pinholes(lab, { do: 'map', mapping: wanted(lab, 'tcp', 443) }))
    assert.deepEqual(outcomes, [{ fault: 'refused', wire: 606, reason: 'low-port' }])
  })

  story('a pinhole whose number was lost in a crash is closed all the same', async (lab) => {
    const mapping = wanted(lab, 'tcp', INNER_PORT)
    await talk(lab, pinholes(lab, { do: 'map', mapping }))
    assert.equal(await visit(lab, 'tcp', lab.addresses.home.ipv6, INNER_PORT), HEARD)
    assert.deepEqual((await talk(lab, pinholes(lab, { do: 'unmap', mapping }))).outcomes, [{ ok: null }])
    await hearsNothing(lab, 'tcp', lab.addresses.home.ipv6, INNER_PORT)
  })

  story('after a reboot the number is nobody’s, and renewing opens it anew', async (lab) => {
    const mapping = mapped((await talk(lab, pinholes(lab, { do: 'map', mapping: wanted(lab, 'tcp', INNER_PORT) }))).outcomes[0])
    await lab.inject('router-reboot')
    const { outcomes } = await talk(lab, pinholes(lab, { do: 'inspect', mapping }, { do: 'map', mapping }))
    assert.deepEqual(outcomes[0], { ok: 'absent' })
    assert.equal(await visit(lab, 'tcp', lab.addresses.home.ipv6, INNER_PORT), HEARD)
    await talk(lab, pinholes(lab, { do: 'unmap', mapping: mapped(outcomes[1]) }))
  })
})

describe('routers without pinholes', () => {
  it('an IGD:1 has no such service', async () => {
    const lab = await createLab({ personality: 'upnp-v1' })
    try {
      assert.equal((await talk(lab, { ...pinholes(lab), searchMs: 3000 })).found, null)
    } finally {
      await lab.close()
    }
  })
})
