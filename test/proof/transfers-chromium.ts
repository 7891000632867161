/** Two gigabytes down and up in a real Chromium, through the relay and direct. A part of `npm run proof`. */
import assert from 'node:assert/strict'
import { after, before, describe, it, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { relayOnlyName } from '../../protocol/model/relay-only.ts'
import { openBrowser } from '../scenarios/browser.ts'
import { hostOf } from '../scenarios/house.ts'
import { LIMIT_MS, withTransfersHouse } from './transfers-house.ts'

/** As a browser may find it, in either family. */
const RELAY_ADDRESSES = ['198.51.100.20', '[2001:db8:200::20]']

describe('two gigabytes in Chromium', { concurrency: 1 }, () => {
  let browser: Browser
  // Before the house's own: it lives in there.
  after(() => browser?.close())
  const at = withTransfersHouse('transfers-chromium.json')
  before(async () => {
    const { lab } = at.here.house
    // For ten minutes the relay's address stands beside the home's own, and a browser may take either.
    const direct = `--host-resolver-rules=MAP ${hostOf(await at.here.house.service())} 203.0.113.10`
    browser = await openBrowser(lab, lab.host('visitor'), [await lab.issuingRoots(), lab.caFile], direct)
  })

  for (const way of ['relay', 'direct'] as const) {
    it(`down, ${way}, Chromium`, async (t: TestContext) => {
      const page = await open(way)
      await at.here.measure(t, async () => {
        const begun = page.waitForEvent('download')
        await page.getByRole('link').click()
        const file = await (await begun).path()
        return (await at.here.house.lab.host('visitor').exec('sha256sum', [file], { timeoutMs: LIMIT_MS })).stdout.slice(0, 64)
      })
      await page.close()
    })
    it(`up, ${way}, Chromium`, async (t: TestContext) => {
      const page = await open(way)
      await page.locator('input').setInputFiles(at.here.file)
      await at.here.measure(t, () =>
        // As Nextcloud, Immich and others upload.
        page.locator('input').evaluate((input: HTMLInputElement) => {
          const { promise, resolve, reject } = Promise.withResolvers<string>()
          const upload = new XMLHttpRequest()
          upload.open('PUT', '/')
          upload.onload = () => resolve(upload.responseText)
          upload.onerror = () => reject(new Error('the upload broke off'))
          upload.send(input.files?.[0])
          return promise
        }),
      )
      await page.close()
    })
  }

  async function open(way: 'relay' | 'direct'): Promise<Page> {
    const host = hostOf(await at.here.house.service())
    const page = await browser.newPage()
    page.setDefaultTimeout(LIMIT_MS)
    const answer = await page.goto(`https://${way === 'relay' ? host.replace('web.', `${relayOnlyName('web')}.`) : host}/page`)
    assert.equal(RELAY_ADDRESSES.includes((await answer?.serverAddr())?.ipAddress ?? ''), way === 'relay')
    const [arrival] = await page.evaluate(() => performance.getEntriesByType('navigation') as PerformanceNavigationTiming[])
    assert.equal(arrival?.nextHopProtocol, 'h2')
    return page
  }
})
