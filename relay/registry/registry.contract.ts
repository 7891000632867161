/** What every registry must do, whatever it is built on. */
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import type { Alerts } from '../../protocol/model/alerts.ts'
import { isLabel } from '../../protocol/model/label.ts'
import type { Publication } from '../../wire/messages.ts'
import { GRACE_MS, MAX_FORMER_LABELS, QUARANTINE_MS, type Registry, type RegistryErrorCode } from './registry.ts'

export const newKey = (): string => randomBytes(32).toString('base64url')
export const newLinkId = (): string => Array.from(randomBytes(16), (byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte & 31]).join('')

export function publicationOf(services: Record<string, string[]>): Publication {
  return {
    services: Object.entries(services).map(([name, links]) => ({ name, kind: 'http' as const, links, direct: [] })),
    direct: ['ipv4'],
  }
}

const NOW = 1_800_000_000_000
const fails = (code: RegistryErrorCode) => ({ name: 'RegistryError', code })

/** `open` gives an empty registry and a way to open the same one again after `close`. */
export function registryContract(engine: string, open: () => { registry: Registry; reopen(): Registry; dispose(): void }): void {
  const check = (title: string, body: (registry: Registry, reopen: () => Registry) => void): void => {
    test(`${engine}: ${title}`, () => {
      const opened = open()
      try {
        body(opened.registry, opened.reopen)
      } finally {
        opened.dispose()
      }
    })
  }

  check('facts about the relay itself are kept', (registry, reopen) => {
    assert.equal(registry.meta('serial'), undefined)
    registry.setMeta('serial', '1')
    registry.setMeta('serial', '2')
    registry.close()
    assert.equal(reopen().meta('serial'), '2')
  })

  check('a new device gets a label, and keeps it', (registry, reopen) => {
    const key = newKey()
    assert.equal(registry.device(key), undefined)
    const device = registry.registerDevice(key, NOW)
    assert.match(device.label, /^[a-z]+-[a-z]+-\d{2}$/)
    assert.deepEqual(device, { key, label: device.label, createdAtMs: NOW, lastSeenAtMs: NOW, suspendedAtMs: null })
    assert.deepEqual(registry.registerDevice(key, NOW + 5, 'another'), device, 'once in, a wish changes nothing')
    registry.touchDevices([newKey(), key], NOW + 9)
    registry.close()
    const again = reopen()
    assert.deepEqual(again.device(key), { ...device, lastSeenAtMs: NOW + 9 })
    assert.deepEqual(again.deviceByLabel(device.label, NOW), again.device(key))
    assert.equal(again.deviceByLabel('nobody', NOW), undefined)
  })

  check('labels are unique and good in DNS; devices are listed in order', (registry) => {
    const keys = Array.from({ length: 200 }, newKey)
    const labels = keys.map((key) => registry.registerDevice(key, NOW).label)
    assert.equal(new Set(labels).size, 200)
    for (const label of labels) assert.ok(isLabel(label), label)
    assert.deepEqual(
      registry.devices().map(({ key }) => key),
      keys,
    )
  })

  check('a wished label is given when it may be', (registry) => {
    assert.equal(registry.registerDevice(newKey(), NOW, 'our-house').label, 'our-house')
    assert.throws(() => registry.registerDevice(newKey(), NOW, 'our-house'), fails('label-refused'))
    for (const label of ['www', 'ns', 'ns1', 'mail', 'join', 'api', 'admin', 'acme', 'relay', 'wpad', 'localhost', 'paypa1'])
      assert.throws(() => registry.registerDevice(newKey(), NOW, label), fails('label-refused'), label)
    for (const label of [
      '',
      's',
      'ab',
      '_acme',
      '-house',
      'house-',
      'xn--house',
      'Our-House',
      'our.house',
      '9lives',
      'h'.repeat(31),
      'maïs',
    ])
      assert.throws(() => registry.registerDevice(newKey(), NOW, label), fails('label-refused'), label)
    assert.equal(registry.devices().length, 1, 'a refusal registers nothing')
  })

  check('a key has one spelling', (registry) => {
    const key = Buffer.alloc(32).toString('base64url')
    const twin = `${key.slice(0, -1)}B`
    for (const wrong of ['', 'short', `${key}=`, `${key}A`, twin, key.replace('A', '+')])
      assert.throws(() => registry.registerDevice(wrong, NOW), fails('key-malformed'), wrong)
    assert.throws(() => registry.device(twin), fails('key-malformed'))
  })

  check('what needs a device says so', (registry) => {
    const key = newKey()
    assert.throws(() => registry.suspendDevice(key, NOW), fails('device-unknown'))
    assert.throws(() => registry.releaseDevice(key, NOW), fails('device-unknown'))
    assert.throws(() => registry.setPublished(key, publicationOf({}), NOW), fails('device-unknown'))
    assert.throws(() => registry.setDirect(key, 'ipv4', null), fails('device-unknown'))
    assert.equal(registry.published(key), undefined)
    assert.deepEqual(registry.direct(key), {})
  })

  check('a released label comes back to its key at any time, and to others after 90 days', (registry) => {
    const [key, other] = [newKey(), newKey()]
    registry.registerDevice(key, NOW, 'our-house')
    registry.releaseDevice(key, NOW)
    assert.equal(registry.device(key), undefined)
    assert.equal(registry.deviceByLabel('our-house', NOW), undefined)
    assert.deepEqual(registry.devices(), [])
    assert.throws(() => registry.registerDevice(other, NOW + QUARANTINE_MS - 1, 'our-house'), fails('label-refused'))
    assert.equal(registry.registerDevice(key, NOW + 1000).label, 'our-house')
    registry.releaseDevice(key, NOW + 2000)
    assert.equal(registry.registerDevice(other, NOW + 2000 + QUARANTINE_MS, 'our-house').label, 'our-house')
    assert.notEqual(registry.registerDevice(key, NOW + 2001 + QUARANTINE_MS).label, 'our-house')
  })

  check('a device may come back under another label; the old one waits for it', (registry) => {
    const key = newKey()
    registry.registerDevice(key, NOW, 'old-house')
    registry.releaseDevice(key, NOW)
    assert.equal(registry.registerDevice(key, NOW + 1, 'new-house').label, 'new-house')
    assert.throws(() => registry.registerDevice(newKey(), NOW + 2, 'old-house'), fails('label-refused'))
    registry.releaseDevice(key, NOW + 3)
    assert.equal(registry.registerDevice(key, NOW + 4, 'old-house').label, 'old-house')
  })

  check('a new name is the device’s at once, and the old one leads to it for 30 days more, then to nobody for 90', (registry, reopen) => {
    const [key, other] = [newKey(), newKey()]
    registry.registerDevice(key, NOW, 'old-house')
    registry.registerDevice(other, NOW, 'elsewhere')
    assert.deepEqual(registry.labelStanding(key, 'new-house', NOW), { state: 'free' })
    assert.deepEqual(registry.renameDevice(key, 'new-house', NOW), { state: 'own' })
    registry.close()
    const again = reopen()
    assert.equal(again.device(key)?.label, 'new-house')
    assert.deepEqual(again.formerLabels(key, NOW), [{ label: 'old-house', untilMs: NOW + GRACE_MS }])
    for (const label of ['new-house', 'old-house']) {
      assert.equal(again.deviceByLabel(label, NOW + GRACE_MS - 1)?.key, key)
      assert.deepEqual(again.labelStanding(other, label, NOW + GRACE_MS - 1), { state: 'taken' })
    }
    assert.deepEqual(again.formerLabels(key, NOW + GRACE_MS), [])
    assert.equal(again.deviceByLabel('old-house', NOW + GRACE_MS), undefined)
    assert.deepEqual(again.labelStanding(other, 'old-house', NOW + GRACE_MS), { state: 'quarantined' })
    assert.deepEqual(again.renameDevice(other, 'old-house', NOW + GRACE_MS + QUARANTINE_MS - 1), { state: 'quarantined' })
    assert.deepEqual(again.renameDevice(other, 'old-house', NOW + GRACE_MS + QUARANTINE_MS), { state: 'own' })
    assert.equal(again.deviceByLabel('old-house', NOW + GRACE_MS + QUARANTINE_MS)?.key, other)
  })

  check('a name that may not be had is refused with its reason, and nothing changes', (registry) => {
    const [key, other] = [newKey(), newKey()]
    registry.registerDevice(key, NOW, 'our-house')
    registry.registerDevice(other, NOW, 'their-house')
    const refusals = {
      'their-house': { state: 'taken' },
      www: { state: 'reserved' },
      'pay-pal': { state: 'imitates', brand: 'paypal' },
      'xn--house': { state: 'malformed' },
    } as const
    for (const [label, refusal] of Object.entries(refusals)) {
      assert.deepEqual(registry.labelStanding(key, label, NOW), refusal)
      assert.deepEqual(registry.renameDevice(key, label, NOW), refusal)
    }
    assert.deepEqual(registry.renameDevice(key, 'our-house', NOW), { state: 'own' }, 'no change')
    assert.deepEqual([registry.device(key)?.label, registry.formerLabels(key, NOW)], ['our-house', []])
    assert.throws(() => registry.renameDevice(newKey(), 'another-house', NOW), fails('device-unknown'))
    assert.deepEqual(registry.labelStanding(newKey(), 'another-house', NOW), { state: 'free' })
  })

  check('three old names answer at one time; back to one of them is possible at any moment', (registry) => {
    const key = newKey()
    registry.registerDevice(key, NOW, 'house-0')
    const change = (label: string, atMs: number) => registry.renameDevice(key, label, atMs)
    for (let count = 1; count <= MAX_FORMER_LABELS; count++) assert.deepEqual(change(`house-${count}`, NOW + count), { state: 'own' })
    const tooSoon = { state: 'too-soon', untilMs: NOW + 1 + GRACE_MS }
    assert.deepEqual(change('house-9', NOW + 9), tooSoon)
    assert.deepEqual(registry.labelStanding(key, 'house-9', NOW + 9), tooSoon)
    for (const label of ['house-0', 'house-3', 'house-0']) assert.deepEqual(change(label, NOW + 10), { state: 'own' }, label)
    assert.deepEqual(
      registry.formerLabels(key, NOW + 10).map(({ label }) => label),
      ['house-1', 'house-2', 'house-3'],
    )
    // Nor does leaving and coming back make room.
    registry.releaseDevice(key, NOW + 11)
    assert.equal(registry.deviceByLabel('house-1', NOW + 12), undefined)
    assert.equal(registry.registerDevice(key, NOW + 12).label, 'house-0', 'the one it left with')
    assert.equal(registry.deviceByLabel('house-1', NOW + 12)?.key, key)
    assert.equal(change('house-9', NOW + 13).state, 'too-soon')
    assert.deepEqual(change('house-9', NOW + 2 + GRACE_MS), { state: 'own' })
  })

  check('who left may come back for as long as its names rest', (registry) => {
    const key = newKey()
    assert.equal(registry.mayReturn(key, NOW), false)
    registry.registerDevice(key, NOW)
    assert.equal(registry.mayReturn(key, NOW), false, 'it is here')
    registry.releaseDevice(key, NOW)
    assert.equal(registry.mayReturn(key, NOW + QUARANTINE_MS - 1), true)
    assert.equal(registry.mayReturn(key, NOW + QUARANTINE_MS), false)
    registry.registerDevice(newKey(), NOW + QUARANTINE_MS)
    assert.equal(registry.mayReturn(key, NOW + QUARANTINE_MS), false)
  })

  check('a suspension is lifted by the operator only', (registry) => {
    const key = newKey()
    const { label } = registry.registerDevice(key, NOW)
    registry.suspendDevice(key, NOW + 1)
    assert.equal(registry.device(key)?.suspendedAtMs, NOW + 1)
    assert.deepEqual(registry.suspensions(), [{ key, label, suspendedAtMs: NOW + 1 }])
    registry.releaseDevice(key, NOW + 2)
    registry.registerDevice(newKey(), NOW + 3 + QUARANTINE_MS)
    assert.equal(registry.registerDevice(key, NOW + 4 + QUARANTINE_MS).suspendedAtMs, NOW + 1)
    registry.suspendDevice(key, null)
    assert.equal(registry.device(key)?.suspendedAtMs, null)
  })

  check('a relay code lets one device in', (registry, reopen) => {
    const [mine, other] = [newKey(), newKey()]
    const code = registry.createCode(NOW + 1000)
    assert.equal(code.length, 16)
    assert.equal(registry.redeemCode(randomBytes(16), mine, NOW), 'unknown')
    assert.equal(registry.redeemCode(code, mine, NOW), 'ok')
    registry.close()
    const again = reopen()
    assert.equal(again.redeemCode(code, mine, NOW + 9999), 'ok', 'it crashed before it could note its success')
    assert.equal(again.redeemCode(code, other, NOW), 'used')
    const late = again.createCode(NOW + 1000)
    assert.equal(again.redeemCode(late, mine, NOW + 1000), 'expired')
    assert.throws(() => again.redeemCode(late, 'nobody', NOW), fails('key-malformed'))
    assert.equal(again.redeemCode(late, mine, NOW + 999), 'ok')
  })

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

  check('direct proofs are kept by family', (registry, reopen) => {
    const key = newKey()
    registry.registerDevice(key, NOW)
    registry.setDirect(key, 'ipv4', { address: '203.0.113.7', port: 443, sinceMs: NOW })
    registry.setDirect(key, 'ipv6', { address: '2001:db8::7', port: 443, sinceMs: NOW + 1 })
    registry.setDirect(key, 'ipv4', { address: '203.0.113.8', port: 443, sinceMs: NOW + 2 })
    assert.throws(() => registry.setDirect(key, 'ipv4', { address: '2001:db8::7', port: 443, sinceMs: NOW }), fails('address-malformed'))
    registry.close()
    const again = reopen()
    assert.deepEqual(again.direct(key), {
      ipv4: { address: '203.0.113.8', port: 443, sinceMs: NOW + 2 },
      ipv6: { address: '2001:db8::7', port: 443, sinceMs: NOW + 1 },
    })
    again.setDirect(key, 'ipv6', null)
    assert.deepEqual(Object.keys(again.direct(key)), ['ipv4'])
    again.releaseDevice(key, NOW)
    assert.deepEqual(again.direct(key), {})
  })

  check('who may issue a device’s certificates is kept until it says otherwise, or leaves', (registry, reopen) => {
    const key = newKey()
    const issuance = { issuers: ['ca.example'], accountUri: 'https://ca.example/acct/1' }
    assert.throws(() => registry.setIssuance(key, issuance), fails('device-unknown'))
    registry.registerDevice(key, NOW)
    assert.equal(registry.issuance(key), undefined)
    registry.setIssuance(key, { ...issuance, accountUri: 'https://ca.example/acct/0' })
    registry.setIssuance(key, issuance)
    registry.close()
    const again = reopen()
    assert.deepEqual(again.issuance(key), issuance)
    again.releaseDevice(key, NOW)
    assert.equal(again.issuance(key), undefined)
  })

  const udp = (service: string, port = 22124) => ({ service, protocol: 'udp' as const, port })
  const tcp = (service: string, port = 22) => ({ service, protocol: 'tcp' as const, port })
  const RANGE = { first: 20000, last: 29999 }

  check('whom to tell of a dark house is kept with what they were told, until it wants nobody told, or leaves', (registry, reopen) => {
    const [key, stranger] = [newKey(), newKey()]
    const channel = { id: 'abcdefgh', channel: { kind: 'mail', to: 'me@home.example' } } as const
    const alerts = { language: 'fr', channels: [channel] } as const satisfies Alerts
    assert.throws(() => registry.setAlerts(key, alerts), fails('device-unknown'))
    registry.registerDevice(key, NOW)
    registry.setAlerts(key, alerts)
    const untold = { toldAtMs: null, darkSinceMs: null, asleepAtMs: null }
    assert.deepEqual(registry.alerts(), [{ deviceKey: key, alerts, ...untold }])
    const told = { toldAtMs: NOW, darkSinceMs: NOW - 9, asleepAtMs: NOW - 5 }
    registry.noteAlert(key, told)
    registry.noteAlert(stranger, told)
    const both = { ...alerts, channels: [channel, { id: 'hgfedcba', channel: { kind: 'webhook', to: 'https://hook.example/x' } }] } as const
    registry.setAlerts(key, both as unknown as Alerts)
    registry.close()
    const again = reopen()
    assert.deepEqual(again.alerts(), [{ deviceKey: key, alerts: both, ...told }], 'other channels: told is told')
    assert.deepEqual([again.alertsOf(key), again.alertsOf(stranger)], [again.alerts()[0], undefined])
    again.setAlerts(key, { language: 'fr', channels: [] })
    assert.deepEqual(again.alerts(), [])
    again.setAlerts(key, alerts)
    assert.deepEqual(again.alerts(), [{ deviceKey: key, alerts, ...untold }])
    again.releaseDevice(key, NOW)
    assert.deepEqual(again.alerts(), [])
  })

  check('a router’s name is kept with where it stands, until it gets another password, or its device leaves', (registry, reopen) => {
    const key = newKey()
    const passwordHash = new Uint8Array(32).fill(7)
    assert.throws(() => registry.setRouterName(key, { name: 'router', passwordHash }), fails('device-unknown'))
    registry.registerDevice(key, NOW)
    assert.equal(registry.routerName(key), undefined)
    registry.setRouterName(key, { name: 'router', passwordHash })
    assert.deepEqual(registry.routerName(key), { name: 'router', passwordHash, ipv4: null, ipv6: null, changedAtMs: null })
    registry.setRouterAddresses(key, { ipv4: '203.0.113.7', ipv6: null }, NOW + 5)
    registry.close()
    const again = reopen()
    assert.deepEqual(again.routerName(key), { name: 'router', passwordHash, ipv4: '203.0.113.7', ipv6: null, changedAtMs: NOW + 5 })
    again.setRouterName(key, { name: 'box', passwordHash })
    assert.deepEqual([again.routerName(key)?.name, again.routerName(key)?.ipv4], ['box', null])
    again.setRouterName(key, null)
    assert.equal(again.routerName(key), undefined)
    again.setRouterName(key, { name: 'box', passwordHash })
    again.releaseDevice(key, NOW)
    again.registerDevice(key, NOW)
    assert.equal(again.routerName(key), undefined)
  })

  check('a name of the owner’s own is one device’s at a time, changes hands whole, and goes with its device', (registry, reopen) => {
    const [one, other] = [newKey(), newKey()]
    const row = { host: 'home.example.org', deviceKey: one, service: 'web', provenAtMs: NOW, missingSinceMs: null }
    assert.throws(() => registry.setCarriedHost(row), fails('device-unknown'))
    for (const key of [one, other]) registry.registerDevice(key, NOW)
    assert.deepEqual([registry.carriedHost(row.host), registry.carriedHosts()], [undefined, []])
    registry.setCarriedHost(row)
    registry.setCarriedHost({ ...row, host: '*.example.org', service: 'blog' })
    registry.close()
    const again = reopen()
    assert.deepEqual(again.carriedHost(row.host), row)
    assert.deepEqual(
      again
        .carriedHosts(one)
        .map(({ host }) => host)
        .sort(),
      ['*.example.org', 'home.example.org'],
    )
    again.dropCarriedHost(other, row.host)
    assert.deepEqual(again.carriedHost(row.host), row, 'not his to drop')
    const taken = { ...row, deviceKey: other, missingSinceMs: NOW + 5 }
    again.setCarriedHost(taken)
    assert.deepEqual([again.carriedHost(row.host), again.carriedHosts(one).length, again.carriedHosts().length], [taken, 1, 2])
    again.dropCarriedHost(other, row.host)
    again.releaseDevice(one, NOW)
    assert.deepEqual(again.carriedHosts(), [])
  })

  check('a mail address is asked for each device, and its answer outlives every restart', (registry, reopen) => {
    const [one, other] = [newKey(), newKey()]
    for (const key of [one, other]) registry.registerDevice(key, NOW)
    assert.equal(registry.mailConsent(one, 'me@home.example'), undefined)
    const asked = registry.askMailConsent(one, 'me@home.example', NOW)
    assert.deepEqual(asked, { number: asked.number, deviceKey: one, address: 'me@home.example', askedAtMs: NOW, answer: null })
    registry.askMailConsent(other, 'me@home.example', NOW + 10)
    assert.deepEqual([registry.mailsAsked('me@home.example', NOW), registry.mailsAsked('me@home.example', NOW + 5)], [2, 1])
    registry.answerMailConsent(asked.number, 'given')
    registry.answerMailConsent(99_999, 'given')
    registry.close()
    const again = reopen()
    assert.equal(again.mailConsent(one, 'me@home.example')?.answer, 'given')
    assert.equal(again.mailConsent(other, 'me@home.example')?.answer, null)
    assert.deepEqual(again.mailConsentByNumber(asked.number), again.mailConsent(one, 'me@home.example'))
    again.answerMailConsent(asked.number, 'refused')
    assert.equal(again.askMailConsent(one, 'me@home.example', NOW + 20).answer, 'refused', 'asking again changes no answer')
  })

  check('a raw service gets the port it wants, else another of the range, and keeps it over a restart', (registry, reopen) => {
    const [band, rival] = [newKey(), newKey()]
    for (const key of [band, rival]) registry.registerDevice(key, NOW)
    const given = registry.setPublicPorts(band, [udp('band'), tcp('shell'), tcp('talk', 22124)], RANGE, NOW)
    assert.deepEqual(given[0], udp('band'))
    assert.deepEqual(given[2], tcp('talk', 22124), 'the same number, another protocol')
    const [shell] = given.filter(({ service }) => service === 'shell')
    assert.ok(shell && shell.port >= RANGE.first && shell.port <= RANGE.last && shell.protocol === 'tcp')
    const [late] = registry.setPublicPorts(rival, [udp('band')], RANGE, NOW)
    assert.ok(late && late.port !== 22124, 'a port is one device’s')
    registry.close()
    const again = reopen()
    assert.deepEqual(again.setPublicPorts(band, [tcp('shell', 9), udp('band', 9), tcp('talk', 9)], RANGE, NOW + 1), [
      shell,
      udp('band'),
      tcp('talk', 22124),
    ])
    assert.equal(again.publicPorts(band).length, 3)
    assert.deepEqual(again.publicPorts(newKey()), [])
  })

  check('a port given up comes back to its service at any time, and to others after 90 days', (registry) => {
    const [mine, other] = [newKey(), newKey()]
    for (const key of [mine, other]) registry.registerDevice(key, NOW)
    const narrow = { first: 22124, last: 22124 }
    assert.deepEqual(registry.setPublicPorts(mine, [udp('band')], narrow, NOW), [udp('band')])
    assert.deepEqual(registry.setPublicPorts(mine, [], narrow, NOW), [])
    assert.deepEqual(registry.publicPorts(mine), [])
    assert.deepEqual(registry.setPublicPorts(other, [udp('game')], narrow, NOW + QUARANTINE_MS - 1), [])
    assert.deepEqual(registry.setPublicPorts(mine, [udp('band')], narrow, NOW + 1), [udp('band')])
    registry.releaseDevice(mine, NOW + 2)
    assert.deepEqual(registry.setPublicPorts(other, [udp('game')], narrow, NOW + 1 + QUARANTINE_MS), [])
    assert.deepEqual(registry.setPublicPorts(other, [udp('game')], narrow, NOW + 2 + QUARANTINE_MS), [udp('game')])
  })

  check('a device has at most 32 ports, and then takes back one that it gave up longest ago', (registry) => {
    const key = newKey()
    registry.registerDevice(key, NOW)
    const many = Array.from({ length: 33 }, (_, index) => udp(`game-${index}`, 20000 + index))
    assert.deepEqual(registry.setPublicPorts(key, many, RANGE, NOW), many.slice(0, 32))
    registry.setPublicPorts(key, many.slice(1, 32), RANGE, NOW + 1)
    registry.setPublicPorts(key, many.slice(2, 32), RANGE, NOW + 2)
    assert.deepEqual(registry.setPublicPorts(key, [...many.slice(2, 32), tcp('shell', 20500)], RANGE, NOW + 3).at(-1), tcp('shell', 20500))
    assert.deepEqual(registry.setPublicPorts(key, [...many.slice(2, 32), many[1] ?? udp('')], RANGE, NOW + 4).at(-1), many[1])
  })

  check('ports that answer strangers with more than they ask are never given for UDP; a range that moved moves its ports', (registry) => {
    const key = newKey()
    registry.registerDevice(key, NOW)
    const newOther = (): string => registry.registerDevice(newKey(), NOW).key
    const low = { first: 1900, last: 1901 }
    assert.deepEqual(registry.setPublicPorts(key, [udp('cast', 1900), tcp('web', 1900)], low, NOW), [udp('cast', 1901), tcp('web', 1900)])
    assert.deepEqual(registry.setPublicPorts(key, [udp('cast', 1900), udp('more', 1900)], low, NOW), [udp('cast', 1901)], 'nothing is left')
    assert.deepEqual(registry.setPublicPorts(key, [udp('cast', 22124)], RANGE, NOW), [udp('cast')])
    const [moved] = registry.setPublicPorts(key, [udp('cast')], RANGE, NOW, [udp('cast')])
    assert.ok(moved && moved.port !== 22124, 'what cannot be used is not kept')
    assert.deepEqual(registry.setPublicPorts(newOther(), [udp('cast')], RANGE, NOW, [tcp('cast', 22124)]), [udp('cast')])
    assert.throws(() => registry.setPublicPorts(key, [udp('cast'), tcp('cast')], RANGE, NOW), fails('publication-malformed'))
    assert.throws(() => registry.setPublicPorts(newKey(), [], RANGE, NOW), fails('device-unknown'))
  })
}
