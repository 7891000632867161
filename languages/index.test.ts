import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ActionId, commandFor } from '../protocol/action.ts'
import { FINDINGS, FindingCode } from '../protocol/finding.ts'
import { PROBLEMS, type ProblemCode, problem } from '../protocol/problem.ts'
import { Light } from '../protocol/snapshot.ts'
import { ago } from './format.ts'
import { describeFinding, describeLight, describeProblem, describeReason, LANGUAGES, language, type Words } from './index.ts'

const CODES = Object.keys(PROBLEMS) as ProblemCode[]
const everyLanguage = Object.values(LANGUAGES)

/** Every parameter gets a mark of its own, so that a sentence shows which ones it used. */
const marked = (code: ProblemCode) => ({
  code,
  severity: PROBLEMS[code].severity,
  params: Object.fromEntries(PROBLEMS[code].params.map((name) => [name, `<${name}>`])),
})

/** Every sentence of a language with a path to it; functions are called with marks, numbers with 0, 1 and 2. */
function sentences(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value === 'function') {
    const parts = Array.from({ length: Math.max(1, value.length) }, (_, index) => `<${index}>`)
    const record = new Proxy({}, { get: (_, name) => `<${String(name)}>` })
    const input = /^\.(problems|relayCheck\.findings|safety\.findings)\b/.test(path)
      ? [record]
      : /\.(count|more)$/.test(path)
        ? undefined
        : parts
    const results = input ? [value(...input)] : [0, 1, 2].flatMap((a) => [value(a, 1), value(a, 12)])
    return results.flatMap((result) => sentences(result, path))
  }
  // What a step can do is no word.
  return Object.entries(value as object).flatMap(([key, inner]) => (key === 'action' ? [] : sentences(inner, `${path}.${key}`)))
}

