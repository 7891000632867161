/** Names of their owners' own that lead to devices. Who may have one is decided elsewhere (names/own-hosts.ts). */
import type { DatabaseSync } from 'node:sqlite'
import { knownDevice } from './devices.ts'
import { checkKey } from './keys.ts'
import type { CarriedHostRow, Device, DeviceKey, Registry } from './registry.ts'
import { inTransaction } from './store.ts'

type CarriedHosts = Pick<Registry, 'setCarriedHost' | 'dropCarriedHost' | 'carriedHost' | 'carriedHosts'>

const COLUMNS = 'host, device_key AS deviceKey, service, proven_at_ms AS provenAtMs, missing_since_ms AS missingSinceMs FROM carried_hosts'

export function openCarriedHosts(db: DatabaseSync, device: (key: DeviceKey) => Device | undefined): CarriedHosts {
  const write = db.prepare(
    `INSERT OR REPLACE INTO carried_hosts (host, device_key, service, proven_at_ms, missing_since_ms)
     VALUES (:host, :deviceKey, :service, :provenAtMs, :missingSinceMs)`,
  )
  const erase = db.prepare('DELETE FROM carried_hosts WHERE device_key = ? AND host = ?')
  const one = db.prepare(`SELECT ${COLUMNS} WHERE host = ?`)
  const ofDevice = db.prepare(`SELECT ${COLUMNS} WHERE device_key = ? ORDER BY host`)
  const all = db.prepare(`SELECT ${COLUMNS} ORDER BY host`)
  const plain = (row: object): CarriedHostRow => ({ ...row }) as CarriedHostRow
  return {
    setCarriedHost: (row) =>
      inTransaction(db, () => {
        knownDevice(device(row.deviceKey))
        write.run({ ...row })
      }),
    dropCarriedHost: (key, host) =>
      inTransaction(db, () => {
        erase.run(checkKey(key), host)
      }),
    carriedHost: (host) => {
      const row = one.get(host)
      return row && plain(row)
    },
    carriedHosts: (key) => (key === undefined ? all.all() : ofDevice.all(checkKey(key))).map(plain),
  }
}
