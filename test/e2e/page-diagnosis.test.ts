/** What is wrong, what to mend first, and what the page itself can do about it. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { describeProblem, LANGUAGES } from '../../languages/index.ts'
import { ActionId } from '../../protocol/action.ts'
import { type DiagnosedProblem, LINKS } from '../../protocol/diagnosis.ts'
import { PROBLEMS, type Problem, ProblemCode, problem } from '../../protocol/problem.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { axe, browserForTests, clipboard, picture, speak, spoken, visit, whereIn, withPage } from '../fakes/page-browser.ts'
import { EVERY_PROBLEM } from '../fakes/problems.ts'
import { CONNECTED_RELAY, house } from '../fakes/snapshots.ts'

const { en } = LANGUAGES
const everyLanguage = Object.values(LANGUAGES)
browserForTests()

const DOWN = problem('internet-down', { address: '192.168.1.1', host: 'acme.example' })
const LOST = problem('relay-unreachable', { relay: 'relay.example', reason: 'ETIMEDOUT' })
const STOPPED = problem('service-refused', { service: 'jeedom', target: 'http://192.168.1.20:8080' })
const KEPT = problem('target-moved', { service: 'jeedom', address: '192.168.1.20', target: 'http://192.168.1.21' })

const one = (found: Problem, change: Partial<DiagnosedProblem> = {}): DiagnosedProblem => ({
  ...{ problem: found, link: 'relay', role: 'cause', causedBy: null, sinceMs: Date.now() - 60_000 },
  ...change,
})
/** Ages count from when it is made: the page may have taken a minute to build. */
const diagnosed = (problems: DiagnosedProblem[], nowMs = Date.now()): Snapshot =>
  house({
    problems: problems.map((each) => each.problem),
    diagnosis: {
      chain: LINKS.map((link) => ({
        link,
        verdict: link === 'internet' ? 'broken' : link === 'service' ? 'ok' : 'unknown',
        atMs: link === 'service' ? nowMs - 180_000 : null,
        evidence: link === 'service' ? [{ fact: 'answers', value: 'jeedom' }] : [],
        problem: link === 'internet' ? DOWN : null,
      })),
      problems,
      healed: [{ problem: STOPPED, fromMs: nowMs - 900_000, untilMs: nowMs - 600_000 }],
    },
  })

const FOUR = [one(DOWN), one(STOPPED), one(LOST, { role: 'consequence', causedBy: 'internet-down' }), one(KEPT, { role: 'remark' })]

describe('the diagnosis', () => {
  test('shows what to mend first, and folds the rest under it', async () => {
    await withPage({ snapshot: diagnosed(FOUR) }, async (page) => {
      for (const words of everyLanguage) {
        await speak(page, words)
        const title = (found: Problem): string => describeProblem(found, words).title
        const card = page.getByRole('region', { name: title(DOWN) })
        await card.getByText(describeProblem(DOWN, words).cause).waitFor()
        const folded = card.locator('.others')
        for (const found of [LOST, STOPPED, KEPT]) assert.equal(await folded.getByText(title(found)).isVisible(), false)
        for (const fold of [words.diagnosis.alsoWrong(1), words.diagnosis.follows(1), words.page.problems.more(1)])
          await card.getByRole('button', { name: fold }).click()
        for (const found of [LOST, STOPPED, KEPT]) await folded.getByText(title(found)).waitFor()
        assert.deepEqual(await axe(page), [])
        await picture(page, `diagnosis-${words.locale}`)
      }
    })
  })

  test('has the thirteen links folded under it, with their age and what they rest on, and says nothing twice', async () => {
    await withPage({ snapshot: diagnosed(FOUR) }, async (page) => {
      const card = page.getByRole('region', { name: describeProblem(DOWN, en).title })
      await card.getByRole('button', { name: en.diagnosis.heading }).click()
      await card.getByText(en.diagnosis.seen('3 minutes ago')).waitFor()
      assert.equal(await card.locator('.way-chain > li').count(), LINKS.length)
      await card.getByRole('button', { name: en.diagnosis.evidence }).click()
      await card.getByText(en.facts.answers('jeedom')).waitFor()
      await card.getByRole('button', { name: en.diagnosis.healed }).click()
      assert.equal(await card.getByText(describeProblem(DOWN, en).title).count(), 1)
      assert.deepEqual(await axe(page), [])
    })
  })

  test('is the way alone where nothing is wrong, and stays open when something is', async () => {
    const well = diagnosed([])
    await withPage({ snapshot: well }, async (page, host) => {
      await page.getByRole('button', { name: en.diagnosis.heading }).click()
      await page.locator('.way-chain').waitFor()
      host.show(diagnosed(FOUR))
      await page.getByRole('heading', { name: describeProblem(DOWN, en).title }).waitFor()
      assert.ok(await page.locator('.way-chain').isVisible())
    })
  })
})

