/** Two gigabytes down and up, by both versions of HTTP and in a real Chromium, through the relay and direct: every byte arrives, and neither engine nor relay holds more
 *  than a little of it. A part of `npm run proof`. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { closeSync, createReadStream, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { memoryKb } from '../../bench/processes.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { relayOnlyName } from '../../protocol/model/relay-only.ts'
import { openBrowser } from '../scenarios/browser.ts'
import { keepFindings } from '../scenarios/findings.ts'
import { type House, hostOf, openHouse } from '../scenarios/house.ts'

const BYTES = 2_000_000_000
const LIMIT_MS = 240_000
/** Windows, socket buffers, and garbage that is not collected yet; a transfer that were kept would be ten times as much. */
const MOST_GROWN_MB = 200
const SERVICE = { address: '192.168.1.20', port: 8090 }
/** As a browser may find them, in either family. */
const RELAY_ADDRESSES = ['198.51.100.20', '[2001:db8:200::20]']
const WAYS = { relay: '198.51.100.20', direct: '203.0.113.10' } as const

/** No two megabytes of it are the same, and it takes hardly any room on the disk. */
async function largeFile(folder: string): Promise<{ file: string; sha256: string }> {
  const file = join(folder, 'large')
  const handle = openSync(file, 'w')
  ftruncateSync(handle, BYTES)
  for (let at = 0; at < BYTES; at += 1_000_000) writeSync(handle, `megabyte ${at}`, at)
  closeSync(handle)
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file, { highWaterMark: 1_000_000 })) hash.update(chunk)
  return { file, sha256: hash.digest('hex') }
}

/** By how much the two grew at most while `work` ran. */
async function grownMb<T>(processes: readonly LabProcess[], work: () => Promise<T>): Promise<{ result: T; grown: number[] }> {
  const held = () => processes.map(({ pid }) => memoryKb([pid]) / 1024)
  const atFirst = held()
  const grown = atFirst.map(() => 0)
  const timer = setInterval(() => {
    for (const [index, mb] of held().entries()) grown[index] = Math.max(grown[index] ?? 0, Math.round(mb - (atFirst[index] ?? 0)))
  }, 500)
  try {
    return { result: await work(), grown }
  } finally {
    clearInterval(timer)
  }
}

describe('large transfers', { concurrency: 1 }, () => {
  const found: object[] = []
  let house: House
  let programs: LabProcess[]
  let url: string
  let browser: Browser
  let sent: { file: string; sha256: string }
  before(async () => {
    house = await openHouse()
    sent = await largeFile(house.lab.dir)
    const program = join(import.meta.dirname, 'large-service.ts')
    const { address, port } = SERVICE
    await house.lab.host('server').spawn(process.execPath, [program, sent.file, address, String(port)], { readyPattern: /^ready/ })
    const relay = await house.startRelay()
    programs = [await house.startEngine('--relay', await house.relayCode()), relay]
    await house.porchlight('add', 'web', '--to', `http://${address}:${port}`)
    url = (await house.becomes('mapped', 40_000)).publicUrl ?? ''
    browser = await openBrowser(house.lab, house.lab.host('visitor'), [await house.lab.issuingRoots(), house.lab.caFile])
  })
  after(async () => {
    await browser?.close()
    keepFindings('large-transfers.json', found)
    await house.close()
  })

  function tell(t: TestContext, what: string, seconds: number, [engineMb = 0, relayMb = 0]: readonly number[]): void {
    found.push({ what, mbPerS: Math.round(BYTES / 1e6 / seconds), engineMb, relayMb })
    t.diagnostic(JSON.stringify(found.at(-1)))
    assert.ok(engineMb < MOST_GROWN_MB && relayMb < MOST_GROWN_MB, `grown by ${engineMb} and ${relayMb} MB`)
  }

  for (const [way, address] of Object.entries(WAYS))
    for (const version of ['http2', 'http1.1'])
      for (const direction of ['down', 'up'])
        it(`${direction}, ${way}, ${version}`, async (t: TestContext) => {
          const host = hostOf(await house.service())
          const how = direction === 'up' ? `-T ${sent.file} ` : ''
          const told = `-w '%{stderr}%{http_version} %{http_code}'`
          const curl = `curl -sSk --${version} --resolve ${host}:443:${address} ${told} ${how}${url}`
          const script = direction === 'up' ? curl : `${curl} | sha256sum`
          const sinceMs = performance.now()
          const visit = () => house.lab.host('visitor').exec('sh', ['-c', script], { timeoutMs: LIMIT_MS })
          const { result, grown } = await grownMb(programs, visit)
          const seconds = (performance.now() - sinceMs) / 1000
          assert.equal(result.stderr.trim(), `${version === 'http2' ? '2' : '1.1'} 200`)
          assert.equal(result.stdout.slice(0, 64), sent.sha256)
          tell(t, `${direction} ${way} ${version}`, seconds, grown)
        })

  for (const way of ['relay', 'direct'] as const) {
    it(`down, ${way}, Chromium`, (t) =>
      inChromium(t, `down ${way} Chromium`, way, async (page) => {
        const begun = page.waitForEvent('download')
        await page.getByRole('link').click()
        const file = await (await begun).path()
        return (await house.lab.host('visitor').exec('sha256sum', [file], { timeoutMs: LIMIT_MS })).stdout.slice(0, 64)
      }))
    it(`up, ${way}, Chromium`, (t) =>
      inChromium(t, `up ${way} Chromium`, way, async (page) => {
        await page.locator('input').setInputFiles(sent.file)
        return await page.locator('input').evaluate(async (input: HTMLInputElement) => {
          const answer = await fetch('/', { method: 'PUT', body: input.files?.[0] ?? '' })
          return await answer.text()
        })
      }))
  }

  /** `transfer`: gives what arrived, as SHA-256. */
  async function inChromium(
    t: TestContext,
    what: string,
    way: keyof typeof WAYS,
    transfer: (page: Page) => Promise<string>,
  ): Promise<void> {
    const host = hostOf(await house.service())
    const page = await browser.newPage()
    page.setDefaultTimeout(LIMIT_MS)
    const answer = await page.goto(`https://${way === 'relay' ? host.replace('web.', `${relayOnlyName('web')}.`) : host}/page`)
    assert.equal(RELAY_ADDRESSES.includes((await answer?.serverAddr())?.ipAddress ?? ''), way === 'relay')
    const [arrival] = await page.evaluate(() => performance.getEntriesByType('navigation') as PerformanceNavigationTiming[])
    assert.equal(arrival?.nextHopProtocol, 'h2')
    const sinceMs = performance.now()
    const { result, grown } = await grownMb(programs, () => transfer(page))
    const seconds = (performance.now() - sinceMs) / 1000
    assert.equal(result, sent.sha256)
    await page.close()
    tell(t, what, seconds, grown)
  }
})
