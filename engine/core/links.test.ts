import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { plainLink, type ShareLink } from '../../protocol/model/link.ts'
import { publicationOf } from './exposures.ts'
import type { Service } from './service-state.ts'
import { ADDED, continued, GAME, KNOWN, PUBLISHED, RELAY, situation, T0, WEB } from './situation.fixture.ts'
import type { State } from './state.ts'
import { view } from './view.ts'

const AUNT: ShareLink = { ...plainLink('aaaaaaaaaaaaaaaa', T0), label: 'for Aunt Marie' }
const FRIEND: ShareLink = { ...AUNT, id: 'bbbbbbbbbbbbbbbb', endsAtMs: T0 + 60_000, alias: 'k7dq2vxm' }
const GUEST: ShareLink = { ...AUNT, id: 'cccccccccccccccc', maxUses: 3, via: 'home' }
const GRANT = 'g'.repeat(22)

const added = (link: ShareLink, name = WEB.name) => ({ type: 'link-added', name, link, grant: GRANT }) as const
const gated = { type: 'access-changed', name: WEB.name, access: 'link', allowed: [], hasPassword: false } as const
const linksOf = (state: State) => view(state).services[0]?.links ?? []
const told = (state: State, url = KNOWN.url) => {
  const links = publicationOf(state).services.flatMap(({ links, aliases = [] }) => [...links, ...aliases.map(({ alias }) => alias)])
  return continued(state, { ...PUBLISHED, url, key: JSON.stringify(publicationOf(state)), ports: {}, links })
}

describe('share links', () => {
  it('say the relay what it has to know: which lead where, until when, by which alias, and who must show a grant', () => {
    const [web] = publicationOf(situation(...ADDED, added(FRIEND))).services
    assert.deepEqual(web, {
      name: 'photos',
      kind: 'http',
      links: ['abcdefghijklmnop', FRIEND.id],
      aliases: [{ alias: 'k7dq2vxm', link: FRIEND.id }],
      ends: [{ link: FRIEND.id, atMs: T0 + 60_000 }],
      direct: [],
    })
    assert.equal(publicationOf(situation(...ADDED, gated)).services[0]?.gated, true)
  })

  it('that name the home itself are no relay’s business', () => {
    const state = situation(...ADDED, ...RELAY, gated, added(GUEST))
    assert.ok(!JSON.stringify(publicationOf(state)).includes(GUEST.id))
    const guest = linksOf(state)[1]
    assert.deepEqual([guest?.url, guest?.registered], [`https://photos.amber-otter-42.relay.test/.porchlight/open#${GRANT}`, true])
  })

  it('tell a relay which program a raw service is, for the page of its link', () => {
    const band: Service = { ...GAME, preset: 'jamulus' }
    assert.equal(publicationOf(situation({ type: 'service-added', service: band })).services[0]?.preset, 'jamulus')
  })

  it('carry a grant where the service opens by link alone, and nowhere else', () => {
    const state = situation(...ADDED, ...RELAY, added(AUNT))
    assert.equal(linksOf(state)[1]?.url, `https://relay.test/s/${AUNT.id}`)
    assert.equal(linksOf(continued(state, gated))[1]?.url, `https://relay.test/s/${AUNT.id}#${GRANT}`)
  })

  it('can be given away while the relay is out of reach, and say that they do not work yet', () => {
    const away = situation(...ADDED, { type: 'relay-chosen', url: KNOWN.url }, added(FRIEND))
    assert.deepEqual(
      linksOf(away).map(({ url, alias, registered }) => [url, alias, registered]),
      [
        ['https://relay.test/s/abcdefghijklmnop', null, false],
        [`https://relay.test/s/${FRIEND.id}`, 'https://relay.test/a/K7DQ-2VXM', false],
      ],
    )
    const back = continued(away, { type: 'relay-connected', known: KNOWN })
    assert.deepEqual(
      linksOf(told(back)).map(({ registered }) => registered),
      [true, true],
    )
  })

  it('stay registered while the relay is away; a new one is not', () => {
    const lost = { type: 'relay-waiting', problem: { code: 'relay-unreachable', severity: 'warning', params: {} } } as const
    const state = continued(told(situation(...ADDED, ...RELAY)), lost, added(AUNT))
    assert.deepEqual(
      linksOf(state).map(({ registered }) => registered),
      [true, false],
    )
  })

  it('of a paused service wait for nothing but its owner', () => {
    const state = continued(situation(...ADDED, ...RELAY), { type: 'service-paused', name: WEB.name }, added(AUNT))
    assert.ok(linksOf(state).every(({ registered }) => registered))
    assert.deepEqual(publicationOf(state).services, [])
  })

  it('whose alias is another home’s do not count as registered', () => {
    const state = situation(...ADDED, ...RELAY, added(FRIEND))
    const links = ['abcdefghijklmnop', FRIEND.id]
    const half = continued(state, { ...PUBLISHED, ports: {}, links })
    assert.equal(linksOf(half)[1]?.registered, false)
  })

  it('are known by each relay for itself, and forgotten with it', () => {
    const state = told(situation(...ADDED, ...RELAY), 'https://other.test')
    assert.equal(linksOf(state)[0]?.registered, false)
    assert.deepEqual(Object.keys(state.registered), ['https://other.test'])
    assert.deepEqual(continued(state, { type: 'relay-left', url: 'https://other.test' }).registered, {})
  })

  it('are counted, and revoked with all that was known of them', () => {
    const used = { type: 'link-used', id: AUNT.id, use: { uses: 2, lastUsedAtMs: T0 + 5 } } as const
    const state = situation(...ADDED, ...RELAY, added(AUNT), used)
    assert.deepEqual([linksOf(state)[1]?.uses, linksOf(state)[1]?.lastUsedAtMs], [2, T0 + 5])
    const revoked = continued(state, { type: 'link-revoked', name: WEB.name, id: AUNT.id })
    assert.equal(linksOf(revoked).length, 1)
    assert.deepEqual([revoked.grants[AUNT.id], revoked.linkUses[AUNT.id]], [undefined, undefined])
    assert.deepEqual(publicationOf(revoked).services[0]?.links, ['abcdefghijklmnop'])
  })

  it('the one to give away is the oldest without limits, as long as there is one', () => {
    const state = situation(...ADDED, ...RELAY, added(FRIEND))
    assert.equal(view(state).services[0]?.shareLink, 'https://relay.test/s/abcdefghijklmnop')
    const revoked = continued(state, { type: 'link-revoked', name: WEB.name, id: 'abcdefghijklmnop' })
    assert.equal(view(revoked).services[0]?.shareLink, `https://relay.test/s/${FRIEND.id}`)
    const none = continued(revoked, { type: 'link-revoked', name: WEB.name, id: FRIEND.id })
    assert.equal(view(none).services[0]?.shareLink, null)
  })
})
