import assert from 'node:assert/strict'
import { describe, it, test } from 'node:test'
import type { OwnName } from '../../protocol/model/own-name.ts'
import { httpsAddresses, provableBy, shownNames } from './own-names.ts'
import { plan } from './plan.ts'
import { ADDED, AT_HOME, continued, DIRECT, JOURNALLED, OPENED, ROUTER, situation, T0 } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const HOME = '203.0.113.10'
const named = (...ownNames: OwnName[]) => ({ type: 'own-names-chosen', ownNames }) as const
const planned = (state: State): string[] => [...plan(state, T0).effects.keys()].filter((key) => /certificate/.test(key))

test('which proofs a directory could see: every published address has to lead to us', () => {
  const [four, six, other, relay] = [HOME, '2001:db8:1::10', '192.0.2.7', '198.51.100.20']
  const rows: [published: string[], https: string[], http: string[], expected: string[]][] = [
    [[], [four], [four], []],
    [[four], [], [], []],
    [[four], [four], [], ['tls-alpn-01']],
    [[four], [], [four], ['http-01']],
    [[four], [four], [four], ['tls-alpn-01', 'http-01']],
    [[four, six], [four], [four], []],
    [[four, six], [four, six], [four], ['tls-alpn-01']],
    [[four, six], [four], [four, six], ['http-01']],
    [[four, relay], [four], [four], []],
    [[other], [four, six], [four, six], []],
    [[four], [four, six], [], ['tls-alpn-01']],
  ]
  for (const [published, https, http, expected] of rows)
    assert.deepEqual(provableBy(published, { https, http }), expected, JSON.stringify([published, https, http]))
})

describe('a name of the owner’s own', () => {
  const WEB = { host: 'photos.home.example', service: 'photos' } as const

  it('is ordered for also without any relay, once there is a way in', () => {
    const alone = situation(...ADDED, AT_HOME, named(WEB))
    assert.deepEqual(planned(alone), ['obtain-certificate photos.home.example'])
    const valid = { type: 'certificate-valid', domain: WEB.host, notAfterMs: T0 + 1e9, renewAtMs: T0 + 1e8 } as const
    const held = continued(alone, valid)
    assert.deepEqual([planned(held), view(held).services[0]?.publicUrl], [[], 'https://photos.home.example/'])
    assert.deepEqual(planned(continued(alone, { type: 'service-paused', name: 'photos' })), [])
  })

  it('with files is watched, and never ordered for', () => {
    const files = { cert: '/etc/web.pem', key: '/etc/web.key' }
    const state = situation(...ADDED, AT_HOME, named({ ...WEB, files }))
    assert.deepEqual(planned(state), ['watch-certificate-files photos.home.example /etc/web.pem /etc/web.key'])
    assert.deepEqual(view(state).certificates, [
      {
        ...{ name: 'photos.home.example', state: 'none', source: 'files', service: 'photos', issuer: null },
        ...{ untilMs: null, nextAtMs: null, explanationUrl: null, failure: null },
      },
    ])
  })

  it('that is the bare address is whichever the router tells, and none before', () => {
    const before = situation(...ADDED, AT_HOME, named({ host: 'ipv4', service: 'photos' }))
    assert.deepEqual([shownNames(before), planned(before)], [[], []])
    const open = continued(before, ROUTER, JOURNALLED, OPENED)
    assert.deepEqual([httpsAddresses(open), planned(open)], [[HOME], [`obtain-certificate ${HOME}`]])
    assert.deepEqual(shownNames(open), [{ host: HOME, service: 'photos', family: 'ipv4' }])
  })

  it('stands beside the names of a relay', () => {
    const state = continued(situation(...DIRECT), named(WEB))
    assert.deepEqual(
      planned(state).sort(),
      ['obtain-certificate photos.home.example', 'read-certificate-log amber-otter-42.relay.test'].sort(),
    )
    assert.equal(view(state).services[0]?.publicUrl, 'https://photos.amber-otter-42.relay.test/')
  })
})
