/** The registry on node:sqlite: one file, no server, safe against crashes. */
import { openAlerts } from './alerts.ts'
import { openCarriedHosts } from './carried-hosts.ts'
import { openCodes } from './codes.ts'
import { openLabels } from './device-labels.ts'
import { openDevices } from './devices.ts'
import { openPageKeys } from './page-keys.ts'
import { openPublicPorts } from './public-ports.ts'
import { openPublished } from './published.ts'
import type { Registry } from './registry.ts'
import { labelPolicy, type Policy } from './reserved.ts'
import { openRouterNames } from './router-names.ts'
import { inTransaction, openStore, watchWrites } from './store.ts'
import { openTakedowns } from './takedowns.ts'
import { openTraffic } from './traffic.ts'

/** Opens or creates the store at `path`. `policy` says which labels nobody may have. Throws RegistryError `store-newer`, `store-damaged`, `store-unusable`. */
export function openSqliteRegistry(path: string, policy: Policy = labelPolicy()): Registry {
  const db = openStore(path)
  const devices = openDevices(db, policy)
  const readMeta = db.prepare('SELECT value FROM meta WHERE name = ?')
  const writeMeta = db.prepare('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)')
  return {
    onWrite: (told) => watchWrites(db, told),
    meta: (name) => readMeta.get(name)?.value as string | undefined,
    setMeta: (name, value) =>
      inTransaction(db, () => {
        writeMeta.run(name, value)
      }),
    ...devices,
    ...openLabels(db, devices.device, policy),
    ...openCodes(db),
    ...openPublished(db, devices.device),
    ...openPublicPorts(db, devices.device),
    ...openTakedowns(db, devices.device),
    ...openTraffic(db, devices.device),
    ...openPageKeys(db),
    ...openAlerts(db, devices.device),
    ...openRouterNames(db, devices.device),
    ...openCarriedHosts(db, devices.device),
    close: () => db.close(),
  }
}
