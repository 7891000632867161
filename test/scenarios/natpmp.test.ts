import assert from 'node:assert/strict'
import { ask, HEARD, hearsNothing, keep, onEachBuild, type Speaker, visit, wanted } from './router-talk.ts'

onEachBuild('NAT-PMP', (story) => {
  const speaker: Speaker = { via: 'natpmp', family: 'ipv4' }

  for (const protocol of ['tcp', 'udp'] as const)
    story(`a ${protocol.toUpperCase()} port: mapped, visited, renewed, looked at, and gone again`, async (lab) => {
      const mapping = { ...wanted(lab, 'ipv4', protocol, 9001), via: 'natpmp' as const }
      assert.deepEqual(await ask(lab, speaker, { do: 'address' }, { do: 'map', mapping }), [{ ok: '203.0.113.10' }, { ok: mapping }])
      assert.equal(await visit(lab, protocol, lab.addresses.wan.ipv4, 9001), HEARD)
      const again = await ask(
        lab,
        speaker,
        { do: 'map', mapping },
        { do: 'inspect', mapping },
        { do: 'unmap', mapping },
        { do: 'unmap', mapping },
      )
      assert.deepEqual(again, [{ ok: mapping }, { ok: 'present' }, { ok: null }, { ok: null }])
      assert.deepEqual(lab.router.mappings(), [])
      await hearsNothing(lab, protocol, lab.addresses.wan.ipv4, 9001)
    })

  story('taking one rule away leaves the others alone, whichever ports they have', async (lab) => {
    const first = wanted(lab, 'ipv4', 'tcp', 9001)
    const second = wanted(lab, 'ipv4', 'tcp', 8080, 9001)
    await ask(lab, speaker, { do: 'map', mapping: first }, { do: 'map', mapping: second }, { do: 'unmap', mapping: first })
    assert.deepEqual(
      lab.router.mappings().map(({ externalPort }) => externalPort),
      [8080],
    )
    await ask(lab, speaker, { do: 'unmap', mapping: second })
  })

  story('a port that another machine holds: another is granted, and what we had there is foreign', async (lab) => {
    const { server, upnpDescription } = lab.addresses
    const taken = await lab.host('server').exec('upnpc', ['-u', upnpDescription, '-a', server.ipv4, '80', '9003', 'TCP', '3600'])
    assert.equal(taken.code, 0, taken.stdout)
    const mapping = { ...wanted(lab, 'ipv4', 'tcp', 9003), via: 'natpmp' as const }
    const outcomes = await ask(lab, speaker, { do: 'inspect', mapping }, { do: 'map', mapping }, { do: 'unmap', mapping })
    assert.deepEqual(outcomes, [{ ok: 'foreign' }, { ok: { ...mapping, externalPort: 9004 } }, { ok: null }])
    assert.deepEqual(
      lab.router.mappings().map(({ internalAddress }) => internalAddress),
      [server.ipv4],
    )
  })

  story('a router whose line is down has no address', async (lab) => {
    await lab.router.wanDown()
    assert.deepEqual(await ask(lab, speaker, { do: 'address' }), [{ ok: null }])
    await lab.router.wanUp()
    assert.deepEqual(await ask(lab, speaker, { do: 'address' }), [{ ok: '203.0.113.10' }])
  })

  story('a router that restarts says so, and the rules are made anew', async (lab) => {
    const mapping = wanted(lab, 'ipv4', 'udp', 9005)
    const keeper = await keep(lab, speaker, { do: 'map', mapping })
    await lab.router.removeMappings()
    await keeper.waitForOutput(/"restarted":1/)
    assert.equal(await visit(lab, 'udp', lab.addresses.wan.ipv4, 9005), HEARD)
    await keeper.stop()
  })
})
