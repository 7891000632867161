/** What is measured of a proxy that runs. `perCpuS` is what it did per second of its own processor time, which says more than the clock on a
 *  machine that does other things too. */
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { LabProcess } from '../../lab/process.ts'
import { cpuSeconds, memoryKb } from '../processes.ts'
import type { Values } from '../table.ts'
import type { HoldOptions } from './hold.ts'
import { BIG, HOST, SMALL, type Stage } from './stage.ts'

export type Measure = (stage: Stage, proxy: LabProcess) => Promise<Values>

/** Until Node has compiled what is used often, and its heap has the size that it keeps: proxies run for weeks. */
const WARM_S = 8
const BRIEF_WARM_S = 2
const MEASURE_S = 2
const LIMIT_MS = 20_000

interface Load {
  /** The program and all its arguments but the time. */
  command(seconds: number, origin: string): readonly string[]
  /** Throws when not every request was answered well. */
  read(printed: string): { readonly requests: number; readonly bytes: number; readonly seconds: number }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 }

/** HTTP/1.1, by wrk. */
const wrk = (connections: number, path: string, ...more: string[]): Load => ({
  command: (seconds, origin) => ['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', ...more, origin + path],
  read(printed) {
    const [, requests, seconds, amount, unit = ''] = /(\d+) requests in ([\d.]+)s, ([\d.]+)([KMG]?)B read/.exec(printed) ?? []
    const errors = /Non-2xx.*|Socket errors: connect (?!0,).*|Socket errors:.*timeout [1-9].*/.exec(printed)
    if (errors || seconds === undefined) throw new Error(errors?.[0] ?? `wrk said: ${printed}`)
    return { requests: Number(requests), bytes: Number(amount) * (UNITS[unit] ?? Number.NaN), seconds: Number(seconds) }
  },
})

/** HTTP/2, by h2load. */
const h2load = (connections: number, streams: number, path: string): Load => ({
  command: (seconds, origin) => ['h2load', '-t1', `-c${connections}`, `-m${streams}`, `-D${seconds}`, '--npn-list=h2', origin + path],
  read(printed) {
    const seconds = /finished in ([\d.]+)(ms|s)/.exec(printed)
    const requests = /(\d+) succeeded, (\d+) failed/.exec(printed)
    const bytes = /\((\d+)\) data/.exec(printed)
    if (!seconds || !requests || !bytes || requests[2] !== '0' || bytes[1] === '0') throw new Error(`h2load said: ${printed.slice(0, 400)}`)
    return { requests: Number(requests[1]), bytes: Number(bytes[1]), seconds: Number(seconds[1]) / (seconds[2] === 'ms' ? 1000 : 1) }
  },
})

const under =
  (load: Load, unit: 'requests' | 'MB', warmS: number): Measure =>
  async ({ visit, port }, proxy) => {
    const once = async (seconds: number) => {
      const { code, stdout, stderr } = await visit(load.command(seconds, `https://${HOST}:${port}`), LIMIT_MS)
      if (code !== 0) throw new Error(`${stdout}${stderr}`.slice(-400))
      return load.read(stdout)
    }
    await once(warmS)
    const before = cpuSeconds([proxy.pid])
    const { requests, bytes, seconds } = await once(MEASURE_S)
    const usedS = cpuSeconds([proxy.pid]) - before
    const done = unit === 'MB' ? bytes / 1e6 : requests
    return { perS: done / seconds, perCpuS: done / usedS }
  }

const HOLD = join(import.meta.dirname, 'hold.ts')
const EARLY_CONNECTIONS = 500
const IDLE_CONNECTIONS = 10_000

/** Kept alive, with TLS, after one request each. The first five hundred pay for what is there once for all. */
const idleMemory: Measure = async ({ stay, port }, proxy) => {
  const hold = async (connections: number): Promise<LabProcess> => {
    const options: HoldOptions = { host: HOST, port, path: SMALL, connections }
    const visitors = await stay([process.execPath, HOLD, JSON.stringify(options)])
    await visitors.waitForOutput(/^held/m, 60_000)
    return visitors
  }
  const held = async (): Promise<number> => {
    for (let pass = 0; pass < 3; pass++) {
      proxy.kill('SIGUSR2')
      await wait(700)
    }
    return memoryKb([proxy.pid])
  }
  const early = await hold(EARLY_CONNECTIONS)
  const before = await held()
  const late = await hold(IDLE_CONNECTIONS)
  const after = await held()
  await Promise.all([early.stop(), late.stop()])
  return { kbEach: (after - before) / IDLE_CONNECTIONS }
}

export const MEASURES = {
  small1: under(wrk(32, SMALL), 'requests', WARM_S),
  big1: under(wrk(4, BIG), 'MB', BRIEF_WARM_S),
  fresh: under(wrk(32, SMALL, '-H', 'Connection: close'), 'requests', BRIEF_WARM_S),
  small2: under(h2load(8, 4, SMALL), 'requests', WARM_S),
  big2: under(h2load(4, 1, BIG), 'MB', BRIEF_WARM_S),
  idleMemory,
} as const satisfies Record<string, Measure>
export type MeasureName = keyof typeof MEASURES
