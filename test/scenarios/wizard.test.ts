/** From nothing to a link in a real browser, on a real engine, in homes that lie differently to the internet: how many clicks it takes, and that
 *  the link works for somebody outside. Then the page goes on telling the truth. */
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { must } from '../../lab/host.ts'
import type { PersonalityName } from '../../lab/lab.ts'
import { setTable } from '../../lab/line.ts'
import { LANGUAGES } from '../../languages/index.ts'
import { axe, headline, picture } from '../fakes/page-browser.ts'
import { openBrowser } from './browser.ts'
import { type House, MARKER, openHouse } from './house.ts'

const { en } = LANGUAGES
const { wizard } = en
const PATIENCE_MS = 40_000
const MOST_CLICKS = 8
const MOST_MS = 120_000
const ROUTER = '203.0.113.10'

interface Walk {
  readonly house: House
  readonly page: Page
  /** Counted. */
  click(role: 'button' | 'radio' | 'textbox', name: string): Promise<void>
  /** On "Next", until this step is there. */
  next(title: string): Promise<void>
  readonly clicks: number
}

/** A fresh engine, which knows no relay; its page as its owner first sees it. */
async function begin(personality: PersonalityName, act: (walk: Walk) => Promise<void>): Promise<void> {
  const house = await openHouse({ personality })
  try {
    await house.startRelay()
    const engine = await house.startEngine()
    const address = /^ready (\S+)$/m.exec(engine.stdout())?.[1] ?? ''
    const browser = await openBrowser(house.lab, house.lab.host('home'), [])
    const context = await browser.newContext({ viewport: { width: 1024, height: 900 }, locale: 'en-GB', reducedMotion: 'reduce' })
    const page = await context.newPage()
    page.setDefaultTimeout(PATIENCE_MS)
    const complaints: string[] = []
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(address)
    let clicks = 0
    const click: Walk['click'] = async (role, name) => {
      // A tile's own radio button is hidden below its picture.
      const place = role === 'radio' ? page.getByText(name, { exact: true }) : page.getByRole(role, { name, exact: true })
      await place.click()
      clicks += 1
    }
    const next = async (title: string): Promise<void> => {
      await click('button', wizard.next)
      await headline(page, title)
    }
    await act({
      house,
      page,
      click,
      next,
      get clicks() {
        return clicks
      },
    })
    assert.deepEqual(complaints, [])
    await browser.close()
  } finally {
    await house.close()
  }
}

async function what({ page, click, next }: Walk): Promise<void> {
  await headline(page, wizard.what.title)
  await click('radio', wizard.what.other)
  // It has the focus as soon as it is there.
  await page.locator('.chosen input:focus').waitFor()
  await page.keyboard.type('http://192.168.1.20:8080')
  await next(wizard.network.title)
}

async function joinRelay({ house, page, click }: Walk): Promise<void> {
  const code = await house.relayCode()
  await click('textbox', wizard.doors.field)
  await page.keyboard.insertText(code)
  await click('button', wizard.next)
  await page.getByText(wizard.doors.title).waitFor({ state: 'detached' })
}

/** The first two steps: what, and a relay code. */
async function throughTheDoor(walk: Walk): Promise<void> {
  await what(walk)
  await joinRelay(walk)
}

/** Which address and port at home the rule is to lead to, as the guide says it. */
async function toldTo(guide: Locator): Promise<string> {
  await guide.waitFor()
  const numbers = await guide.locator('dd.mono').allInnerTexts()
  assert.deepEqual([numbers[1], numbers[2], numbers[3]], ['TCP', '443', '192.168.1.10'])
  return `192.168.1.10:${numbers[4]}`
}

/** A telephone over mobile data: a browser outside that opens what its camera has read. */
async function withPhone({ lab }: House, code: string, says: string): Promise<void> {
  const browser = await openBrowser(lab, lab.host('visitor'), [])
  try {
    const phone = await browser.newPage({ locale: 'en-GB' })
    await phone.goto(code)
    await headline(phone, says)
  } finally {
    await browser.close()
  }
}

/** The last two, to a link that somebody outside opens. */
async function toTheLink({ house, page, next }: Walk): Promise<void> {
  await next(wizard.name.title)
  await next(wizard.link.title)
  await page.getByText(wizard.link.ready).waitFor()
  const { shareLink } = await house.service()
  await page.getByText(shareLink ?? 'no link', { exact: true }).waitFor()
  const { body } = await house.visit(shareLink ?? '', '--location')
  assert.match(body, new RegExp(MARKER))
}

