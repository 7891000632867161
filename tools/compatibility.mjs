// Fills the tables of docs/compatibility.md with what the scenarios found (test-results/): run test/scenarios/personalities.test.ts and
// faults-*.test.ts and `npm run proof -- --part browser` first, then `node tools/compatibility.mjs`. What stands between `<!-- NAME -->` and
// `<!-- /NAME -->` is made; all else is written by hand and stays.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const PAGE = join(ROOT, 'docs', 'compatibility.md')

/** @param {string} page
 *  @param {Readonly<Record<string, string>>} made by the name of its place. Throws when the page has no such place, or has it twice. */
export function fill(page, made) {
  return Object.entries(made).reduce((text, [name, inside]) => {
    const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
    const parts = text.split(start)
    const [old, after, ...more] = (parts[1] ?? '').split(end)
    if (parts.length !== 2 || old === undefined || after === undefined || more.length > 0)
      throw new Error(`docs/compatibility.md has no one place for ${name}`)
    return `${parts[0]}${start}\n${inside.trim()}\n\n${end}${after}`
  }, page)
}

const day = (atMs) => new Date(atMs).toISOString().slice(0, 10)
const code = (names) => names.map((name) => `\`${name}\``).join(', ') || '–'
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

function homesOf({ atMs, commit, findings }) {
  const rows = findings
    .toSorted((a, b) => a.personality.localeCompare(b.personality))
    .flatMap(({ personality, protocols, families, nat, problems, settledS }) =>
      families.map(({ family, rung, via }) => [
        `\`${personality}\``,
        protocols.join(', ') || 'none',
        family === 'ipv4' ? 'IPv4' : 'IPv6',
        `${rung ?? 'nobody'}${via ? ` (${via})` : ''}`,
        nat,
        code(problems),
        `${settledS} s`,
      ]),
    )
  const from = `From a run of \`test/scenarios/personalities.test.ts\` on ${day(atMs)}, at commit ${commit}.`
  return `${from}\n\n${table(['Home', 'The router speaks', 'Family', 'Visitors come', 'NAT verdict', 'Problems told', 'Settled after'], rows)}`
}

function verdictsOf({ findings }) {
  const rows = findings
    .toSorted((a, b) => a.nat.localeCompare(b.nat) || a.personality.localeCompare(b.personality))
    .map(({ personality, nat, evidence }) => [nat, `\`${personality}\``, evidence.join(', ')])
  return table(['Verdict', 'Home', 'Evidence'], rows)
}

function faultsOf(runs) {
  const rows = runs.flatMap(({ findings }) => findings).map(({ fault, says, seconds }) => [`\`${fault}\``, says, `${seconds} s`])
  const commits = [...new Set(runs.map(({ commit }) => commit))].join(', ')
  const from = `From a run of \`test/scenarios/faults-*.test.ts\`, at commit ${commits}.`
  return `${from}\n\n${table(['What happens', 'Then visitors come', 'After'], rows)}`
}

/** A fresh visitor: 10 s and the TTL, another 10 s. Who holds an answer: what Chromium keeps, or at once where the relay stands in it. */
const aimS = { 'home and relay': { fresh: 20, held: 1, connected: 1 }, 'home alone': { fresh: 20, held: 60, connected: 60 } }
const browsers = { fresh: 'new', held: 'held the old answer', connected: 'held it, and a connection to the old address' }

function movedOf({ atMs, commit, findings }) {
  const rows = findings.flatMap(({ inDns, ...waits }) =>
    Object.entries(browsers).map(([who, says]) => {
      const [seconds, aim] = [waits[who].seconds, aimS[inDns][who]]
      return [inDns, says, `${seconds} s`, `${aim} s${seconds > aim ? ', **missed**' : ''}`]
    }),
  )
  const from = `From a run of \`npm run proof -- --part browser\` on ${day(atMs)}, at commit ${commit}, once on two cores.`
  return `${from}\n\n${table(['In DNS', 'The browser', 'Page after', 'Aim'], rows)}`
}

if (import.meta.main) {
  const read = (name) => JSON.parse(readFileSync(join(ROOT, 'test-results', name), 'utf8'))
  const homes = read('compatibility.json')
  const faults = ['line', 'router', 'home'].map((name) => read(`compatibility-faults-${name}.json`))
  const made = { homes: homesOf(homes), verdicts: verdictsOf(homes), faults: faultsOf(faults), browsers: movedOf(read('moved-home.json')) }
  writeFileSync(PAGE, fill(readFileSync(PAGE, 'utf8'), made))
}
