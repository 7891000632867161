import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { LANGUAGES } from '../languages/index.ts'
import { type Finding, finding } from '../protocol/finding.ts'
import { problem } from '../protocol/problem.ts'
import { Light, type ServiceView, type Snapshot } from '../protocol/snapshot.ts'
import { reachableService, snapshotOf } from '../test/fakes/engine.ts'
import type { EngineState } from './engine-link.ts'
import { type TrayItem, trayModel } from './tray-model.ts'

const { en, fr } = LANGUAGES

const service = (name: string, change: Partial<ServiceView> = {}): ServiceView => ({ ...reachableService(name), ...change })

const running = (services: ServiceView[], change: Partial<Snapshot> = {}): EngineState => ({
  phase: 'running',
  client: {} as never, // the model never calls
  snapshot: { ...snapshotOf(services), ...change },
})

const onlyTunnel = { best: { ipv4: 'tunnel', ipv6: 'tunnel' } } as const

const rows: [string, EngineState, Light, string][] = [
  ['while the engine starts', { phase: 'starting' }, 'checking', 'Porchlight: Porchlight is starting'],
  ['when somebody stopped it', { phase: 'stopped' }, 'paused', 'Porchlight: Porchlight is not running.'],
  ['when it cannot start', { phase: 'failed', reason: 'error port-taken: taken' }, 'needs-you', 'Porchlight: Porchlight is not running.'],
  ['without services', running([]), 'empty', 'Porchlight: Nothing to reach yet'],
  ['reachable', running([service('web')]), 'reachable', 'Porchlight: Reachable from the internet'],
  ['through the relay', running([service('web', onlyTunnel)]), 'relayed', 'Porchlight: Reachable through the relay'],
  [
    'the worst of two',
    running([service('web'), service('music', { state: 'unreachable' })]),
    'unreachable',
    'Porchlight: Not reachable from the internet',
  ],
  ['while it is being looked at', running([service('web', { state: 'checking' })]), 'checking', 'Porchlight: Checking from outside'],
  ['paused', running([service('web', { state: 'paused' })]), 'paused', 'Porchlight: Paused'],
  [
    'when a service waits for its owner',
    running([
      service('web', { state: 'unreachable', problem: problem('service-refused', { service: 'web', target: 'http://192.168.1.20' }) }),
    ]),
    'needs-you',
    'Porchlight: One thing needs you',
  ],
  ['for the home alone', running([service('web', { state: 'at-home' })]), 'at-home', 'Porchlight: For your home alone'],
  ['without an outsider', running([service('web', { state: 'unknown' })]), 'cannot-check', "Porchlight: Can't check right now"],
  [
    'a rehearsal is never "from the internet"',
    running([service('web')], { rehearsal: true }),
    'reachable',
    'Porchlight: The rehearsal works',
  ],
]

describe('icon and sentence', () => {
  for (const [name, state, light, toolTip] of rows) {
    test(name, () => {
      const model = trayModel(state, false, '/data', en)
      assert.deepEqual([model.light, model.toolTip], [light, toolTip])
      assert.equal(`Porchlight: ${model.items[0]?.label}`, toolTip)
    })
  }

  test('in French', () => {
    assert.equal(trayModel(running([service('web')]), false, '/data', fr).items[0]?.label, 'Accessible depuis internet')
  })
})

describe('the icons', () => {
  const folder = join(import.meta.dirname, '..', 'assets', 'tray')
  const FORMS = ['.png', '@1.25x.png', '@1.5x.png', '@2x.png', 'Template.png', 'Template@2x.png', '.ico']

  test('are there for every light, on every system and scale', () => {
    const wanted = Light.options.flatMap((light) => FORMS.map((form) => light + form))
    assert.deepEqual(readdirSync(folder).sort(), wanted.sort())
  })

  test('differ by shape alone: no two templates, which have no colour, are alike', () => {
    for (const form of ['Template.png', 'Template@2x.png']) {
      const shapes = new Set(Light.options.map((light) => readFileSync(join(folder, light + form), 'base64')))
      assert.equal(shapes.size, Light.options.length)
    }
  })
})

