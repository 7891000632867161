/** The problems as somebody at home reads them: short sentences, one act a step, and nothing that only an engineer knows. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { readCommandLine } from '../engine/command-line/commands.ts'
import { ActionId, commandFor } from '../protocol/action.ts'
import { PROBLEMS, type ProblemCode } from '../protocol/problem.ts'
import { EVERY_PROBLEM, exampleOf } from '../test/fakes/problems.ts'
import { describeProblem, LANGUAGES, type Words } from './index.ts'

const everyLanguage = Object.values(LANGUAGES)
const CODES = Object.keys(PROBLEMS) as ProblemCode[]

/** The sentences of a problem. Each fact is one word, so that a long path or command makes no sentence long. */
function partsOf(code: ProblemCode, words: Words): string[] {
  const params = Object.fromEntries(PROBLEMS[code].params.map((name) => [name, `<${name}>`]))
  const { title, causes, consequence, steps } = describeProblem({ code, severity: PROBLEMS[code].severity, params }, words)
  return [title, ...causes, consequence, ...steps.map(({ text }) => text)]
}

const sentencesOf = (part: string): string[] => part.split(/(?<=[.!?])\s+(?=[\p{Lu}<"«])/u)
const wordsOf = (sentence: string): string[] => sentence.split(/\s+/).filter((word) => /[\p{L}\d]/u.test(word))

const MOST_WORDS = 30

describe('short', () => {
  for (const words of everyLanguage)
    test(`${words.locale}: no sentence has more than ${MOST_WORDS} words, no step more than two sentences, no part more than three`, () => {
      for (const code of CODES) {
        const { steps } = describeProblem(exampleOf(code), words)
        for (const { text } of steps) assert.ok(sentencesOf(text).length <= 2, `${code} has a step that is several: ${text}`)
        for (const part of partsOf(code, words)) {
          assert.ok(sentencesOf(part).length <= 3, `${code}: ${part}`)
          for (const sentence of sentencesOf(part)) {
            const count = wordsOf(sentence).length
            assert.ok(count <= MOST_WORDS, `${code} has a sentence of ${count} words: ${sentence}`)
          }
        }
      }
    })
})

/** Each may stand in a problem only where the same problem says what it is. */
const EXPLAINED: Readonly<Record<string, Readonly<Record<'en' | 'fr', RegExp>>>> = {
  DHCP: { en: /gives out addresses/, fr: /distribue les adresses/ },
  DMZ: { en: /gets all visitors/, fr: /reçoit tous les visiteurs/ },
  DNS: { en: /name server/, fr: /serveur de noms/ },
  IPv4: { en: /older kind|old kind/, fr: /ancien genre|anciennes adresses|ancienne \(/ },
  IPv6: { en: /newer|new one/, fr: /nouveau genre|nouvelles|nouvelle \(/ },
  NAS: { en: /network disk/, fr: /disque réseau/ },
  SHA: { en: /fingerprint/, fr: /empreinte/ },
  UPnP: { en: /open the (direct )?way|let visitors in/, fr: /ouvrir le passage|laisser entrer les visiteurs/ },
  ms: { en: /thousandths of a second/, fr: /millièmes de seconde/ },
}

/** What everybody knows; a unit; and what has to be entered just so, on the page of a router or in the settings of a system. */
const PLAIN = new Set(['GB', 'Go', 'PIN', 'PINs', 'TCP', 'HTTPS_PROXY', 'macOS'])

/** Without facts, addresses, and what is quoted: the label to look for, or the command to type. */
const prose = (text: string): string => text.replace(/"[^"]*"|«[^»]*»|<[^>]*>|https?:\S*|\b[\da-f]*:[\da-f:]+/g, ' ')

describe('plain', () => {
  for (const words of everyLanguage)
    test(`${words.locale}: an abbreviation is explained where it stands`, () => {
      for (const code of CODES) {
        const all = partsOf(code, words).join(' ')
        for (const short of prose(all).match(/\b(?:ms|[\p{L}_]*\p{Lu}[\p{L}_]*[\p{Lu}\d][\p{L}_\d]*)\b/gu) ?? []) {
          if (PLAIN.has(short)) continue
          const explained = EXPLAINED[short]?.[words.locale as 'en' | 'fr']
          assert.ok(explained, `${code} says ${short}`)
          assert.match(all, explained, `${code} says ${short} and not what it is`)
        }
      }
    })
})

describe('each step that the app can do is a command as well', () => {
  for (const action of ActionId.options)
    test(action, () => {
      const found = EVERY_PROBLEM.find((each) => describeProblem(each, LANGUAGES.en).steps.some((step) => step.action === action))
      assert.ok(found, 'some problem offers it')
      const command = commandFor(action, found)
      if (command?.startsWith('porchlight ')) assert.doesNotThrow(() => readCommandLine(command.split(' ').slice(1)), command)
      else assert.match(command ?? '', /^(http:\/\/\d|sudo )/, 'a fact of the problem itself')
    })
})

/** Nothing that the app could do: it has not started, or somebody typed it at the command line, where the words say what to type instead. */
const BY_HAND = new Set<ProblemCode>([
  ...(['data-unwritable', 'port-taken', 'port-forbidden', 'engine-running', 'engine-absent', 'engine-newer', 'settings-newer'] as const),
  ...(['file-unreadable', 'identity-damaged', 'secrets-locked', 'never-run', 'background-by-hand', 'background-refused'] as const),
  ...(['import-not-empty', 'export-unusable', 'recovery-code-mistyped', 'recovery-code-wrong', 'fingerprint-invalid'] as const),
  ...(['ipv6-suffix-invalid', 'relay-not-joined', 'router-name-taken', 'router-name-unsupported', 'authority-file'] as const),
  // The relay's operator, whose relay has a page of its own; another program; the disk.
  ...(['relay-never-run', 'root-needs-account', 'account-unusable', 'restore-not-empty', 'backup-unusable', 'check-failed'] as const),
  ...(['device-unknown', 'not-published', 'not-taken-down', 'no-open-code', 'relay-not-running'] as const),
  ...(['relay-newer', 'label-unsupported', 'history-damaged'] as const),
])

test('what the app can do about a problem has a button', () => {
  const without = EVERY_PROBLEM.filter((found) => describeProblem(found, LANGUAGES.en).steps.every(({ action }) => action === undefined))
  assert.deepEqual(without.map(({ code }) => code).sort(), [...BY_HAND].sort())
})

test('both languages offer the same buttons, in the same order', () => {
  const offered = (code: ProblemCode, language: 'en' | 'fr') =>
    EVERY_PROBLEM.filter((found) => found.code === code).flatMap((found) =>
      describeProblem(found, LANGUAGES[language]).steps.flatMap(({ action }) => action ?? []),
    )
  for (const code of CODES) assert.deepEqual(offered(code, 'fr'), offered(code, 'en'), code)
})