const BY_HAND = problem('forward-by-hand', {
  ...{ address: '192.168.1.1', protocol: 'TCP', port: '443', internal: '192.168.1.20', internalPort: '8443' },
})

test('the guide of this router has the numbers of this network, and remembers which router it is', async () => {
  const snapshot = diagnosed([one(BY_HAND, { link: 'router' })])
  await withPage({ snapshot }, async (page, host) => {
    await page.getByRole('link', { name: en.actions['open-guide'] }).click()
    await page.getByRole('heading', { level: 1, name: en.guides.title(snapshot.gateway.name ?? '') }).waitFor()
    await page.getByText('8443', { exact: true }).waitFor()
    await page.getByRole('button', { name: en.guides.which }).click()
    await page.getByRole('option', { name: 'Livebox' }).click()
    await page.getByRole('heading', { level: 1, name: en.guides.title('Livebox') }).waitFor()
    await page.getByText('Go to Réseau › NAT/PAT.').waitFor()
    assert.deepEqual(host.calls.at(-1), { name: 'chooseRouter', input: { router: 'livebox' } })
    assert.deepEqual(await axe(page), [])
    await page.getByRole('button', { name: en.message.heading }).click()
    await page.getByRole('button', { name: en.message.to.network }).click()
    await page.getByRole('button', { name: en.message.copy }).click()
    await spoken(page, en.message.copied)
    assert.match(await clipboard(page), /TCP port 443 from the internet leads to 192\.168\.1\.20, port 8443/)
    assert.match((await page.getByRole('link', { name: en.message.mail }).getAttribute('href')) ?? '', /^mailto:\?subject=/)
  })
})

test('a router that its owner can let us into: its password is asked for, given to the engine and kept nowhere in the page', async () => {
  const { routerAccess: said } = en
  const snapshot = diagnosed([one(BY_HAND, { link: 'router' })])
  const livebox = { ...snapshot, gateway: { ...snapshot.gateway, guide: { router: 'livebox', chosen: true } } }
  await withPage({ snapshot: livebox }, async (page, host) => {
    await page.getByRole('link', { name: en.actions['open-guide'] }).click()
    host.on('forgetRouter', () => ({ left: false }))
    const card = page.getByRole('region', { name: said.title('Livebox') })
    await card.getByLabel(said.password).fill('s3cret-word')
    assert.deepEqual(await axe(page), [])
    await card.getByRole('button', { name: said.connect.livebox }).click()
    await eventually(async () => assert.equal(await card.getByLabel(said.password).inputValue(), ''))
    assert.deepEqual(host.calls.at(-1), { name: 'connectRouter', input: { user: '', password: 's3cret-word' } })
    const lost = problem('gateway-access-lost', { address: '192.168.1.1' })
    host.show({ ...livebox, gateway: { ...livebox.gateway, access: { api: 'livebox', phase: 'refused', problem: lost } } })
    await card.getByText(said.refused('Livebox')).waitFor()
    host.show({ ...livebox, gateway: { ...livebox.gateway, access: { api: 'livebox', phase: 'open', problem: null } } })
    await card.getByText(said.open('Livebox')).waitFor()
    assert.equal(await card.getByLabel(said.password).count(), 0)
    await card.getByRole('button', { name: said.forget }).click()
    await spoken(page, said.forgotten)
    assert.deepEqual(host.calls.at(-1), { name: 'forgetRouter', input: {} })
  })
})

test('a Freebox asks on its own screen, and the page says so until somebody has answered there', async () => {
  const { routerAccess: said } = en
  const snapshot = diagnosed([one(BY_HAND, { link: 'router' })])
  const freebox = { ...snapshot, gateway: { ...snapshot.gateway, guide: { router: 'freebox', chosen: false } } }
  await withPage({ snapshot: freebox }, async (page, host) => {
    await page.getByRole('link', { name: en.actions['open-guide'] }).click()
    const card = page.getByRole('region', { name: said.title('Freebox') })
    await card.getByRole('button', { name: said.connect.freebox }).click()
    host.show({ ...freebox, gateway: { ...freebox.gateway, access: { api: 'freebox', phase: 'waiting', problem: null } } })
    await card.getByText(said.waiting).waitFor()
    const denied = problem('gateway-access-denied', { address: '192.168.1.254' })
    host.show({ ...freebox, gateway: { ...freebox.gateway, access: { api: null, phase: 'none', problem: denied } } })
    await card.getByRole('alert').getByText(describeProblem(denied, en).title).waitFor()
    await card.getByRole('button', { name: said.again }).waitFor()
  })
})