describe('every problem is told in every language', () => {
  for (const words of everyLanguage)
    for (const code of CODES)
      test(`${words.locale} ${code}`, () => {
        const told = describeProblem(marked(code), words)
        const parts = [told.title, ...told.causes, told.consequence, ...told.steps.map(({ text }) => text)]
        for (const part of parts) {
          assert.match(part, /^\S.*[.!?]$/s, `${part} is a sentence`)
          assert.doesNotMatch(part, /undefined|\$\{|\[object/)
          assert.ok(part.length <= 320, `${part} has ${part.length} characters`)
        }
        assert.ok(told.causes.length > 0 && told.steps.length > 0, 'why, and what to do')
        assert.equal(new Set(parts).size, parts.length, 'the parts differ')
        for (const name of PROBLEMS[code].params) assert.ok(parts.join(' ').includes(`<${name}>`), `${name} is told`)
      })
})

describe('what the app can do about a problem', () => {
  const actionsOf = (words: Words, code: ProblemCode) => describeProblem(marked(code), words).steps.flatMap(({ action }) => action ?? [])

  test('is the same in every language', () => {
    for (const code of CODES)
      for (const words of everyLanguage) assert.deepEqual(actionsOf(words, code), actionsOf(LANGUAGES.en, code), code)
  })

  test('can be done: each action serves a problem that has what it needs', () => {
    const offered = CODES.flatMap((code) => actionsOf(LANGUAGES.en, code).map((action) => ({ action, code })))
    assert.deepEqual(new Set(offered.map(({ action }) => action)), new Set(ActionId.options))
    for (const { action, code } of offered) assert.ok(commandFor(action, marked(code)), `${code} lacks what ${action} needs`)
    for (const words of everyLanguage) for (const action of ActionId.options) assert.ok(words.actions[action])
  })
})

describe('every finding is told in every language, with all its facts', () => {
  for (const words of everyLanguage)
    for (const code of FindingCode.options)
      test(`${words.locale} ${code}`, () => {
        const { weight, facts } = FINDINGS[code]
        const { what, next } = describeFinding({ code, weight, facts: Object.fromEntries(facts.map((name) => [name, `<${name}>`])) }, words)
        for (const part of [what, next]) assert.match(part, /^\S.*[.!?]$/s)
        assert.notEqual(what, next)
        // What a setting is needed for is told in words.
        for (const name of facts) if (name !== 'need') assert.ok(`${what} ${next}`.includes(`<${name}>`), `${name} is told`)
        assert.equal(next === words.safety.findings.answers({}).next, weight === 'fine', 'only what is well needs nothing done')
      })
})

test('a fact that is missing leaves a gap, not a crash', () => {
  const told = describeProblem({ code: 'gateway-conflict', severity: 'info', params: { port: '443' } }, LANGUAGES.en)
  assert.match(told.title, /443/)
  assert.match(told.cause, /…/)
})

test('a known reason is told in the language, an unknown one quoted as it came', () => {
  const told = describeProblem(problem('relay-unreachable', { relay: 'relay.example', reason: 'ECONNREFUSED' }), LANGUAGES.fr)
  assert.match(told.cause, /rien n'écoute à cette adresse/)
  assert.equal(describeReason('teapot', LANGUAGES.en), '"teapot"')
  assert.equal(describeReason('teapot', LANGUAGES.fr), '«\u00a0teapot\u00a0»')
  assert.equal(describeReason('toString', LANGUAGES.en), '"toString"')
})

test('the locale of a system chooses the language, English when there is none', () => {
  const cases: [string | undefined, Words][] = [
    ['fr', LANGUAGES.fr],
    ['fr-CA', LANGUAGES.fr],
    ['fr_FR.UTF-8', LANGUAGES.fr],
    ['FR', LANGUAGES.fr],
    ['en-GB', LANGUAGES.en],
    ['de-DE', LANGUAGES.en],
    ['', LANGUAGES.en],
    ['constructor', LANGUAGES.en],
    [undefined, LANGUAGES.en],
  ]
  for (const [locale, words] of cases) assert.equal(language(locale), words, String(locale))
})

test('a rehearsal never says that something is on the internet', () => {
  for (const words of everyLanguage)
    for (const light of Light.options) {
      const { headline } = describeLight(light, true, words)
      if (light !== 'unreachable') assert.doesNotMatch(headline, /internet/i, `${words.locale} ${light}`)
      assert.equal(describeLight(light, false, words), words.light[light])
    }
})

test('the same words exist in every language, and none is empty', () => {
  const paths = (words: Words) => [...new Set(sentences(words).map(([path]) => path))].sort()
  for (const words of everyLanguage) {
    assert.deepEqual(paths(words), paths(LANGUAGES.en))
    for (const [path, text] of sentences(words)) assert.notEqual(text.trim(), '', path)
  }
})

/** What a pattern finds in a language, as "path: text". Empty is good. */
const offences = (words: Words, pattern: RegExp) =>
  sentences(words)
    .filter(([, text]) => pattern.test(text))
    .map(([path, text]) => `${path}: ${text}`)

test('French typography: no-break space before ; : ! ? » and after «, straight apostrophes, no narrow space', () => {
  const { fr } = LANGUAGES
  assert.deepEqual(offences(fr, / [;:!?»]|« /), [], 'a plain space would break the line')
  assert.deepEqual(offences(fr, /[^\u00a0 ][;!?»]|«[^\u00a0]/), [], 'the space is missing')
  assert.deepEqual(offences(fr, /[\p{L}\d>]:(?!\/\/|\d|$)/u), [], 'the space is missing before a colon')
  assert.deepEqual(offences(fr, /[\u202f’]|\.\.\./), [])
})

test('English typography: no space before punctuation, straight quotes', () => {
  assert.deepEqual(offences(LANGUAGES.en, /[ \u00a0][;:!?]|[\u202f’“”]|\.\.\./), [])
})

test('no English is left in French, and the owner is addressed politely', () => {
  const english = new Map(sentences(LANGUAGES.en))
  const same = new Set([
    '.locale',
    '.page.title',
    '.page.services.of',
    '.expert.ofService',
    '.page.services.pause',
    '.tray.pause',
    '.shell.service.tabs.expert',
    '.page.problems.severity.critical',
    '.page.problems.severity.info',
    '.safety.weight.danger',
    '.presets.names.minecraft',
    '.presets.names.minecraft-bedrock',
  ])
  const untranslated = sentences(LANGUAGES.fr).filter(([path, text]) => english.get(path) === text && !same.has(path))
  assert.deepEqual(untranslated, [])
  assert.deepEqual(offences(LANGUAGES.fr, /(?<!<|porchlight-)\b(the|your|is|not|with|this|relay|share|router)\b/i), [])
  assert.deepEqual(offences(LANGUAGES.fr, /\b(tu|ton|tes|toi)\b/i), [], 'vouvoiement')
  for (const words of everyLanguage) assert.deepEqual(offences(words, /\binvit/i), [], 'the word is relay code')
})

test('times are written by the language', () => {
  const nowMs = 1_750_000_000_000
  assert.equal(ago(nowMs - 20_000, nowMs, LANGUAGES.en), 'now')
  assert.equal(ago(nowMs - 3 * 60_000, nowMs, LANGUAGES.en), '3 minutes ago')
  assert.equal(ago(nowMs + 5_000, nowMs, LANGUAGES.fr), 'maintenant')
  assert.equal(ago(nowMs - 2 * 3_600_000, nowMs, LANGUAGES.fr), 'il y a 2 heures')
  assert.equal(ago(nowMs - 86_400_000, nowMs, LANGUAGES.fr), 'hier')
})
