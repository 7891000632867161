import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import tls from 'node:tls'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { formatFingerprint, type ServiceTarget, type Target } from '../../protocol/model/service.ts'
import { folder } from '../../test/folder.ts'
import type { Happening } from '../core/events.ts'
import { EMPTY_STATE, type State } from '../core/state.ts'
import { fingerprintOf, listenOn } from '../proxy/test-door.ts'
import type { Context } from './context.ts'
import { createJudgeCertificate } from './judge-certificate.ts'
import { openSettings } from './settings.ts'

const own = await issue(await makeAuthority(), { names: ['nas.local'], notAfterMs: Date.UTC(2031, 3, 6) })
const other = await issue(await makeAuthority(), { names: ['nas.local'] })

/** A device at home that shows `own`, as the service `nas` or behind its path `/cam`. */
async function house(t: TestContext, pin: Partial<Pick<Target, 'pin'>>) {
  let looks = 0
  const server = tls.createServer({
    cert: own.certPem,
    key: own.keyPem,
  })
  server.on('connection', () => looks++)
  server.on('secureConnection', (socket) => socket.on('error', () => undefined).resume())
  const show = ({ certPem, keyPem }: typeof own) => server.setSecureContext({ cert: certPem, key: keyPem })
  const target = { kind: 'https', host: '127.0.0.1', port: await listenOn(t, server), ...pin } as const
  const settings = openSettings(folder(t), (notice) => assert.fail(notice.code))
  const routes = [{ prefix: '/cam', target, strip: false }]
  settings.change({ services: [{ name: 'nas', target, paused: false, access: 'public', links: [], routes }] })
  let state: State = EMPTY_STATE
  const context = { settings, forbidden: { isOwnListener: () => false, lanPrefixes: () => [] }, state: () => state } as unknown as Context
  const judge = createJudgeCertificate(context)
  const events: Happening[] = []
  const check = (name: string) => judge({ name, target }, (event) => void events.push(event), new AbortController().signal)
  const up = (name: string) => {
    state = { ...EMPTY_STATE, targets: { [name]: { phase: 'up', nextAtMs: 0 } } }
  }
  return { check, show, up, events, looks: () => looks, service: () => settings.current.services[0] }
}

const pinOf = (target: ServiceTarget | undefined) => (target && 'pin' in target ? target.pin : undefined)
const mine = formatFingerprint(fingerprintOf(own))

test('an older home keeps the certificate that it is shown first, for a service and for a path, and says so', async (t) => {
  const { check, events, service } = await house(t, {})
  assert.equal(await check('nas'), null)
  assert.equal(await check('nas/cam'), null)
  assert.deepEqual([pinOf(service()?.target), service()?.routes?.[0]?.target.pin], [fingerprintOf(own), fingerprintOf(own)])
  const pinned = { type: 'target-pinned', name: 'nas', pin: fingerprintOf(own), unasked: true }
  assert.deepEqual(events, [
    { ...pinned, prefix: null },
    { ...pinned, prefix: '/cam' },
  ])
})

test('one that its owner has not accepted is told with what he needs to judge it, and not kept', async (t) => {
  const { check, events, service } = await house(t, { pin: null })
  const found = await check('nas/cam')
  assert.deepEqual([found?.code, found?.params.service, found?.params.theirs], ['certificate-unaccepted', 'nas/cam', mine])
  assert.deepEqual([found?.params.detail, found?.params.until], ['DNS:nas.local', String(Date.UTC(2031, 3, 6))])
  assert.deepEqual([events, service()?.routes?.[0]?.target.pin], [[], null])
})

test('one that was replaced is told with both fingerprints', async (t) => {
  const { check, show } = await house(t, { pin: fingerprintOf(own) })
  assert.equal(await check('nas'), null)
  show(other)
  const found = await check('nas')
  const both = [found?.params.ours, found?.params.theirs]
  assert.deepEqual([found?.code, ...both], ['certificate-replaced', mine, formatFingerprint(fingerprintOf(other))])
})

test('a service that answers is not asked for it more than once a minute', async (t) => {
  const { check, up, looks } = await house(t, { pin: fingerprintOf(own) })
  await check('nas')
  await check('nas')
  assert.equal(looks(), 2, 'nobody knows yet that it is up')
  up('nas')
  await check('nas')
  assert.equal(looks(), 2)
})
