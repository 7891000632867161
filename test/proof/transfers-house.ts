/** A house whose service gives and takes two gigabytes, and by how much engine and relay grow meanwhile. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { closeSync, createReadStream, ftruncateSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, type TestContext } from 'node:test'
import { memoryKb } from '../../bench/processes.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { keepFindings } from '../scenarios/findings.ts'
import { type House, openHouse } from '../scenarios/house.ts'

const BYTES = 2_000_000_000
/** Of one transfer. */
export const LIMIT_MS = 150_000
/** Windows, socket buffers, and garbage that is not collected yet; a transfer that were kept would be ten times as much. */
const MOST_GROWN_MB = 200
const SERVICE = { address: '192.168.1.20', port: 8090 }

export interface TransfersHouse {
  readonly house: House
  readonly url: string
  readonly file: string
  readonly sha256: string
  /** Notes how long the transfer took and what it cost; its outcome, a SHA-256, has to be the file's. */
  measure(t: TestContext, transfer: () => Promise<string>): Promise<void>
}

/** Around the tests of the suite in which it is called. `findings`: the file that the figures are kept in. */
export function withTransfersHouse(findings: string): { readonly here: TransfersHouse } {
  const found: object[] = []
  let here: TransfersHouse | undefined
  before(async () => {
    const house = await openHouse()
    const { file, sha256 } = await largeFile(house.lab.dir)
    const program = join(import.meta.dirname, 'large-service.ts')
    const { address, port } = SERVICE
    await house.lab.host('server').spawn(process.execPath, [program, file, address, String(port)], { readyPattern: /^ready/ })
    const relay = await house.startRelay()
    const programs = [await house.startEngine('--relay', await house.relayCode()), relay]
    await house.porchlight('add', 'web', '--to', `http://${address}:${port}`)
    const url = (await house.becomes('mapped', 40_000)).publicUrl ?? ''
    const measure = async (t: TestContext, transfer: () => Promise<string>): Promise<void> => {
      const sinceMs = performance.now()
      const { result, grown } = await grownMb(programs, transfer)
      const seconds = (performance.now() - sinceMs) / 1000
      assert.equal(result, sha256)
      const [engineMb = 0, relayMb = 0] = grown
      found.push({ what: t.name, mbPerS: Math.round(BYTES / 1e6 / seconds), engineMb, relayMb })
      t.diagnostic(JSON.stringify(found.at(-1)))
      assert.ok(engineMb < MOST_GROWN_MB && relayMb < MOST_GROWN_MB, `grown by ${engineMb} and ${relayMb} MB`)
    }
    here = { house, url, file, sha256, measure }
  })
  after(async () => {
    keepFindings(findings, found)
    await here?.house.close()
  })
  return {
    get here() {
      assert.ok(here)
      return here
    },
  }
}

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

/** By how much each grew at most while `work` ran. */
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