const entry = (state: EngineState, id: string): TrayItem | undefined => {
  const flat = trayModel(state, false, '/data', en).items.flatMap((item) => (item ? [item, ...(item.submenu ?? [])] : []))
  return flat.find((item) => item.id === id)
}

describe('the menu', () => {
  test('a danger is read in the window before the link is copied there; a warning is not', () => {
    const found = (...findings: Finding[]) => entry(running([service('web', { safety: { atMs: 1, findings } })]), 'copy:web')
    const danger = found(finding('unclaimed', { program: 'Jellyfin' }))
    assert.deepEqual(danger, { id: 'copy:web', label: en.safety.summary.danger, action: { do: 'open-window' } })
    assert.equal(found(finding('lists-files', {}))?.action?.do, 'copy')
  })

  test('says why nobody can look', () => {
    const found = problem('relay-cannot-look', { relay: 'relay.example' })
    const diagnosis = {
      chain: [],
      problems: [{ problem: found, link: 'outside' as const, role: 'cause' as const, causedBy: null, sinceMs: 1 }],
      healed: [],
    }
    const why = (state: ServiceView['state']) => entry(running([service('web', { state })], { diagnosis }), 'reason')
    assert.deepEqual(why('unknown'), { id: 'reason', label: 'The relay cannot look from outside.' })
    assert.equal(why('reachable'), undefined)
  })

  test('has a submenu a service, in the order of the snapshot', () => {
    const ids = trayModel(running([service('web'), service('music')]), false, '/data', en).items.map((item) => item?.id ?? '-')
    assert.deepEqual(ids, ['state', '-', 'service:web', 'service:music', '-', 'check-now', 'open-window', 'start-at-login', 'quit'])
  })

  test('carries what each entry does', () => {
    const state = running([service('web'), service('music', { state: 'paused' })])
    assert.deepEqual(entry(state, 'copy:web')?.action, { do: 'copy', text: 'https://relay.example/s/web#secret' })
    assert.deepEqual(entry(state, 'open:web')?.action, { do: 'open-service', url: 'https://web.home.relay.example/' })
    assert.deepEqual(entry(state, 'pause:web')?.action, { do: 'pause', name: 'web' })
    assert.deepEqual(entry(state, 'resume:music')?.action, { do: 'resume', name: 'music' })
    assert.equal(entry(state, 'pause:music'), undefined)
  })

  test('shows whether the app starts at login, and offers the other', () => {
    const item = (on: boolean) => trayModel({ phase: 'stopped' }, on, '/data', en).items.find((one) => one?.id === 'start-at-login')
    assert.deepEqual([item(true)?.isOn, item(true)?.action], [true, { do: 'start-at-login', on: false }])
    assert.deepEqual([item(false)?.isOn, item(false)?.action], [false, { do: 'start-at-login', on: true }])
  })

  test('copies the address of a program that is no browser', () => {
    const music = service('music', { kind: 'udp', publicAddress: { host: 'music.home.relay.example', port: 22124 }, access: 'public' })
    const item = entry(running([music]), 'copy:music')
    assert.deepEqual(item, {
      id: 'copy:music',
      label: 'Copy address',
      action: { do: 'copy', text: 'music.home.relay.example:22124' },
    })
  })

  test('greys out what a service does not have', () => {
    const state = running([service('web', { shareLink: null, publicUrl: null })])
    assert.equal(entry(state, 'copy:web')?.action, undefined)
    assert.equal(entry(state, 'open:web')?.action, undefined)
  })

  test('says why the engine cannot start, in one entry of bounded length', () => {
    const label = entry({ phase: 'failed', reason: 'x'.repeat(5_000) }, 'reason')?.label
    assert.equal(label?.length, 120)
  })

  test('always lets the person open the window and quit', () => {
    for (const [, state] of rows) {
      assert.deepEqual([entry(state, 'open-window')?.action, entry(state, 'quit')?.action], [{ do: 'open-window' }, { do: 'quit' }])
    }
  })
})
