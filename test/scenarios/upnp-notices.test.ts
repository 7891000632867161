import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { createLab, type LabProcess } from '../../lab/lab.ts'
import { hearNotices } from './upnp-talk.ts'

interface Heard {
  readonly kind: string
  readonly bootId: number
}

function heardBy(listener: LabProcess): Heard[] {
  return listener
    .stdout()
    .split('\n')
    .filter((line) => line.includes('"kind"'))
    .map((line) => JSON.parse(line))
}

/** The newest that the listener has heard, once it is another than `before`. */
function nextAfter(listener: LabProcess, before: number): Promise<Heard> {
  return eventually(() => {
    const heard = heardBy(listener)
    assert.ok(heard.length > before, JSON.stringify(heard))
    return heard[before] as Heard
  })
}

describe('what the router says by itself', () => {
  it('goodbye when it is switched off, and a new count after every start', async () => {
    const lab = await createLab()
    try {
      const listener = await hearNotices(lab)
      await lab.inject('upnp-off')
      const goodbye = await nextAfter(listener, 0)
      assert.equal(goodbye.kind, 'byebye')
      await lab.inject('upnp-on')
      const back = await nextAfter(listener, 1)
      assert.equal(back.kind, 'alive')
      // miniupnpd counts by the clock's seconds: until the next one, a reboot would look like the start before.
      await eventually(() => assert.ok(Math.floor(Date.now() / 1_000) > back.bootId))
      await lab.inject('router-reboot')
      const rebooted = await nextAfter(listener, 2)
      assert.equal(rebooted.kind, 'alive')
      assert.ok(rebooted.bootId > back.bootId && back.bootId >= goodbye.bootId, JSON.stringify(heardBy(listener)))
      assert.equal(heardBy(listener).length, 3)
    } finally {
      await lab.close()
    }
  })
})
