/** How long after the home's public address has changed until a browser shows the page again: one that was there just before and holds
 *  the old answer, and one that comes new. Once while home and relay stand in DNS, once while the home stands there alone. IPv4 only:
 *  a second family that goes on working would hide the change. A part of `npm run proof`, which tells the figures and judges none. */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { after, describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import { eventually } from '../../lab/eventually.ts'
import type { Host } from '../../lab/lab.ts'
import { ADDRESS_TTL_S } from '../../protocol/model/records.ts'
import { openBrowser } from '../scenarios/browser.ts'
import { keepFindings } from '../scenarios/findings.ts'
import { type House, hostOf, MARKER, openHouse } from '../scenarios/house.ts'

const ROUTER = '203.0.113.10'
const RELAY = '198.51.100.20'
const BOUND_MS = 150_000
/** A visitor who sees nothing for so long loads the page again. */
const PATIENCE_MS = 5000

let loads = 0

/** The address the page came from; rejects when it did not come. Every question is a new one, which no cache of pages answers. */
async function load(page: Page, url: string): Promise<string> {
  loads += 1
  const answer = await page.goto(`${url}?${loads}`, { timeout: PATIENCE_MS })
  assert.match((await page.textContent('body')) ?? '', new RegExp(MARKER))
  return (await answer?.serverAddr())?.ipAddress ?? ''
}

/** Seconds since `sinceMs` until the page came, and from where. */
async function comesBack(sinceMs: number, attempt: () => Promise<string>): Promise<{ seconds: number; via: string }> {
  const via = await eventually(attempt, { timeoutMs: BOUND_MS, everyMs: 200 })
  return { seconds: Math.round((performance.now() - sinceMs) / 100) / 10, via }
}

/** Every attempt is another visitor: a context has its own memory of names and connections. */
async function loadAsStranger(browser: Browser, url: string): Promise<string> {
  const context = await browser.newContext()
  try {
    return await load(await context.newPage(), url)
  } finally {
    await context.close()
  }
}

async function mappedHouse(published: readonly string[]): Promise<{ house: House; url: string }> {
  const house = await openHouse({ personality: 'no-ipv6' })
  const relay = await house.startRelay()
  await house.startEngine('--relay', await house.relayCode())
  await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
  const service = await house.becomes('mapped', 40_000)
  if (!published.includes(RELAY)) {
    await relay.stop()
    await house.startRelay({ ahead: '+11m' })
    await house.becomes('mapped')
  }
  await eventually(async () => assert.deepEqual((await house.addresses(hostOf(service))).sort(), published), { timeoutMs: 20_000 })
  return { house, url: service.publicUrl ?? '' }
}

/** The browser opened next asks the relay's own DNS, which puts the home first; the lab's resolver sorts a set by value. */
function askTheRelay(visitor: Host): void {
  writeFileSync(`/etc/netns/${visitor.namespace}/resolv.conf`, `nameserver ${RELAY}\n`)
}

/** Ends what connections the browser has, as the home or a router between does with idle ones. */
async function endConnections(visitor: Host): Promise<void> {
  await visitor.exec('ss', ['-K', 'dport', '=', ':443'])
  const { stdout } = await visitor.exec('ss', ['-tnH', 'state', 'established', 'dport', '=', ':443'])
  assert.equal(stdout, '')
}

describe('a home whose public address changes, for a browser', { concurrency: 1 }, () => {
  const found: object[] = []
  after(() => keepFindings('moved-home.json', found))

  for (const published of [[RELAY, ROUTER], [ROUTER]])
    it(`with ${published.join(' and ')} in DNS`, async (t: TestContext) => {
      const { house, url } = await mappedHouse(published)
      const { lab } = house
      try {
        if (published.includes(RELAY)) askTheRelay(lab.host('visitor'))
        const browser = await openBrowser(lab, lab.host('visitor'), [await lab.issuingRoots(), lab.caFile])
        const [quiet, talking] = [await browser.newPage(), await browser.newPage()]
        // The resolver forgets, so that its answer, like the browser's, is as young as can be at the change.
        await sleep(ADDRESS_TTL_S * 1000)
        assert.equal(await load(quiet, url), ROUTER)
        await endConnections(lab.host('visitor'))
        assert.equal(await load(talking, url), ROUTER)
        const sinceMs = performance.now()
        await lab.inject('wan-change')
        const [held, connected, fresh] = await Promise.all([
          comesBack(sinceMs, () => load(quiet, url)),
          comesBack(sinceMs, () => load(talking, url)),
          comesBack(sinceMs, () => loadAsStranger(browser, url)),
        ])
        await browser.close()
        found.push({ inDns: published.includes(RELAY) ? 'home and relay' : 'home alone', fresh, held, connected })
        t.diagnostic(JSON.stringify(found.at(-1)))
      } finally {
        await house.close()
      }
    })
})
