import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { MAX_ROUTES } from '../../protocol/model/route.ts'
import type { Target } from '../../protocol/model/service.ts'
import { folder } from '../../test/folder.ts'
import { ownRoutes } from './own-routes.ts'
import { codeThrown } from './problem.fixture.ts'
import { openSettings } from './settings.ts'

const PIN = 'AB:'.repeat(32).slice(0, -1)
const pin = 'ab'.repeat(32)

function house(t: TestContext) {
  const data = folder(t)
  const settings = openSettings(data, (notice) => assert.fail(notice.code))
  const service = (name: string, target: Target) => ({ name, target, paused: false, access: 'public' as const, links: [] })
  settings.change({
    services: [
      service('web', { kind: 'http', host: '192.168.1.20', port: 80 }),
      service('nas', { kind: 'https', host: '192.168.1.30', port: 5001, pin: null }),
      service('ssh', { kind: 'tcp', host: '192.168.1.20', port: 22 }),
    ],
  })
  const events: object[] = []
  const forbidden = { isOwnListener: () => false, lanPrefixes: () => [] }
  const routes = ownRoutes({ settings, forbidden, dispatch: (happening) => void events.push(happening) })
  const reopened = (name: string) =>
    openSettings(data, (notice) => assert.fail(notice.code)).current.services.find((each) => each.name === name)
  return { ...routes, events, reopened }
}

const ZM = { service: 'web', prefix: '/zm/', target: 'http://192.168.1.40', strip: false }

test('a path is written down as it was meant, told, and taken away', (t) => {
  const { addRoute, removeRoute, reopened, events } = house(t)
  addRoute(ZM)
  addRoute({ ...ZM, prefix: '/nas', target: 'https://192.168.1.30:5001', strip: true, pin: PIN })
  addRoute({ ...ZM, prefix: '/cam', target: 'https://192.168.1.31' })
  const zm = { prefix: '/zm', target: { kind: 'http', host: '192.168.1.40', port: 80 }, strip: false }
  const nas = { prefix: '/nas', target: { kind: 'https', host: '192.168.1.30', port: 5001, pin }, strip: true }
  const cam = { prefix: '/cam', target: { kind: 'https', host: '192.168.1.31', port: 443, pin: null }, strip: false }
  assert.deepEqual(reopened('web')?.routes, [zm, nas, cam])
  removeRoute('web', '/nas/')
  assert.deepEqual(reopened('web')?.routes, [zm, cam])
  assert.deepEqual(events.at(-1), { type: 'service-changed', name: 'web', change: { routes: [zm, cam] } })
})

test('what cannot be a path is refused, and nothing is changed', (t) => {
  const { addRoute, removeRoute, reopened, events } = house(t)
  addRoute(ZM)
  const rows: [change: Partial<typeof ZM>, code: string][] = [
    [{ service: 'nobody' }, 'service-unknown'],
    [{ prefix: '/' }, 'route-invalid'],
    [{ prefix: 'zm' }, 'route-invalid'],
    [{ prefix: '/a/../b' }, 'route-invalid'],
    [{ prefix: '/zm' }, 'route-taken'],
    [{ prefix: '/x', target: 'nothing' }, 'target-invalid'],
    [{ prefix: '/x', target: 'http://169.254.169.254' }, 'target-forbidden'],
    [{ prefix: '/x', target: 'tcp://192.168.1.20:22' }, 'route-web-only'],
    [{ service: 'ssh', prefix: '/x' }, 'route-web-only'],
  ]
  for (const [change, code] of rows)
    assert.equal(
      codeThrown(() => addRoute({ ...ZM, ...change })),
      code,
      JSON.stringify(change),
    )
  assert.equal(
    codeThrown(() => addRoute({ ...ZM, prefix: '/x', target: 'https://192.168.1.30', pin: 'AB:CD' })),
    'fingerprint-invalid',
  )
  assert.equal(
    codeThrown(() => removeRoute('web', '/x')),
    'route-unknown',
  )
  for (let count = 1; count < MAX_ROUTES; count++) addRoute({ ...ZM, prefix: `/x${count}` })
  assert.equal(
    codeThrown(() => addRoute({ ...ZM, prefix: '/one-more' })),
    'routes-full',
  )
  assert.equal(reopened('web')?.routes?.length, MAX_ROUTES)
  assert.equal(events.length, MAX_ROUTES)
})

test('a certificate is accepted for the one place that shows it', (t) => {
  const { acceptCertificate, addRoute, reopened, events } = house(t)
  acceptCertificate('nas', null, PIN)
  const nas = reopened('nas')?.target
  assert.equal(nas?.kind === 'https' && nas.pin, pin)
  addRoute({ ...ZM, prefix: '/cam', target: 'https://192.168.1.31' })
  acceptCertificate('web', '/cam/', `sha256 Fingerprint=${PIN}`)
  assert.equal(reopened('web')?.routes?.[0]?.target.pin, pin)
  assert.deepEqual(events.at(-1), { type: 'target-pinned', name: 'web', prefix: '/cam', pin })
  assert.equal(
    codeThrown(() => acceptCertificate('web', null, PIN)),
    'certificate-https-only',
  )
  assert.equal(
    codeThrown(() => acceptCertificate('web', '/zm', PIN)),
    'route-unknown',
  )
  assert.equal(
    codeThrown(() => acceptCertificate('nas', null, 'yes')),
    'fingerprint-invalid',
  )
})

test('only a TCP service is told its visitors by the PROXY protocol', (t) => {
  const { setProxyProtocol, reopened } = house(t)
  setProxyProtocol('ssh', true)
  assert.equal(reopened('ssh')?.proxyProtocol, true)
  setProxyProtocol('ssh', false)
  assert.equal(reopened('ssh')?.proxyProtocol, false)
  assert.equal(
    codeThrown(() => setProxyProtocol('web', true)),
    'proxy-protocol-tcp-only',
  )
})

test('any service is led through the relay alone when its owner wishes, and no other', (t) => {
  const { setRelayOnly, reopened, events } = house(t)
  assert.equal(reopened('web')?.relayOnly, undefined, 'as in a file of before')
  setRelayOnly('web', true)
  assert.deepEqual([reopened('web')?.relayOnly, reopened('ssh')?.relayOnly], [true, undefined])
  assert.deepEqual(events.at(-1), { type: 'service-changed', name: 'web', change: { relayOnly: true } })
  setRelayOnly('web', false)
  assert.equal(reopened('web')?.relayOnly, false)
  assert.equal(
    codeThrown(() => setRelayOnly('nobody', true)),
    'service-unknown',
  )
})

test('only what is sent to a website is limited, and only when its owner wants it', (t) => {
  const { setUploadLimit, reopened } = house(t)
  assert.equal(reopened('web')?.uploadLimitMb, undefined)
  setUploadLimit('web', 500)
  assert.equal(reopened('web')?.uploadLimitMb, 500)
  setUploadLimit('web', null)
  assert.equal(reopened('web')?.uploadLimitMb, null)
  assert.equal(
    codeThrown(() => setUploadLimit('ssh', 1)),
    'upload-limit-web-only',
  )
})
