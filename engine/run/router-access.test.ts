/** The whole way on scripted boxes: its owner is asked, says yes, the rule is made by the same loop that makes all others, and everything is
 *  taken back. What is looked at from outside stands in the lab. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { RouterAccess } from '../../protocol/model/router-api.ts'
import { ProblemError } from '../../protocol/problem.ts'
import { type FakeFreebox, startFakeFreebox } from '../../test/fakes/freebox.ts'
import { type FakeFritzbox, startFakeFritzbox } from '../../test/fakes/fritzbox.ts'
import { type FakeLivebox, startFakeLivebox } from '../../test/fakes/livebox.ts'
import type { Happening } from '../core/events.ts'
import { EMPTY_STATE, type State } from '../core/state.ts'
import { GatewayError } from '../gateway/gateway.ts'
import { openRouter, type Router } from '../gateway/router.ts'
import { openJournal } from './journal.ts'
import { keepRouterConsent, openRouterDoor, type RouterConsent, type RouterDoor } from './router-access.ts'
import { openSecrets } from './secrets.ts'

const HOME = '127.0.0.1'
const PLACE = { gateway: HOME, localAddress: HOME }
const MAC = '14:0c:76:00:00:01'
const soon = (): AbortSignal => AbortSignal.timeout(30_000)

let box: FakeFreebox
let folder: string
let door: RouterDoor
let consent: RouterConsent
let told: Happening[]
let life: AbortController
let mac: string | null
const routers: { gateway: Router | undefined; upstream: undefined } = { gateway: undefined, upstream: undefined }

beforeEach(async () => {
  box = await startFakeFreebox()
  folder = mkdtempSync(join(tmpdir(), 'porchlight-router-'))
  told = []
  life = new AbortController()
  mac = MAC
  start()
})
afterEach(async () => {
  life.abort()
  routers.gateway?.close()
  routers.gateway = undefined
  await box.close()
  rmSync(folder, { recursive: true })
})

/** As the engine does, also after a restart. */
function start(guide = 'freebox', port = box.port): void {
  const options = { macOf: async () => mac, port }
  const secrets = openSecrets(folder)
  door = openRouterDoor({ secrets, ...options })
  const journal = openJournal(folder, () => {})
  const state = (): State => ({ ...EMPTY_STATE, network: { ipv4: PLACE }, routerAccess: lastAccess() ?? door.access })
  const settings = { current: { router: guide } } as never
  const dispatch = (happening: Happening): void => void told.push(happening)
  consent = keepRouterConsent({ routerDoor: door, routers, journal, settings, state, log: () => {} }, dispatch, life.signal, options)
}

const lastAccess = (): RouterAccess | undefined =>
  told.flatMap((happening) => (happening.type === 'router-access' ? [happening.access] : [])).at(-1)

const until = (check: () => boolean): Promise<unknown> =>
  eventually(() => assert.ok(check(), `came to nothing: ${JSON.stringify(told)}`), { everyMs: 10 })

async function letIn(): Promise<void> {
  await consent.connectRouter({ user: '', password: '' }, soon())
  assert.equal(lastAccess()?.phase, 'waiting')
  box.is.status = 'granted'
  await until(() => lastAccess()?.phase === 'open')
}

const enter = () => door.enter(PLACE, (happening) => void told.push(happening), soon())
const problemOf = (code: string) => (error: unknown) => error instanceof ProblemError && error.problem.code === code

