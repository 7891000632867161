/** What the operator has taken down: a share link, or a service under all its names. It stands apart from what devices publish, so that no
 *  publication and no change of name undoes it. */
import type { DatabaseSync } from 'node:sqlite'
import { knownDevice } from './devices.ts'
import { checkKey } from './keys.ts'
import type { Device, DeviceKey } from './registry.ts'
import { inTransaction } from './store.ts'

/** One service of a device, or one link to it. */
export interface Subject {
  readonly deviceKey: DeviceKey
  readonly kind: 'service' | 'link'
  /** The service's name, or the link's id. */
  readonly name: string
}

export interface Takedown extends Subject {
  /** The operator's words for the owner; never shown to visitors. */
  readonly reason: string | null
  readonly atMs: number
}

/** Methods throw `key-malformed` for what is no key, and `device-unknown` where a registered device is needed. */
export interface Takedowns {
  /** Once more: with this reason and this time. */
  takeDown(subject: Subject, reason: string | null, nowMs: number): void
  /** False: it was not taken down. */
  putBack(subject: Subject): boolean
  /** Of registered devices, the latest first. */
  takedowns(): Takedown[]
  takedownOf(subject: Subject): Takedown | undefined
}

const COLUMNS = 'device_key AS deviceKey, kind, name, reason, at_ms AS atMs FROM takedowns'
const SUBJECT = 'device_key = :deviceKey AND kind = :kind AND name = :name'

export function openTakedowns(db: DatabaseSync, device: (key: DeviceKey) => Device | undefined): Takedowns {
  const write = db.prepare('INSERT OR REPLACE INTO takedowns (device_key, kind, name, reason, at_ms) VALUES (?, ?, ?, ?, ?)')
  const erase = db.prepare(`DELETE FROM takedowns WHERE ${SUBJECT}`)
  const all = db.prepare(
    `SELECT ${COLUMNS} WHERE device_key IN (SELECT key FROM devices WHERE label IS NOT NULL) ORDER BY at_ms DESC, kind, name`,
  )
  const one = db.prepare(`SELECT ${COLUMNS} WHERE ${SUBJECT}`)
  const plain = (row: object): Takedown => ({ ...row }) as Takedown
  const subjectOf = ({ deviceKey, kind, name }: Subject) => ({ deviceKey: checkKey(deviceKey), kind, name })
  return {
    takeDown: (subject, reason, nowMs) =>
      inTransaction(db, () => {
        const { deviceKey, kind, name } = subjectOf(subject)
        knownDevice(device(deviceKey))
        write.run(deviceKey, kind, name, reason, nowMs)
      }),
    putBack: (subject) => inTransaction(db, () => erase.run(subjectOf(subject)).changes > 0),
    takedowns: () => all.all().map(plain),
    takedownOf: (subject) => {
      const row = one.get(subjectOf(subject))
      return row && plain(row)
    },
  }
}
