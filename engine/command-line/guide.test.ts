import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { GuideNumbers } from '../../languages/guides.ts'
import { LANGUAGES } from '../../languages/index.ts'
import { GENERIC, GUIDES, sourcesOf } from '../../protocol/guides/index.ts'
import { asText } from './guide.ts'

const { en, fr } = LANGUAGES
const NUMBERS: GuideNumbers = {
  router: '192.168.1.1',
  ours: '192.168.1.20',
  rules: [{ protocol: 'TCP', port: '443', internal: '192.168.1.20', internalPort: '8443' }],
}

test('a guide in the terminal: steps, the rule under the names of this router, what else there is, and where it was read', () => {
  const text = asText('livebox', 'Livebox 5', NUMBERS, fr)
  assert.match(text, /^Comment faire sur votre Livebox\n {2}1\. Ouvrez http:\/\/192\.168\.1\.1\//)
  assert.match(text, /^ {5}Port externe: 443$/m)
  assert.match(text, /^ {5}Équipement: 192\.168\.1\.20$/m)
  assert.match(text, /Réseau › CGN/)
  assert.match(text, /^ {2}https:\/\/github\.com\/p-dor\/LiveboxMonitor\/issues\/32$/m)
})

test('one that is not known is told by its own name and in general; without a missing rule it says so', () => {
  const text = asText(GENERIC, 'Box 9000', { ...NUMBERS, rules: [] }, en)
  assert.match(text, /^How to do it on your Box 9000\n/)
  assert.ok(text.includes(en.guides.noRule) && text.includes(en.guides.unsourced))
})

test('docs/compatibility.md names every source, with the day on which it was read', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../docs/compatibility.md'), 'utf8').split('\n')
  for (const guide of GUIDES) {
    const row = docs.find((line) => line.startsWith(`| ${guide.title} |`)) ?? ''
    for (const fact of [...sourcesOf(guide), guide.readOn]) assert.ok(row.includes(fact), `${guide.title}: ${fact}`)
  }
})
