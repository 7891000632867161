import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { LANGUAGES } from '../../../languages/index.ts'
import { beginsByLink, PresetFacts } from '../../../protocol/model/preset.ts'
import { isWeb } from '../../../protocol/model/service.ts'
import { isPingName, PINGS } from '../../../wire/pings.ts'
import { isQueried } from '../queries.ts'
import { PRESETS } from './index.ts'

const FILES = readdirSync(import.meta.dirname).filter((name) => !/^(index|preset|presets\.test)\.ts$/.test(name))

describe('every preset is one file of facts', () => {
  for (const file of FILES)
    test(file, () => {
      const id = file.replace(/\.ts$/, '')
      const preset = PRESETS.get(id)
      assert.ok(preset, 'it stands in the list')
      assert.deepEqual(PresetFacts.parse(preset), preset)
      // Functions and the like would be lost on the way.
      assert.deepEqual(JSON.parse(JSON.stringify(preset)), preset)
      const text = readFileSync(join(import.meta.dirname, file), 'utf8')
      assert.deepEqual(text.match(/^import .*$/gm), ["import type { Preset } from './preset.ts'"])
    })

  test('and nothing else stands in the list', () => assert.equal(PRESETS.size, FILES.length))
})

describe('what would mislead somebody', () => {
  for (const [id, preset] of PRESETS)
    test(id, () => {
      const { kind, port, otherPorts = [], recognise, login, guarded, defaultLogins = [], settings = [], readOn } = preset
      for (const each of otherPorts) assert.notDeepEqual(each, { kind, port })
      // A page cannot be asked of what is no website, and a datagram is nothing to a TCP service.
      if (!isWeb(kind))
        for (const fact of [recognise.http, preset.health, guarded, preset.unclaimed, preset.basePath]) assert.equal(fact, undefined)
      if (!isWeb(kind)) assert.deepEqual([settings, defaultLogins], [[], []])
      if (isWeb(kind)) assert.equal(recognise.banner, undefined)
      // Where there is nothing to log in to, nothing can be guarded.
      if (login === 'none') assert.deepEqual([guarded, defaultLogins], [undefined, []])
      for (const { user, password, form, accepted, refused } of defaultLogins) {
        assert.ok(Object.values(form).includes(user) && Object.values(form).includes(password))
        assert.notDeepEqual(accepted, refused)
        assert.ok(accepted.text !== undefined, 'a page that answers everything with 200 is not believed')
      }
      assert.ok(Date.parse(readOn) <= Date.now())
    })
})

test('what is better not open to everybody begins behind its share link', () => {
  const byLink = [...PRESETS.values()].filter(beginsByLink).map(({ id }) => id)
  assert.deepEqual(byLink, ['synology-dsm', 'octoprint', 'licorn', 'proxmox', 'pi-hole'])
})

test('every website says how it takes a path, and where it is told of it or answers', () => {
  for (const { id, kind, basePath, basePathAt } of PRESETS.values()) {
    assert.equal(basePath !== undefined, isWeb(kind), id)
    assert.equal(basePathAt !== undefined, basePath === 'setting' || basePath === 'own-path', id)
    if (basePath === 'own-path') assert.match(`${basePathAt}`, /^\/[a-z]+(, \/[a-z]+)*$/, id)
  }
})

describe('what is said of a path', () => {
  for (const { locale, presets: words } of Object.values(LANGUAGES))
    test(locale, () => {
      for (const { id, basePath, basePathAt = '' } of PRESETS.values()) {
        if (!basePath) continue
        const told = words.basePath[basePath](basePathAt)
        assert.match(told, /^\p{Lu}.*[^.:\s]\.$/u, id)
        assert.ok(told.includes(basePathAt), id)
      }
      // An engine that is older than the names of the settings.
      assert.match(words.basePath.setting(''), /[^:\s]\.$/)
    })
})

test('a ping belongs to a preset that has a UDP port', () => {
  for (const id of [...Object.keys(PINGS), 'valheim']) {
    const preset = PRESETS.get(id)
    assert.ok(preset && (isPingName(id) || isQueried(id)))
    assert.ok([preset, ...(preset.otherPorts ?? [])].some(({ kind }) => kind === 'udp'))
  }
})
