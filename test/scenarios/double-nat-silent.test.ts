/** Two home routers in a row, and the outer one cannot be asked: the relay carries visitors, until its owner makes a rule there. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { must } from '../../lab/host.ts'
import type { House } from './house.ts'
import { INNER, outer, settle, straight } from './two-routers.ts'

describe('behind an outer router that cannot be asked', () => {
  let house: House
  before(async () => {
    house = (await settle('double-nat-outer-silent')).house
  })
  after(() => house.close())

  it('works through the relay, and says that there is a second router', async () => {
    await eventually(
      async () => {
        const { problems, services } = await house.status()
        assert.deepEqual([problems.map(({ code }) => code), services[0]?.best.ipv4], [['second-router'], 'tunnel'])
      },
      { timeoutMs: 60_000, everyMs: 200 },
    )
  })

  it('goes straight by a rule that its owner has made there by hand, and notices by itself', async () => {
    const rules = [
      `add rule inet home destination iifname "wan" tcp dport 443 dnat ip to ${INNER}:443`,
      'insert rule inet home through_router ct status dnat accept',
    ]
    await must(house.lab.host('outer'), 'nft', ['-f', '-'], `${rules.join('\n')}\n`)
    await straight(house)
    assert.deepEqual(outer(house.lab).mappings(), [])
  })
})
