import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LANGUAGES } from '../../languages/index.ts'
import { type Diagnosis, LINKS } from '../../protocol/diagnosis.ts'
import { problem } from '../../protocol/problem.ts'
import { asText, isColoured, withProse } from './diagnose.ts'

const { en, fr } = LANGUAGES
const SHUT = problem('firewall-here', {
  name: 'nftables',
  protocol: 'TCP',
  port: '443',
  command: 'sudo nft add rule inet filter input accept',
})
const LOST = problem('relay-unreachable', { relay: 'relay.example', reason: 'ETIMEDOUT' })

const DIAGNOSIS: Diagnosis = {
  chain: LINKS.map((link) => ({
    link,
    verdict: link === 'firewall' ? 'warning' : 'ok',
    atMs: Date.now(),
    evidence: link === 'firewall' ? [{ fact: 'firewall', value: 'nftables' }] : [],
    problem: link === 'firewall' ? SHUT : null,
  })),
  problems: [
    { problem: SHUT, link: 'firewall', role: 'cause', causedBy: null, sinceMs: 0 },
    { problem: LOST, link: 'relay', role: 'consequence', causedBy: 'firewall-here', sinceMs: 0 },
  ],
  healed: [],
}

test('the chain, what it rests on, what to mend first with its command, and what follows', () => {
  const text = asText(DIAGNOSIS, en, false)
  for (const link of LINKS) assert.ok(text.includes(en.links[link]), link)
  assert.match(text, /^! Its firewall lets visitors in {2}\(seen now\)\n {4}firewall: nftables$/m)
  assert.match(text, /^What to mend first:\nThe firewall of this computer keeps visitors out\.$/m)
  assert.match(text, /sudo nft add rule inet filter input accept/)
  assert.match(text, /^One thing that follows from it:\n {4}The relay does not answer\.$/m)
  assert.match(asText({ ...DIAGNOSIS, problems: [] }, fr, false), /Il n'y a aucun souci\./)
})

test('in colour where it is read on a terminal, unless its reader wants none', () => {
  assert.deepEqual(
    [isColoured(true, undefined), isColoured(true, ''), isColoured(true, '1'), isColoured(false, undefined)],
    [true, true, false, false],
  )
  const ESCAPE = String.fromCharCode(27)
  assert.ok(asText(DIAGNOSIS, en, true).includes(`${ESCAPE}[33m!${ESCAPE}[0m`))
  assert.ok(!asText(DIAGNOSIS, en, false).includes(ESCAPE))
})

test('as JSON with the words of each problem, and what the app can do', () => {
  const { v, problems } = JSON.parse(JSON.stringify(withProse(DIAGNOSIS, en)))
  assert.equal(v, 1)
  const [{ problem: root, role }] = problems
  assert.deepEqual(
    [root.code, role, root.steps.map(({ action }: { action?: string }) => action)],
    ['firewall-here', 'cause', ['copy-command', 'check-now']],
  )
})
