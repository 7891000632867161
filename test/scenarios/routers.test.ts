import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { must } from '../../lab/host.ts'
import type { Lab } from '../../lab/lab.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

const RELAY = '198.51.100.20'

async function inHouse(
  { upnp, before }: { upnp: boolean; before?: (lab: Lab) => Promise<void> },
  story: (house: House) => Promise<void>,
): Promise<void> {
  const house = await openHouse({ upnp })
  try {
    await before?.(house.lab)
    await house.startRelay()
    await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    await story(house)
  } finally {
    await house.close()
  }
}

async function takenByServer({ host, addresses }: Lab): Promise<void> {
  await must(host('server'), 'upnpc', ['-u', addresses.upnpDescription, '-a', addresses.server.ipv4, '443', '443', 'TCP', '3600'])
}

describe('routers that do not help', () => {
  it('UPnP off: the tunnel alone carries everything, and the state says what its owner could do', () =>
    inHouse({ upnp: false }, async (house) => {
      const service = await house.becomes('tunnel')
      await eventually(async () => assert.equal((await house.service()).best.ipv6, 'tunnel'))
      const page = await house.visit(service.publicUrl ?? '', '-4')
      assert.deepEqual([page.status, page.via], [200, RELAY])
      assert.match(page.body, new RegExp(MARKER))
      assert.match((await house.visit(service.publicUrl ?? '', '-6')).body, new RegExp(MARKER))
      await eventually(async () => {
        const { problems, gateway } = await house.status()
        assert.deepEqual(
          problems.map(({ code, severity }) => [code, severity]),
          [
            ['gateway-silent', 'info'],
            ['forward-by-hand', 'info'],
          ],
        )
        assert.match(problems[0]?.remedy ?? '', /192\.168\.1\.1.*UPnP/)
        assert.deepEqual(gateway.protocols, [])
      })
    }))

  it('a router that lists a rule but forwards nothing: never shown as direct, made anew once, then left be', () =>
    inHouse({ upnp: false }, async (house) => {
      await house.lab.router.lieAboutMappings(true)
      await house.lab.router.setUpnp(true)
      await eventually(
        async () =>
          assert.deepEqual(
            (await house.status()).problems.map(({ code }) => code),
            ['mapping-unreachable'],
          ),
        { timeoutMs: 60_000, everyMs: 250 },
      )
      const service = await house.becomes('tunnel')
      assert.deepEqual(await house.addresses(hostOf(service)), [RELAY])
    }))

  it('another machine holds port 443: its rule is left alone, and the tunnel serves', () =>
    inHouse({ upnp: true, before: takenByServer }, async (house) => {
      await eventually(
        async () => {
          const { problems } = await house.status()
          assert.ok(
            problems.some(({ code }) => code === 'gateway-conflict'),
            JSON.stringify(problems),
          )
        },
        { timeoutMs: 40_000 },
      )
      await house.becomes('tunnel')
      const holders = () => house.lab.router.mappings().map(({ internalAddress }) => internalAddress)
      // PCP gives another port where this one is taken (RFC 6887 §11.3), and whoever is looked at in that moment has it still.
      await eventually(() => assert.deepEqual(holders(), ['192.168.1.20']))
    }))

  it('no relay at all: the way is opened, but nobody outside has looked, so nothing is called reachable', async () => {
    const house = await openHouse()
    try {
      await house.startEngine()
      await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
      await eventually(async () => {
        const service = await house.service()
        assert.deepEqual(
          service.paths.map(({ rung, phase }) => [rung, phase]),
          [
            ['direct', 'provisioned'],
            ['mapped', 'provisioned'],
          ],
        )
        assert.equal(service.state, 'unknown')
        assert.deepEqual(service.best, { ipv4: null, ipv6: null })
      })
      await eventually(async () =>
        assert.deepEqual(
          (await house.status()).problems.map(({ code }) => code),
          ['no-relay'],
        ),
      )
    } finally {
      await house.close()
    }
  })
})