describe('its owner is asked', () => {
  test('and says yes on the box: the router is asked anew, and the key stands among the secrets alone', async () => {
    await letIn()
    assert.deepEqual(told.at(-1), { type: 'router-access', access: { api: 'freebox', phase: 'open', problem: null }, anew: true })
    const kept = JSON.parse(await readFile(join(folder, 'secrets/router.json'), 'utf8'))
    assert.deepEqual([kept.api, kept.address, kept.mac], ['freebox', HOME, MAC])
    start()
    assert.equal(door.access.phase, 'open', 'also after a restart')
    const gateway = await enter()
    assert.equal(gateway?.via, 'freebox')
    gateway?.close?.()
  })

  for (const [status, code] of [
    ['denied', 'gateway-access-denied'],
    ['timeout', 'gateway-access-unanswered'],
  ] as const)
    test(`${status}: nothing is kept`, async () => {
      await consent.connectRouter({ user: '', password: '' }, soon())
      box.is.status = status
      await until(() => lastAccess()?.phase === 'none')
      assert.equal(lastAccess()?.problem?.code, code)
      assert.ok(!door.isOpen())
    })

  test('a router that is none of those is not asked', async () => {
    start('openwrt')
    await assert.rejects(consent.connectRouter({ user: '', password: '' }, soon()), problemOf('gateway-access-absent'))
    start()
    box.is.instead.set('/api_version', { body: '<title>something else</title>' })
    await assert.rejects(consent.connectRouter({ user: '', password: '' }, soon()), problemOf('gateway-access-absent'))
    assert.deepEqual(box.shown, [])
  })

  test('a box that takes no new programs says so', async () => {
    box.is.instead.set('login/authorize/', { body: '{"success":false,"error_code":"new_apps_denied"}' })
    await assert.rejects(consent.connectRouter({ user: '', password: '' }, soon()), problemOf('gateway-access-denied'))
  })
})

describe('the key opens that box and no other', () => {
  test('not one at another address, nor one with another network card', async () => {
    await letIn()
    const before = box.asked.length
    mac = '02:00:00:00:00:66'
    assert.equal(await enter(), null)
    mac = null
    assert.equal(await enter(), null)
    assert.equal(await door.enter({ ...PLACE, gateway: '127.0.0.2' }, () => {}, soon()), null)
    assert.equal(box.asked.length, before, 'nothing was said to it')
  })
})

describe('let in no longer', () => {
  test('a permission that was taken back is told, and not tried again', async () => {
    await letIn()
    box.is.status = 'denied'
    await assert.rejects(enter(), GatewayError)
    assert.deepEqual([lastAccess()?.phase, lastAccess()?.problem?.code], ['refused', 'gateway-access-lost'])
    assert.ok(!door.isOpen())
  })

  test('a right that is missing is told, and tried again until it is given', async () => {
    await letIn()
    box.is.mayChange = false
    await assert.rejects(enter(), GatewayError)
    assert.equal(lastAccess()?.problem?.code, 'gateway-access-right')
    assert.ok(door.isOpen())
    box.is.mayChange = true
    const gateway = await enter()
    assert.deepEqual(lastAccess(), { api: 'freebox', phase: 'open', problem: null })
    gateway?.close?.()
  })
})

describe('by a password', () => {
  let livebox: FakeLivebox
  let fritzbox: FakeFritzbox
  beforeEach(async () => {
    ;[livebox, fritzbox] = await Promise.all([startFakeLivebox(), startFakeFritzbox()])
  })
  afterEach(() => Promise.all([livebox.close(), fritzbox.close()]))

  const KINDS: readonly (readonly [guide: string, api: string, port: () => number, password: () => string])[] = [
    ['livebox', 'livebox', () => livebox.port, () => livebox.password],
    ['fritzbox', 'tr064', () => fritzbox.httpPort, () => fritzbox.is.password],
  ]
  for (const [guide, api, port, password] of KINDS)
    test(`${guide}: tried once, kept when it is right`, async () => {
      start(guide, port())
      await assert.rejects(consent.connectRouter({ user: '', password: 'wrong' }, soon()), problemOf('gateway-access-password'))
      await assert.rejects(consent.connectRouter({ user: '', password: '' }, soon()), problemOf('gateway-access-password'))
      assert.ok(!door.isOpen())
      await consent.connectRouter({ user: '', password: password() }, soon())
      assert.deepEqual(lastAccess(), { api, phase: 'open', problem: null })
      const gateway = await enter()
      assert.equal(gateway?.via, api)
      start(guide, port())
      assert.equal((await enter())?.via, api, 'also after a restart')
    })

  test('one that was changed meanwhile is told, and tried no more', async () => {
    start('fritzbox', fritzbox.httpPort)
    await consent.connectRouter({ user: '', password: fritzbox.is.password }, soon())
    fritzbox.is.password = 'another'
    await assert.rejects(enter(), GatewayError)
    assert.equal(lastAccess()?.problem?.code, 'gateway-access-lost')
    assert.equal(await enter(), null)
    assert.equal(fritzbox.strangers.length, 1)
  })
})

