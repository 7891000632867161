/** The name that a device's owner has given to his router, which then updates it by itself (dyndns2). */
import type { DatabaseSync } from 'node:sqlite'
import { knownDevice } from './devices.ts'
import { checkKey } from './keys.ts'
import type { Device, DeviceKey, Registry, RouterName } from './registry.ts'
import { inTransaction } from './store.ts'

type KeepsRouterNames = Pick<Registry, 'setRouterName' | 'routerName' | 'setRouterAddresses'>

export function openRouterNames(db: DatabaseSync, device: (key: DeviceKey) => Device | undefined): KeepsRouterNames {
  const write = db.prepare('INSERT OR REPLACE INTO router_names (device_key, name, password_hash) VALUES (?, ?, ?)')
  const erase = db.prepare('DELETE FROM router_names WHERE device_key = ?')
  const read = db.prepare(
    `SELECT name, password_hash AS passwordHash, ipv4, ipv6, changed_at_ms AS changedAtMs FROM router_names WHERE device_key = ?`,
  )
  const move = db.prepare('UPDATE router_names SET ipv4 = :ipv4, ipv6 = :ipv6, changed_at_ms = :nowMs WHERE device_key = :key')
  return {
    setRouterName: (key, wanted) =>
      inTransaction(db, () => {
        knownDevice(device(key))
        if (wanted) write.run(key, wanted.name, wanted.passwordHash)
        else erase.run(key)
      }),
    routerName: (key) => {
      const row = read.get(checkKey(key))
      return row && ({ ...row } as unknown as RouterName)
    },
    setRouterAddresses: (key, { ipv4, ipv6 }, nowMs) =>
      inTransaction(db, () => {
        move.run({ key: checkKey(key), ipv4, ipv6, nowMs })
      }),
  }
}
