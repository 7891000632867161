/** How much the relay has carried for each device in a month, and how much it may: what quotas rest on. */
import type { DatabaseSync } from 'node:sqlite'
import { knownDevice } from './devices.ts'
import { checkKey } from './keys.ts'
import type { Device, DeviceKey } from './registry.ts'
import { inTransaction } from './store.ts'

/** A calendar month in UTC, such as `2030-01`. */
export type Month = string

export interface Carried {
  /** From visitors to the home. */
  readonly inBytes: number
  /** From the home to visitors. */
  readonly outBytes: number
}

/** `null`: without a limit. */
export type MonthlyBytes = number | null

/** Methods throw `key-malformed` for what is no key, and `device-unknown` where a registered device is needed. */
export interface TrafficBook {
  /** Adds to what stands; one write for all of them. Devices that are not known are passed over. */
  addTraffic(month: Month, carried: ReadonlyMap<DeviceKey, Carried>): void
  traffic(month: Month): Map<DeviceKey, Carried>
  /** For this device alone; undefined: what holds for all. */
  setQuota(deviceKey: DeviceKey, monthlyBytes: MonthlyBytes | undefined): void
  /** Those set for one device. */
  quotas(): Map<DeviceKey, MonthlyBytes>
}

/** Months that are kept, the current one included. */
const KEPT_MONTHS = 13

export const monthOf = (atMs: number): Month => new Date(atMs).toISOString().slice(0, 7)

/** The first moment of the next month. */
export function nextMonthMs(atMs: number): number {
  const date = new Date(atMs)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
}

export function openTraffic(db: DatabaseSync, device: (key: DeviceKey) => Device | undefined): TrafficBook {
  const add = db.prepare(
    `INSERT INTO traffic (device_key, month, in_bytes, out_bytes) SELECT key, :month, :inBytes, :outBytes FROM devices WHERE key = :key
     ON CONFLICT (device_key, month) DO UPDATE SET in_bytes = in_bytes + :inBytes, out_bytes = out_bytes + :outBytes`,
  )
  const forget = db.prepare('DELETE FROM traffic WHERE month NOT IN (SELECT DISTINCT month FROM traffic ORDER BY month DESC LIMIT ?)')
  const ofMonth = db.prepare('SELECT device_key AS key, in_bytes AS inBytes, out_bytes AS outBytes FROM traffic WHERE month = ?')
  const isNewMonth = db.prepare('SELECT 1 FROM traffic WHERE month = ? LIMIT 1')
  const setQuota = db.prepare('INSERT OR REPLACE INTO quotas (device_key, monthly_bytes) VALUES (?, ?)')
  const unsetQuota = db.prepare('DELETE FROM quotas WHERE device_key = ?')
  const quotas = db.prepare('SELECT device_key AS key, monthly_bytes AS monthlyBytes FROM quotas')
  return {
    addTraffic: (month, carried) =>
      inTransaction(db, () => {
        const begins = isNewMonth.get(month) === undefined
        for (const [key, { inBytes, outBytes }] of carried) add.run({ key: checkKey(key), month, inBytes, outBytes })
        if (begins) forget.run(KEPT_MONTHS)
      }),
    traffic: (month) => {
      const rows = ofMonth.all(month) as unknown as { key: DeviceKey; inBytes: number; outBytes: number }[]
      return new Map(rows.map(({ key, inBytes, outBytes }) => [key, { inBytes, outBytes }]))
    },
    setQuota: (key, monthlyBytes) =>
      inTransaction(db, () => {
        knownDevice(device(key))
        if (monthlyBytes === undefined) unsetQuota.run(key)
        else setQuota.run(key, monthlyBytes)
      }),
    quotas: () => {
      const rows = quotas.all() as unknown as { key: DeviceKey; monthlyBytes: MonthlyBytes }[]
      return new Map(rows.map(({ key, monthlyBytes }) => [key, monthlyBytes]))
    },
  }
}