describe('some boxes say only at the first rule that we may not', () => {
  const learn = (outcome: unknown) => door.learn(outcome, HOME, (happening) => void told.push(happening))
  beforeEach(letIn)

  for (const [reason, code] of [
    ['right', 'gateway-access-right'],
    ['second-factor', 'gateway-access-second-factor'],
    ['stranger', 'gateway-access-lost'],
  ] as const)
    test(`${reason} is told, and over when a rule is made`, () => {
      learn(new GatewayError('refused', 'no', { reason }))
      assert.deepEqual([lastAccess()?.phase, lastAccess()?.problem?.code], ['refused', code])
      learn('freebox')
      assert.deepEqual(lastAccess(), { api: 'freebox', phase: 'open', problem: null })
    })

  test('a refusal of another kind, and a rule made in another way, say nothing of it', () => {
    const before = told.length
    learn(new GatewayError('conflict', 'taken'))
    learn('upnp')
    assert.equal(told.length, before)
  })

  test('asked again in vain, it is still for its owner to mend', async () => {
    learn(new GatewayError('refused', 'no', { reason: 'stranger' }))
    box.is.status = 'pending'
    await consent.connectRouter({ user: '', password: '' }, soon())
    box.is.status = 'denied'
    await until(() => lastAccess()?.phase === 'refused')
    assert.deepEqual([lastAccess()?.api, lastAccess()?.problem?.code], ['freebox', 'gateway-access-denied'])
  })
})

describe('forgotten', () => {
  test('with every rule that was made by it', async () => {
    await letIn()
    const router = await openRouter(HOME, [{ family: 'ipv4', open: enter }], life.signal, () => {})
    assert.ok(router)
    routers.gateway = router
    const rule = { protocol: 'tcp', internalAddress: HOME, internalPort: 40_443, externalPort: 443, description: 'Porchlight' } as const
    const made = await router.map({ ...rule, lifetimeS: 600, exactPort: true }, soon())
    openJournal(folder, () => {}).note({ router: 'gateway', ...rule, via: made.via, lifetimeS: made.lifetimeS })
    start()
    assert.deepEqual(await consent.forgetRouter(soon()), { left: false })
    assert.deepEqual(box.rules, [])
    assert.deepEqual(openJournal(folder, () => {}).rules(), [])
    const types = told.slice(-2).map(({ type }) => type)
    assert.deepEqual(types, ['rule-gone', 'router-access'], 'at once, so that nothing is asked for by this way in between')
    assert.ok(!door.isOpen())
    start()
    assert.equal(door.access.phase, 'none')
  })

  test('what cannot be taken back is said, and stays in the journal', async () => {
    await letIn()
    const rule = { protocol: 'tcp', internalAddress: HOME, internalPort: 40_443, externalPort: 443, description: 'Porchlight' } as const
    openJournal(folder, () => {}).note({ router: 'gateway', ...rule, via: 'freebox', lifetimeS: 0 })
    start()
    assert.deepEqual(await consent.forgetRouter(soon()), { left: true })
    assert.equal(openJournal(folder, () => {}).rules().length, 1)
  })
})
