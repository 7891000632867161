import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plainLink } from '../../protocol/model/link.ts'
import { folder } from '../../test/folder.ts'
import type { Publication } from '../../wire/messages.ts'
import type { Happening } from '../core/events.ts'
import { publicationOf } from '../core/exposures.ts'
import { ADDED, KNOWN, RELAY, situation, T0, WEB } from '../core/situation.fixture.ts'
import { publishNames } from './asks.ts'
import type { Context } from './context.ts'
import { openSettings } from './settings.ts'
import { openUnsaved } from './unsaved.ts'

const ALIASED = { ...plainLink('aaaaaaaaaaaaaaaa', T0), alias: 'k7dq2vxm' }
const STATE = situation(...ADDED, ...RELAY, { type: 'link-added', name: WEB.name, link: ALIASED, grant: '' })

/** Publishes once to a relay that answers so; what happened, and which links are remembered as registered there. */
async function publish(data: string, answer: unknown, isJoined = true) {
  const settings = openSettings(data, (notice) => assert.fail(notice.code))
  if (isJoined) settings.change({ relays: [{ url: KNOWN.url, key: KNOWN.relayKey }] })
  const happened: Happening[] = []
  const context = {
    log: () => {},
    settings,
    unsaved: openUnsaved(
      () => {},
      () => {},
    ),
    state: () => STATE,
    relays: new Map([[KNOWN.url, { tunnel: { ask: async () => answer } }]]),
  } as unknown as Context
  const effect = { kind: 'publish', url: KNOWN.url, publication: publicationOf(STATE), key: 'key' } as const
  await publishNames(context, effect, (happening) => happened.push(happening), new AbortController().signal)
  return { happened, registered: openSettings(data, () => assert.fail()).current.registered }
}

test('what a relay took of our links is known now, and at the next start', async (t) => {
  const links = ['abcdefghijklmnop', 'aaaaaaaaaaaaaaaa', 'k7dq2vxm']
  const { happened, registered } = await publish(folder(t), { ports: [] })
  const services = ['photos']
  const telling = { type: 'publishing', url: KNOWN.url, services }
  assert.deepEqual(happened, [telling, { type: 'published', url: KNOWN.url, key: 'key', services, ports: {}, links }])
  assert.deepEqual(registered, { [KNOWN.url]: links })
})

test('an alias that is another home’s is not registered; all else is', async (t) => {
  const { registered } = await publish(folder(t), { ports: [], taken: ['k7dq2vxm'] })
  assert.deepEqual(registered, { [KNOWN.url]: ['abcdefghijklmnop', 'aaaaaaaaaaaaaaaa'] })
})

test('of a relay that was never joined, as in a rehearsal, nothing is remembered', async (t) => {
  assert.deepEqual((await publish(folder(t), { ports: [] }, false)).registered, {})
})

test('a relay that cannot keep a website’s name to itself is not told where the home is', async (t) => {
  const data = folder(t)
  const told: unknown[] = []
  const publication: Publication = {
    services: [
      { name: 'web', kind: 'http', links: [], direct: [] },
      { name: 'private', kind: 'http', links: [], direct: [], relayOnly: true },
    ],
    direct: ['ipv4'],
  }
  const publishTo = async (relayOnly: boolean, wanted = publication): Promise<unknown[]> => {
    told.length = 0
    const known = { ...KNOWN, relayOnly }
    const state = situation({ type: 'relay-chosen', url: KNOWN.url }, { type: 'relay-connected', known })
    const ask = async ({ publication }: { publication: Publication }) => {
      told.push(publication.direct)
      return { ports: [] }
    }
    const context = {
      log: () => {},
      settings: openSettings(data, () => {}),
      relays: new Map([[KNOWN.url, { tunnel: { ask } }]]),
      state: () => state,
      unsaved: { write: async () => {} },
    } as unknown as Context
    const effect = { kind: 'publish', url: KNOWN.url, publication: wanted, key: 'key' } as const
    await publishNames(context, effect, () => {}, new AbortController().signal)
    return [...told]
  }
  assert.deepEqual(await publishTo(false), [[]], 'not for a moment')
  assert.deepEqual(await publishTo(true), [['ipv4']])
  assert.deepEqual(await publishTo(false, { ...publication, services: publication.services.slice(0, 1) }), [['ipv4']])
})

test('an answer outside the protocol registers nothing', async (t) => {
  const { happened, registered } = await publish(folder(t), { ports: [], taken: ['<b>'] })
  assert.deepEqual([happened.at(-1), registered], [{ type: 'publish-failed', url: KNOWN.url }, {}])
})