describe('from nothing to a link', { concurrency: 1 }, () => {
  it('in an ordinary home: at most eight clicks, under two minutes; and the page goes on telling the truth', async () => {
    await begin('plain', async (walk) => {
      const { house, page, next } = walk
      const startedMs = performance.now()
      await throughTheDoor(walk)
      await next(wizard.way.title)
      await page.getByText(wizard.way.direct, { exact: true }).waitFor()
      await toTheLink(walk)
      assert.ok(walk.clicks <= MOST_CLICKS, `${walk.clicks} clicks`)
      assert.ok(performance.now() - startedMs < MOST_MS)
      assert.deepEqual(await axe(page), [])
      await picture(page, 'real-wizard-link')
      await walk.click('button', wizard.finish)
      await headline(page, en.light.reachable.headline)
      await picture(page, 'real-reachable')
      await house.lab.router.setUpnp(false)
      await headline(page, en.light.relayed.headline)
      await house.nginx.stop()
      await headline(page, en.light['needs-you'].headline)
      await picture(page, 'real-needs-you')
    })
  })

  it('where the router does not let itself be asked: a phone proves the rule; with a relay it is green by itself, with this network’s numbers', async () => {
    await begin('upnp-off', async (walk) => {
      const { house, page, click, next } = walk
      await what(walk)
      await click('radio', wizard.doors.direct)
      await next(wizard.way.title)
      const guide = page.getByRole('region', { name: wizard.guide.titleUnseen(en.guides.generic) })
      const internal = await toldTo(guide)
      await page.getByText(wizard.guide.unseen).waitFor()
      await forward(house, internal)
      await next(wizard.name.title)
      await next(wizard.link.title)
      await page.getByText(wizard.link.notYet).waitFor()
      // The home has IPv6 as well, which a phone could try alone.
      await click('textbox', en.providers.optional(wizard.phone.home))
      await page.keyboard.insertText(ROUTER)
      await click('button', wizard.phone.begin)
      const code = await page.locator('.phone-code .mono').innerText()
      assert.equal((await house.service()).state, 'unknown', 'nothing is green before')
      await withPhone(house, code, wizard.phone.proven)
      await page.getByText(/^Proven with your phone/).waitFor()
      await picture(page, 'real-wizard-phone')
      const { state, best } = await house.service()
      assert.deepEqual([state, best.ipv4], ['reachable', 'manual'])

      await setTable(house.lab.host('router'), 'owner', false)
      for (const title of [wizard.name.title, wizard.way.title, wizard.network.title]) {
        await click('button', wizard.back)
        await headline(page, title)
      }
      await click('radio', wizard.doors.code)
      await joinRelay(walk)
      await next(wizard.way.title)
      assert.equal(await toldTo(page.getByRole('region', { name: wizard.guide.title(en.guides.generic) })), internal)
      await picture(page, 'real-wizard-guide')
      await forward(house, internal)
      await page.getByText(wizard.guide.found).waitFor()
      await page.getByText(wizard.way.direct, { exact: true }).waitFor()
      await picture(page, 'real-wizard-green')
      await toTheLink(walk)
      assert.equal((await house.service()).best.ipv4, 'manual')
    })
  })

  for (const personality of ['cgnat-reporting', 'outbound-443-only'] as const)
    it(`${personality}: whoever has a relay code only presses Next`, async () => {
      await begin(personality, async (walk) => {
        await throughTheDoor(walk)
        await walk.next(wizard.way.title)
        await toTheLink(walk)
        assert.ok(walk.clicks <= MOST_CLICKS, `${walk.clicks} clicks`)
      })
    })
})

/** The rule, and the firewall of the router that follows it, as a router's own page makes them together. */
async function forward({ lab: { host } }: House, to: string): Promise<void> {
  const rule = `chain by_hand {\ntype nat hook prerouting priority dstnat; policy accept;\niifname "wan" tcp dport 443 dnat ip to ${to}\n}`
  await setTable(host('router'), 'owner', rule)
  await must(host('router'), 'nft', ['insert', 'rule', 'inet', 'home', 'through_router', 'ct', 'status', 'dnat', 'accept'])
}