/** A problem whose steps offer this. */
function offering(action: ActionId): Problem {
  for (const code of ProblemCode.options) {
    const found = { code, severity: PROBLEMS[code].severity, params: Object.fromEntries(PROBLEMS[code].params.map((name) => [name, '8'])) }
    const offered = describeProblem(found, en).steps.flatMap((step) => step.action ?? [])
    if (offered.includes(action)) return { ...found, params: { ...found.params, address: '192.168.1.1', service: 'jeedom' } }
  }
  throw new Error(`no problem offers ${action}`)
}

const LEADS_TO: Readonly<Partial<Record<ActionId, string>>> = {
  'open-router': 'http://192.168.1.1/',
  'open-guide': '#/guide',
  'join-relay': '#/settings',
  'accept-certificate': '#/services/jeedom',
  'show-service': '#/services/jeedom',
  'show-links': '#/services/jeedom/share',
  'set-access': '#/services/jeedom/access',
  'agree-terms': '#/names',
  'test-certificate': '#/names',
  'choose-name': '#/names',
  'show-names': '#/names',
  'give-credentials': '#/names',
  'add-service': '#/add',
  'show-alerts': '#/settings',
  'show-bans': '#/visitors',
  'support-bundle': '#/history',
  restart: '#/settings',
}

/** The others ask the engine, and say aloud that it is done. */
const ASKS: Readonly<Partial<Record<ActionId, readonly [call: string, said: string]>>> = {
  'check-now': ['checkNow', en.page.light.checked],
  'test-alerts': ['testAlerts', en.diagnosis.tested],
  'test-name': ['testName', en.diagnosis.nameTested],
}

test('every problem stands on the page in full, in every language', async () => {
  await withPage({ snapshot: house() }, async (page, host) => {
    for (const words of everyLanguage) {
      await speak(page, words)
      for (const found of EVERY_PROBLEM) {
        const { title, causes, consequence, steps } = describeProblem(found, words)
        const parts = [title, ...causes, consequence, ...steps.map(({ text }) => text)]
        host.show(diagnosed([one(found)]))
        const missing = await page.evaluate(shownWithin, { parts, limitMs: 60_000 })
        assert.deepEqual(missing, [], `${words.locale} ${found.code}`)
      }
    }
  })
})

/** In the page: what of these is not on the card of the main problem, once it has had time to be drawn. */
async function shownWithin({ parts, limitMs }: { parts: string[]; limitMs: number }): Promise<string[]> {
  const missing = () => {
    const text = document.querySelector('[aria-labelledby="main-problem"]')?.textContent ?? ''
    return parts.filter((part) => !text.includes(part))
  }
  const endsAtMs = performance.now() + limitMs
  while (missing().length > 0 && performance.now() < endsAtMs) await new Promise(requestAnimationFrame)
  return missing()
}

test('without a relay, the button that asks for a relay code leads to where one is entered', async () => {
  const found = problem('no-relay', {})
  await withPage(
    { snapshot: { ...diagnosed([one(found)]), relay: { ...CONNECTED_RELAY, state: 'none', url: null }, relays: [] } },
    async (page) => {
      const card = page.getByRole('region', { name: describeProblem(found, en).title })
      await card.getByRole('link', { name: en.actions['join-relay'] }).click()
      await page.getByRole('heading', { level: 1, name: en.shell.places.settings }).waitFor()
      await page.getByRole('textbox', { name: en.page.join.label }).waitFor()
    },
  )
})

test('every button of a step does something', async () => {
  await withPage({ snapshot: house() }, async (page, host) => {
    host.on('testName', () => ({ checked: true }))
    for (const action of ActionId.options) {
      const found = offering(action)
      host.show(diagnosed([one(found)]))
      const card = page.getByRole('region', { name: describeProblem(found, en).title })
      const name = en.actions[action]
      const href = LEADS_TO[action]
      if (href !== undefined) {
        const link = card.getByRole('link', { name })
        assert.equal(await link.getAttribute('href'), href, action)
        if (!href.startsWith('#')) continue
        await link.click()
        await eventually(async () => assert.equal(await whereIn(page), href, `${action} leads to a view`))
        await page.getByRole('heading', { level: 1 }).waitFor()
        await visit(page)
        continue
      }
      await card.getByRole('button', { name }).click()
      if (action === 'copy-command') {
        await spoken(page, en.diagnosis.commandCopied)
        assert.equal(await clipboard(page), found.params.command)
      } else {
        const [call = '', said = ''] = ASKS[action] ?? []
        await spoken(page, said)
        assert.equal(host.calls.at(-1)?.name, call, action)
      }
    }
  })
})
