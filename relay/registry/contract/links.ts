import assert from 'node:assert/strict'
import type { Publication } from '../../../wire/messages.ts'
import { QUARANTINE_MS } from '../registry.ts'
import { newKey, newLinkId, publicationOf } from '../values.fixture.ts'
import { type Check, fails, NOW } from './check.ts'

/** What a device has published, and whose a link is. */
export function linkChecks(check: Check): void {
  check('names and links outlive the process', (registry, reopen) => {
    const key = newKey()
    const [web, cam] = [newLinkId(), newLinkId()]
    registry.registerDevice(key, NOW)
    assert.equal(registry.published(key), undefined)
    const publication = publicationOf({ web: [web], cam: [cam] })
    assert.equal(registry.setPublished(key, publication, NOW), 'ok')
    registry.close()
    const again = reopen()
    assert.deepEqual(again.published(key), publication)
    assert.deepEqual(again.linkOwner(web), { deviceKey: key, service: 'web' })
    assert.equal(again.linkOwner(newLinkId()), undefined)
    assert.equal(again.setPublished(key, publicationOf({ camera: [cam] }), NOW), 'ok')
    assert.deepEqual(again.linkOwner(cam), { deviceKey: key, service: 'camera' })
    assert.equal(again.linkOwner(web), undefined)
  })

  check('a link id belongs to one device, also for a time after it was taken back', (registry) => {
    const [mine, other] = [newKey(), newKey()]
    const id = newLinkId()
    registry.registerDevice(mine, NOW)
    registry.registerDevice(other, NOW)
    const theirs = publicationOf({ ours: [newLinkId()] })
    registry.setPublished(other, theirs, NOW)
    registry.setPublished(mine, publicationOf({ web: [id] }), NOW)
    assert.equal(registry.setPublished(other, publicationOf({ web: [newLinkId(), id] }), NOW), 'taken')
    assert.deepEqual(registry.published(other), theirs, 'nothing of a refused publication is kept')
    registry.setPublished(mine, publicationOf({ web: [] }), NOW)
    assert.equal(registry.setPublished(other, publicationOf({ web: [id] }), NOW + 1), 'taken')
    assert.equal(registry.setPublished(mine, publicationOf({ web: [id] }), NOW + 1), 'ok')
    registry.releaseDevice(mine, NOW + 2)
    assert.equal(registry.linkOwner(id), undefined)
    assert.equal(registry.published(mine), undefined)
    assert.equal(registry.setPublished(other, publicationOf({ web: [id] }), NOW + 1 + QUARANTINE_MS), 'taken')
    assert.equal(registry.setPublished(other, publicationOf({ web: [id] }), NOW + 2 + QUARANTINE_MS), 'ok')
  })

  check('an alias is one device’s; a second one does without it, and keeps what else it says', (registry, reopen) => {
    const [mine, other] = [newKey(), newKey()]
    registry.registerDevice(mine, NOW)
    registry.registerDevice(other, NOW)
    const LINK = newLinkId()
    const withAlias = (...aliases: string[]): Publication => ({
      services: [{ name: 'web', kind: 'http', links: [], direct: [], aliases: aliases.map((alias) => ({ alias, link: LINK })) }],
      direct: [],
    })
    assert.equal(registry.setPublished(mine, withAlias('k7dq2vxm'), NOW), 'ok')
    assert.equal(registry.setPublished(other, withAlias('k7dq2vxm', 'aaaa0000'), NOW), 'ok')
    registry.close()
    const again = reopen()
    assert.deepEqual(again.published(other)?.services[0]?.aliases, [{ alias: 'aaaa0000', link: LINK }])
    assert.deepEqual(again.linkOwner('k7dq2vxm'), { deviceKey: mine, service: 'web' })
    assert.deepEqual(again.linkOwner('aaaa0000'), { deviceKey: other, service: 'web' })
    assert.equal(again.setPublished(mine, withAlias(), NOW + 1), 'ok')
    assert.equal(again.linkOwner('k7dq2vxm'), undefined)
    assert.equal(again.setPublished(other, withAlias('k7dq2vxm'), NOW + QUARANTINE_MS), 'ok')
    assert.equal(again.linkOwner('k7dq2vxm'), undefined, 'in quarantine')
  })

  check('a device keeps at most 1000 links it took back from others', (registry) => {
    const [mine, other] = [newKey(), newKey()]
    registry.registerDevice(mine, NOW)
    registry.registerDevice(other, NOW)
    const first = newLinkId()
    registry.setPublished(mine, publicationOf({ web: [first] }), NOW)
    for (let round = 1; round <= 51; round++)
      registry.setPublished(mine, publicationOf({ web: Array.from({ length: 20 }, newLinkId) }), NOW + round)
    assert.equal(registry.setPublished(other, publicationOf({ web: [first] }), NOW + 100), 'ok')
  })

  check('a publication that contradicts itself is refused', (registry) => {
    const key = newKey()
    const id = newLinkId()
    registry.registerDevice(key, NOW)
    const twice = publicationOf({ web: [id], cam: [id] })
    const sameName = { ...twice, services: [...publicationOf({ web: [] }).services, ...publicationOf({ web: [] }).services] }
    const wrongId = publicationOf({ web: ['../etc'] })
    for (const wrong of [twice, sameName, wrongId, null as unknown as Publication])
      assert.throws(() => registry.setPublished(key, wrong, NOW), fails('publication-malformed'))
    assert.equal(registry.published(key), undefined)
  })
}
