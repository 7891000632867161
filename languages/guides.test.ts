import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { GENERIC, GUIDES } from '../protocol/guides/index.ts'
import { describeGuide, type GuideNumbers, type HandRule, rowsOf } from './guides.ts'
import { LANGUAGES } from './index.ts'

const { en, fr } = LANGUAGES
const RULE: HandRule = { protocol: 'TCP', port: '443', internal: '192.168.1.20', internalPort: '8443' }
const NUMBERS: GuideNumbers = { router: '192.168.1.1', ours: '192.168.1.20', rules: [RULE] }
const textOf = (id: string, words = en): string => {
  const { title, steps, topics } = describeGuide(id, null, NUMBERS, words)
  return [title, ...steps, ...topics.flatMap((topic) => [topic.title, ...topic.steps])].join('\n')
}

describe('each guide is told in each language, without a gap', () => {
  for (const words of [en, fr])
    for (const id of [...GUIDES.map((guide) => guide.id), GENERIC])
      test(`${words.locale} ${id}`, () => {
        const told = describeGuide(id, null, NUMBERS, words)
        assert.ok(told.steps.length >= 2)
        for (const step of [...told.steps, ...told.topics.flatMap(({ steps }) => steps)]) assert.match(step, /^\S.*[.!?]$/)
        assert.doesNotMatch(textOf(id, words), /undefined|null|\$\{|\{\w+\}|\[object|<\w+>/)
        const rows = rowsOf(id, RULE, 'Porchlight web', words)
        assert.deepEqual(
          rows.map(({ value }) => value),
          ['Porchlight web', 'TCP', '443', '192.168.1.20', '8443'],
        )
        assert.equal(new Set(rows.map(({ label }) => label)).size, rows.length, 'each value has a name of its own')
        assert.equal(told.sources.length > 0, id !== GENERIC)
        assert.equal(told.readOn === null, id === GENERIC)
      })
})

test('a router is told in its own labels, with the numbers of this network', () => {
  assert.match(textOf('livebox'), /^Go to Réseau › NAT\/PAT\.$/m)
  assert.match(textOf('livebox', fr), /^Allez dans Réseau › NAT\/PAT\.$/m)
  assert.match(textOf('livebox', fr), /Réseau › CGN/)
  assert.match(textOf('google-nest', fr), /Paramètres réseau avancés › Gestion des ports/)
  assert.match(textOf('google-nest'), /Advanced Networking › Port management/)
  assert.match(textOf(GENERIC), /^Open http:\/\/192\.168\.1\.1\/ in a browser\.$/m)
  assert.match(textOf('freebox'), /http:\/\/mafreebox\.freebox\.fr\//)
  assert.match(textOf('starlink'), /cannot forward ports/)
  assert.equal(rowsOf('opnsense', RULE, 'x', en)[3]?.label, 'Redirect Target IP')
})

test('where nothing is known of the network, nothing is made up', () => {
  const { steps, topics } = describeGuide(GENERIC, null, { router: null, ours: null, rules: [] }, en)
  assert.doesNotMatch([...steps, ...topics.flatMap((topic) => topic.steps)].join(' '), /http:|192\.168|null/)
})
