/** A home with a service that can be shared, its relay, and a visitor with a browser: where the stories of share links happen. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import type { LinkView } from '../../protocol/snapshot.ts'
import { openBrowser } from './browser.ts'
import { type House, openHouse } from './house.ts'

export interface LinkHouse {
  readonly house: House
  readonly browser: Browser
  /** Those that run: who stops one puts the next in its place. */
  relay: LabProcess
  engine: LabProcess
  /** Makes a share link of the service `web`; the lines that were printed, its address first. */
  link(...flags: string[]): Promise<string[]>
  /** As its owner sees it. */
  listed(url: string): Promise<LinkView>
  /** Resolves when the relay knows it. */
  registered(url: string): Promise<void>
  /** What curl says on a machine of the lab; it waits 10 s for a connection. */
  curl(on: 'home' | 'visitor', ...args: string[]): Promise<{ code: number | null; stdout: string }>
  close(): Promise<void>
}

export async function openLinkHouse(): Promise<LinkHouse> {
  const house = await openHouse()
  try {
    const relay = await house.startRelay()
    const engine = await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    await house.becomes('mapped', 40_000)
    const { lab } = house
    const browser = await openBrowser(lab, lab.host('visitor'), [await lab.issuingRoots(), lab.caFile])
    return furnished(house, relay, engine, browser)
  } catch (error) {
    await house.close()
    throw error
  }
}

function furnished(house: House, relay: LabProcess, engine: LabProcess, browser: Browser): LinkHouse {
  const { lab } = house
  const home: LinkHouse = {
    house,
    browser,
    relay,
    engine,
    link: async (...flags) => (await house.porchlight('link', 'add', 'web', ...flags)).trim().split('\n'),
    async listed(url) {
      const found = (await house.service()).links.find((each) => each.url === url)
      assert.ok(found, url)
      return found
    },
    registered: (url) => eventually(async () => assert.ok((await home.listed(url)).registered)),
    curl: (on, ...args) =>
      lab.host(on).exec('curl', ['-sS', '--connect-timeout', '10', '--max-time', '30', '--cacert', join(lab.dir, 'roots.pem'), ...args], {
        timeoutMs: 60_000,
      }),
    async close() {
      await browser.close()
      await house.close()
    },
  }
  return home
}

/** Resolves when the page shows this text. */
export const shows = async (page: Page, text: string): Promise<void> => await page.getByText(text).first().waitFor()
