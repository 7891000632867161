/** Whom to tell when a device's house is dark. */
import type { DatabaseSync } from 'node:sqlite'
import { Alerts } from '../../protocol/model/alerts.ts'
import { knownDevice } from './devices.ts'
import { checkKey } from './keys.ts'
import type { Device, DeviceKey, KeptAlerts, MailConsent, Registry } from './registry.ts'
import { inTransaction } from './store.ts'

type KeepsAlerts = Pick<
  Registry,
  | 'setAlerts'
  | 'alerts'
  | 'alertsOf'
  | 'noteAlert'
  | 'askMailConsent'
  | 'mailConsent'
  | 'mailConsentByNumber'
  | 'mailsAsked'
  | 'answerMailConsent'
>

interface Row {
  readonly deviceKey: DeviceKey
  readonly document: string
  readonly toldAtMs: number | null
  readonly darkSinceMs: number | null
  readonly asleepAtMs: number | null
}

export function openAlerts(db: DatabaseSync, device: (key: DeviceKey) => Device | undefined): KeepsAlerts {
  const write = db.prepare(
    'INSERT INTO alerts (device_key, document) VALUES (:key, :document) ON CONFLICT (device_key) DO UPDATE SET document = :document',
  )
  const read = db.prepare('SELECT document FROM alerts WHERE device_key = ?')
  const erase = db.prepare('DELETE FROM alerts WHERE device_key = ?')
  const columns = 'device_key AS deviceKey, document, told_at_ms AS toldAtMs, dark_since_ms AS darkSinceMs, asleep_at_ms AS asleepAtMs'
  const all = db.prepare(`SELECT ${columns} FROM alerts`)
  const one = db.prepare(`SELECT ${columns} FROM alerts WHERE device_key = ?`)
  const note = db.prepare(
    'UPDATE alerts SET told_at_ms = :toldAtMs, dark_since_ms = :darkSinceMs, asleep_at_ms = :asleepAtMs WHERE device_key = :key',
  )
  return {
    setAlerts: (key, alerts) =>
      inTransaction(db, () => {
        knownDevice(device(key))
        const document = JSON.stringify(alerts)
        if (read.get(key)?.document === document) return
        if (alerts.channels.length === 0) erase.run(key)
        else write.run({ key, document })
      }),
    alerts: () => (all.all() as unknown as Row[]).flatMap((row) => understood(row) ?? []),
    alertsOf: (key) => {
      const row = one.get(checkKey(key)) as unknown as Row | undefined
      return row && understood(row)
    },
    noteAlert: (key, { toldAtMs, darkSinceMs, asleepAtMs }) =>
      inTransaction(db, () => void note.run({ key: checkKey(key), toldAtMs, darkSinceMs, asleepAtMs })),
    ...openConsents(db, device),
  }
}

/** One that this version cannot read is told again when its device connects. */
function understood({ document, ...row }: Row): KeptAlerts | undefined {
  const alerts = Alerts.safeParse(JSON.parse(document)).data
  return alerts && { ...row, alerts }
}

function openConsents(
  db: DatabaseSync,
  device: (key: DeviceKey) => Device | undefined,
): Omit<KeepsAlerts, 'setAlerts' | 'alerts' | 'alertsOf' | 'noteAlert'> {
  const columns = 'number, device_key AS deviceKey, address, asked_at_ms AS askedAtMs, answer'
  const find = db.prepare(`SELECT ${columns} FROM mail_consents WHERE device_key = ? AND address = ?`)
  const byNumber = db.prepare(`SELECT ${columns} FROM mail_consents WHERE number = ?`)
  const count = db.prepare('SELECT count(*) AS count FROM mail_consents WHERE address = ? AND asked_at_ms >= ?')
  const ask = db.prepare(
    `INSERT INTO mail_consents (device_key, address, asked_at_ms) VALUES (:key, :address, :nowMs)
     ON CONFLICT (device_key, address) DO UPDATE SET asked_at_ms = :nowMs`,
  )
  const answer = db.prepare('UPDATE mail_consents SET answer = ? WHERE number = ?')
  const plain = (row: object | undefined): MailConsent | undefined => row && ({ ...row } as MailConsent)
  return {
    askMailConsent: (key, address, nowMs) =>
      inTransaction(db, () => {
        knownDevice(device(key))
        ask.run({ key, address, nowMs })
        return plain(find.get(key, address)) as MailConsent
      }),
    mailConsent: (key, address) => plain(find.get(checkKey(key), address)),
    mailConsentByNumber: (number) => plain(byNumber.get(number)),
    mailsAsked: (address, sinceMs) => Number(count.get(address, sinceMs)?.count),
    answerMailConsent: (number, given) => inTransaction(db, () => void answer.run(given, number)),
  }
}
