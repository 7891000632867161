import assert from 'node:assert/strict'
import { mapByPcp } from '../../lab/clients.fixture.ts'
import { eventually } from '../../lab/eventually.ts'
import { ask, HEARD, hearsNothing, INNER_PORT, keep, onEachBuild, type Speaker, visit, wanted } from './router-talk.ts'

onEachBuild('PCP', (story) => {
  const ipv4: Speaker = { via: 'pcp', family: 'ipv4' }
  const ipv6: Speaker = { via: 'pcp', family: 'ipv6' }

  for (const protocol of ['tcp', 'udp'] as const) {
    story(`a ${protocol.toUpperCase()} port over IPv4: mapped, visited, renewed, looked at, and gone again`, async (lab) => {
      const mapping = wanted(lab, 'ipv4', protocol, 9001)
      assert.deepEqual(await ask(lab, ipv4, { do: 'address' }, { do: 'map', mapping }, { do: 'address' }), [
        { ok: null },
        { ok: { ...mapping, externalAddress: '203.0.113.10' } },
        { ok: '203.0.113.10' },
      ])
      assert.equal(await visit(lab, protocol, lab.addresses.wan.ipv4, 9001), HEARD)
      assert.deepEqual(
        lab.router.mappings().map(({ internalAddress, internalPort, externalPort }) => [internalAddress, internalPort, externalPort]),
        [['192.168.1.10', INNER_PORT, 9001]],
      )
      // Another program, with the nonce that the first one kept.
      const again = await ask(
        lab,
        ipv4,
        { do: 'map', mapping },
        { do: 'inspect', mapping },
        { do: 'unmap', mapping },
        { do: 'unmap', mapping },
      )
      assert.deepEqual(again.slice(1), [{ ok: 'present' }, { ok: null }, { ok: null }])
      assert.deepEqual(lab.router.mappings(), [])
      await hearsNothing(lab, protocol, lab.addresses.wan.ipv4, 9001)
    })

    story(`a ${protocol.toUpperCase()} pinhole over IPv6: opened, visited, renewed, looked at, and gone again`, async (lab) => {
      const home = lab.addresses.home.ipv6
      const mapping = wanted(lab, 'ipv6', protocol, INNER_PORT)
      await hearsNothing(lab, protocol, home, INNER_PORT)
      assert.deepEqual(await ask(lab, ipv6, { do: 'map', mapping }), [{ ok: { ...mapping, externalAddress: home } }])
      assert.equal(await visit(lab, protocol, home, INNER_PORT), HEARD)
      const again = await ask(lab, ipv6, { do: 'map', mapping }, { do: 'inspect', mapping })
      assert.deepEqual(again[1], { ok: 'present' })
      assert.equal(await visit(lab, protocol, home, INNER_PORT), HEARD)
      assert.deepEqual(await ask(lab, ipv6, { do: 'unmap', mapping }, { do: 'unmap', mapping }), [{ ok: null }, { ok: null }])
      await hearsNothing(lab, protocol, home, INNER_PORT)
    })
  }

  story('a pinhole below 1024, which UPnP refuses, asked for at the address by which the router announces itself', async (lab) => {
    const { stdout } = await lab.host('router').exec('ip', ['-6', 'address', 'show', 'dev', 'br-lan', 'scope', 'link'])
    const [linkLocal] = /fe80:[0-9a-f:]+/.exec(stdout) ?? []
    const mapping = wanted(lab, 'ipv6', 'tcp', 443, 443)
    const speaker = { ...ipv6, gatewayAddress: `${linkLocal}%eth0` }
    const [opened, closed] = await ask(lab, speaker, { do: 'map', mapping }, { do: 'unmap', mapping })
    assert.deepEqual([opened, closed], [{ ok: { ...mapping, externalAddress: lab.addresses.home.ipv6 } }, { ok: null }])
  })

  story('a rule whose nonce was lost can no longer be taken back, only with the nonce', async (lab) => {
    const mapping = wanted(lab, 'ipv4', 'tcp', 9002)
    await ask(lab, ipv4, { do: 'map', mapping })
    assert.deepEqual(await ask(lab, { ...ipv4, nonces: 'lost' }, { do: 'unmap', mapping }), [{ fault: 'refused', wire: 2 }])
    assert.deepEqual(await ask(lab, ipv4, { do: 'unmap', mapping }), [{ ok: null }])
  })

  story('a port that another machine holds: another is granted, and what we had there is foreign', async (lab) => {
    const { server, upnpDescription } = lab.addresses
    const taken = await lab.host('server').exec('upnpc', ['-u', upnpDescription, '-a', server.ipv4, '80', '9003', 'TCP', '3600'])
    assert.equal(taken.code, 0, taken.stdout)
    const mapping = wanted(lab, 'ipv4', 'tcp', 9003)
    const [inspected, mapped] = await ask(lab, ipv4, { do: 'inspect', mapping }, { do: 'map', mapping }, { do: 'unmap', mapping })
    assert.deepEqual(inspected, { ok: 'foreign' })
    assert.deepEqual(mapped, { ok: { ...mapping, externalPort: 9004, externalAddress: '203.0.113.10' } })
    assert.deepEqual(
      lab.router.mappings().map(({ internalAddress }) => internalAddress),
      [server.ipv4],
    )
  })

  for (const [speaker, address] of [
    [ipv4, '203.0.113.10'],
    [ipv6, '2001:db8:1::10'],
  ] as const)
    story(`a router that restarts says so over ${speaker.family}, and the rules are made anew`, async (lab) => {
      const mapping = wanted(lab, speaker.family, 'tcp', INNER_PORT)
      const keeper = await keep(lab, speaker, { do: 'map', mapping })
      assert.equal(await visit(lab, 'tcp', address, INNER_PORT), HEARD)
      // Clocks may be two seconds apart (RFC 6887 §8.5): a restart sooner than that after the one before looks like none.
      await eventually(async () => assert.ok(Number((await mapByPcp(lab, lab.addresses.router.ipv4, 9100))?.epochS) >= 4))
      await lab.router.removeMappings()
      await keeper.waitForOutput(/"restarted":1/)
      assert.equal(await visit(lab, 'tcp', address, INNER_PORT), HEARD)
      await keeper.stop()
      await ask(lab, speaker, { do: 'unmap', mapping })
    })
})
