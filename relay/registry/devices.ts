/** Devices, their labels, and the quarantine of labels (rule: 90 days, the original key may come back). */
import { randomInt } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { labelStandings } from './device-labels.ts'
import { checkKey } from './keys.ts'
import { randomLabel } from './labels.ts'
import { type Device, type DeviceKey, QUARANTINE_MS, type Registry, RegistryError } from './registry.ts'
import type { Policy } from './reserved.ts'
import { inTransaction } from './store.ts'

type Devices = Pick<
  Registry,
  'device' | 'devices' | 'registerDevice' | 'mayReturn' | 'touchDevices' | 'suspendDevice' | 'suspensions' | 'releaseDevice'
>

const COLUMNS =
  'key, label, created_at_ms AS createdAtMs, last_seen_at_ms AS lastSeenAtMs, suspended_at_ms AS suspendedAtMs FROM devices WHERE label'
/** Some 7,000 pairs of words × 90 numbers; more digits once so many are taken that luck fails. */
const ATTEMPTS_PER_DIGIT = 20
const MAX_DIGITS = 6

export function openDevices(db: DatabaseSync, policy: Policy): Devices {
  const byKey = db.prepare(`SELECT ${COLUMNS} IS NOT NULL AND key = ?`)
  const all = db.prepare(`SELECT ${COLUMNS} IS NOT NULL ORDER BY number`)
  const standing = labelStandings(db, policy)
  // Those that were changed for another end later than the one it left with.
  const ownReleased = db.prepare(
    'SELECT label FROM released_labels WHERE device_key = ? ORDER BY released_at_ms <= ? DESC, released_at_ms DESC LIMIT 1',
  )
  const left = db.prepare('SELECT 1 FROM devices WHERE key = ? AND released_at_ms > ?')
  const reclaim = db.prepare('DELETE FROM released_labels WHERE label = ?')
  const insert = db.prepare(
    `INSERT INTO devices (key, label, created_at_ms, last_seen_at_ms) VALUES (:key, :label, :nowMs, :nowMs)
     ON CONFLICT (key) DO UPDATE SET label = :label, released_at_ms = NULL, last_seen_at_ms = :nowMs`,
  )
  const touch = db.prepare('UPDATE devices SET last_seen_at_ms = ? WHERE key = ?')
  const suspended = db.prepare(
    'SELECT key, label, suspended_at_ms AS suspendedAtMs FROM devices WHERE label IS NOT NULL AND suspended_at_ms IS NOT NULL',
  )
  const suspend = db.prepare('UPDATE devices SET suspended_at_ms = ? WHERE key = ?')

  const device = (key: DeviceKey) => plain(byKey.get(checkKey(key)))
  const known = (key: DeviceKey): Device => knownDevice(device(key))

  const wished = (label: string, key: DeviceKey, nowMs: number): string => {
    const { state } = standing(key, label, nowMs)
    if (state !== 'free' && state !== 'own') throw new RegistryError('label-refused', `${label} is ${state}`)
    return label
  }
  const unused = (key: DeviceKey, nowMs: number): string => {
    for (let digits = 2; digits <= MAX_DIGITS; digits++)
      for (let attempt = 0; attempt < ATTEMPTS_PER_DIGIT; attempt++) {
        const label = randomLabel((count) => randomInt(count), digits)
        if (standing(key, label, nowMs).state === 'free') return label
      }
    throw new RegistryError('label-refused', 'every label tried was taken')
  }

  return {
    device,
    devices: () => all.all().map((row) => ({ ...row }) as unknown as Device),
    registerDevice: (key, nowMs, wishedLabel) =>
      inTransaction(db, () => {
        const already = device(key)
        if (already) return already
        endQuarantines(db, nowMs)
        const old = ownReleased.get(key, nowMs)?.label
        const label = wishedLabel === undefined ? (typeof old === 'string' ? old : unused(key, nowMs)) : wished(wishedLabel, key, nowMs)
        reclaim.run(label)
        insert.run({ key, label, nowMs })
        return known(key)
      }),
    mayReturn: (key, nowMs) => left.get(checkKey(key), nowMs - QUARANTINE_MS) !== undefined,
    touchDevices: (keys, nowMs) =>
      inTransaction(db, () => {
        for (const key of keys) touch.run(nowMs, checkKey(key))
      }),
    suspendDevice: (key, suspendedAtMs) =>
      inTransaction(db, () => {
        known(key)
        suspend.run(suspendedAtMs, key)
      }),
    suspensions: () => suspended.all().map((row) => ({ ...row }) as unknown as ReturnType<Registry['suspensions']>[number]),
    releaseDevice: (key, nowMs) =>
      inTransaction(db, () => {
        release(db, known(key), nowMs)
        endQuarantines(db, nowMs)
      }),
  }
}

/** Rows come without a prototype, which surprises whoever compares them. */
const plain = (row: object | undefined): Device | undefined => row && ({ ...row } as Device)

export function knownDevice(device: Device | undefined): Device {
  if (!device) throw new RegistryError('device-unknown', 'no such device')
  return device
}

function release(db: DatabaseSync, { key, label }: Device, nowMs: number): void {
  db.prepare('INSERT INTO released_labels (label, device_key, released_at_ms) VALUES (?, ?, ?)').run(label, key, nowMs)
  db.prepare('UPDATE devices SET label = NULL, released_at_ms = ? WHERE key = ?').run(nowMs, key)
  db.prepare('UPDATE links SET service = NULL, revoked_at_ms = ? WHERE device_key = ? AND service IS NOT NULL').run(nowMs, key)
  db.prepare('DELETE FROM published WHERE device_key = ?').run(key)
  db.prepare('DELETE FROM direct WHERE device_key = ?').run(key)
  db.prepare('DELETE FROM issuance WHERE device_key = ?').run(key)
  db.prepare('DELETE FROM alerts WHERE device_key = ?').run(key)
  db.prepare('DELETE FROM router_names WHERE device_key = ?').run(key)
  db.prepare('DELETE FROM carried_hosts WHERE device_key = ?').run(key)
  db.prepare('UPDATE public_ports SET released_at_ms = ? WHERE device_key = ? AND released_at_ms IS NULL').run(nowMs, key)
}

/** Forgets what has waited long enough. A suspended device stays known: else a new registration would lift the suspension. */
export function endQuarantines(db: DatabaseSync, nowMs: number): void {
  const before = nowMs - QUARANTINE_MS
  db.prepare('DELETE FROM released_labels WHERE released_at_ms <= ?').run(before)
  db.prepare('DELETE FROM links WHERE revoked_at_ms <= ?').run(before)
  db.prepare('DELETE FROM public_ports WHERE released_at_ms <= ?').run(before)
  db.prepare('DELETE FROM devices WHERE released_at_ms <= ? AND suspended_at_ms IS NULL').run(before)
}
