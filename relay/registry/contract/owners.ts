import assert from 'node:assert/strict'
import type { Alerts } from '../../../protocol/model/alerts.ts'
import { newKey } from '../values.fixture.ts'
import { type Check, fails, NOW } from './check.ts'

/** What is kept for an owner beside his links: proofs, certificates, alerts, names. */
export function ownerChecks(check: Check): void {
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
}
