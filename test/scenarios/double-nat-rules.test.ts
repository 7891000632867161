/** Whose rules stand on two home routers in a row: ours, adopted and taken back; and those that somebody has made by hand. */
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { must } from '../../lab/host.ts'
import type { LabProcess } from '../../lab/lab.ts'
import type { House } from './house.ts'
import { chain, gone, INNER, outer, settle, straight } from './two-routers.ts'

async function kill(engine: LabProcess): Promise<void> {
  engine.kill('SIGKILL')
  await engine.exited
}

describe('the rules on two routers', () => {
  let house: House
  let engine: LabProcess
  before(async () => {
    ;({ house, engine } = await settle('double-nat'))
  })
  after(() => house.close())

  it('adopts both rules after kill -9', async () => {
    await straight(house)
    const rules = chain(house)
    await kill(engine)
    assert.deepEqual(chain(house), rules)
    engine = await house.startEngine()
    await straight(house)
    assert.deepEqual(chain(house), rules)
  })

  it('takes both back when nobody wants them any more after kill -9', async () => {
    await kill(engine)
    engine = await house.startEngine()
    await house.porchlight('remove', 'web')
    await gone(house)
  })

  it('has left both empty when it ends by itself', async () => {
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    await straight(house)
    assert.deepEqual(await engine.stop(), { code: 0, signal: null })
    assert.deepEqual(chain(house), [])
  })

  it('leaves alone the very same rule where somebody has made it by hand', async () => {
    const { host, router } = house.lab
    await router.removeMappings()
    const rule = ['-e', 'by hand', '-a', INNER, '443', '443', 'TCP', '3600']
    await must(host('home'), 'upnpc', ['-u', 'http://192.168.0.1:5000/rootDesc.xml', ...rule])
    engine = await house.startEngine()
    await straight(house)
    await engine.stop()
    assert.deepEqual(
      [...router.mappings(), ...outer(house.lab).mappings()].map(({ description }) => description),
      ['by hand'],
    )
  })
})
