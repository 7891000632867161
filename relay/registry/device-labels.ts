/** What each device is called, was called, and may be called. A label given up stands among the released ones with the time at which it
 *  stops answering, which lies ahead for one that was changed for another. */
import type { DatabaseSync } from 'node:sqlite'
import { type FormerLabel, isLabel, type LabelStanding } from '../../protocol/model/label.ts'
import { endQuarantines, knownDevice } from './devices.ts'
import { checkKey } from './keys.ts'
import { type Device, type DeviceKey, GRACE_MS, MAX_FORMER_LABELS, QUARANTINE_MS, type Registry } from './registry.ts'
import type { Policy } from './reserved.ts'
import { inTransaction } from './store.ts'

type Labels = Pick<Registry, 'deviceByLabel' | 'formerLabels' | 'labelStanding' | 'renameDevice'>

export function openLabels(db: DatabaseSync, device: (key: DeviceKey) => Device | undefined, policy: Policy): Labels {
  const current = db.prepare('SELECT key FROM devices WHERE label = ?')
  const former = db.prepare('SELECT device_key AS key FROM released_labels WHERE label = ? AND released_at_ms > ?')
  const formerOf = db.prepare(
    'SELECT label, released_at_ms AS untilMs FROM released_labels WHERE device_key = ? AND released_at_ms > ? ORDER BY untilMs, label',
  )
  const standing = labelStandings(db, policy)
  const setLabel = db.prepare('UPDATE devices SET label = ? WHERE key = ?')
  const reclaim = db.prepare('DELETE FROM released_labels WHERE label = ?')
  const giveUp = db.prepare('INSERT INTO released_labels (label, device_key, released_at_ms) VALUES (?, ?, ?)')
  const formerLabels = (key: DeviceKey, nowMs: number): FormerLabel[] =>
    device(key) ? formerOf.all(key, nowMs).map((row) => ({ ...row }) as unknown as FormerLabel) : []

  /** A change too many, or what stands against the label itself. */
  const judged = (key: DeviceKey, label: string, nowMs: number): LabelStanding => {
    const found = standing(key, label, nowMs)
    const answering = formerLabels(key, nowMs).filter((each) => each.label !== label)
    const [first] = answering
    const isNew = found.state === 'free' || (found.state === 'own' && device(key)?.label !== label)
    if (isNew && first && answering.length >= MAX_FORMER_LABELS) return { state: 'too-soon', untilMs: first.untilMs }
    return found
  }

  return {
    deviceByLabel(label, nowMs) {
      const row = (current.get(label) ?? former.get(label, nowMs)) as { key: DeviceKey } | undefined
      return row && device(row.key)
    },
    formerLabels,
    labelStanding: (key, label, nowMs) => judged(checkKey(key), label, nowMs),
    renameDevice: (key, label, nowMs) =>
      inTransaction(db, (): LabelStanding => {
        const before = knownDevice(device(key))
        endQuarantines(db, nowMs)
        const found = judged(key, label, nowMs)
        if (before.label === label || (found.state !== 'free' && found.state !== 'own')) return found
        reclaim.run(label)
        setLabel.run(label, key)
        giveUp.run(before.label, key, nowMs + GRACE_MS)
        return { state: 'own' }
      }),
  }
}

/** What stands against a label for this device, whatever it did before. */
export function labelStandings(db: DatabaseSync, policy: Policy): (key: DeviceKey, label: string, nowMs: number) => LabelStanding {
  const holder = db.prepare('SELECT key FROM devices WHERE label = ?')
  const released = db.prepare('SELECT device_key AS key, released_at_ms AS atMs FROM released_labels WHERE label = ?')
  return (key, label, nowMs) => {
    if (!isLabel(label)) return { state: 'malformed' }
    const owner = holder.get(label)
    // What it is called it may be called, whatever was reserved since.
    if (owner) return { state: owner.key === key ? 'own' : 'taken' }
    const refused = policy(label)
    if (refused) return refused
    const resting = released.get(label) as { key: DeviceKey; atMs: number } | undefined
    if (!resting || resting.atMs <= nowMs - QUARANTINE_MS) return { state: 'free' }
    if (resting.key === key) return { state: 'own' }
    return { state: resting.atMs > nowMs ? 'taken' : 'quarantined' }
  }
}
