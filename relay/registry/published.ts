/** What devices publish, whose each share link is, and which addresses were proven: what names and links need after a restart. */
import type { DatabaseSync } from 'node:sqlite'
import { type Family, familyOf } from '../../protocol/model/address.ts'
import { Issuance, Publication } from '../../wire/messages.ts'
import { endQuarantines, knownDevice } from './devices.ts'
import { checkKey } from './keys.ts'
import { type Device, type DeviceKey, type DirectProof, type Registry, RegistryError } from './registry.ts'
import { inTransaction } from './store.ts'

type Published = Pick<Registry, 'setPublished' | 'published' | 'linkOwner' | 'setDirect' | 'direct' | 'setIssuance' | 'issuance'>

/** Links taken back that one device may keep from others: the latest ones. */
const MAX_REVOKED_LINKS = 1000

export function openPublished(db: DatabaseSync, device: (key: DeviceKey) => Device | undefined): Published {
  const write = db.prepare(
    'INSERT INTO published (device_key, document) VALUES (:key, :document) ON CONFLICT (device_key) DO UPDATE SET document = :document',
  )
  const read = db.prepare('SELECT document FROM published WHERE device_key = ?')
  const owner = db.prepare('SELECT device_key AS deviceKey, service FROM links WHERE id = ?')
  const document = (key: DeviceKey) => read.get(checkKey(key))?.document as string | undefined
  /** An alias is short enough that two homes may come upon the same one: the second does without, and keeps all its other links. */
  const withoutForeignAliases = (key: DeviceKey, { services, ...rest }: Publication): Publication => ({
    ...rest,
    services: services.map((service) => {
      const aliases = service.aliases?.filter(({ alias }) => [undefined, key].includes(owner.get(alias)?.deviceKey as string | undefined))
      return { ...service, ...(aliases && { aliases }) }
    }),
  })
  return {
    setPublished: (key, publication, nowMs) =>
      inTransaction(db, () => {
        knownDevice(device(key))
        const { links, text } = understood(withoutForeignAliases(key, checkedPublication(publication)))
        // A device says everything again whenever it connects: nothing new, nothing written.
        if (text === document(key)) return 'ok'
        endQuarantines(db, nowMs)
        for (const id of links.keys()) {
          const row = owner.get(id)
          if (row && row.deviceKey !== key) return 'taken'
        }
        replaceLinks(db, key, links, nowMs)
        write.run({ key, document: text })
        return 'ok'
      }),
    published: (key) => {
      const text = document(key)
      return text === undefined ? undefined : Publication.safeParse(JSON.parse(text)).data
    },
    linkOwner: (linkId) => {
      const row = owner.get(linkId) as { deviceKey: DeviceKey; service: string | null } | undefined
      return row?.service ? { deviceKey: row.deviceKey, service: row.service } : undefined
    },
    ...openDirect(db, device),
    ...openIssuance(db, device),
  }
}

const malformed = (reason: string) => new RegistryError('publication-malformed', reason)

/** Throws `publication-malformed`. */
function checkedPublication(publication: Publication): Publication {
  const checked = Publication.safeParse(publication)
  if (!checked.success) throw malformed(checked.error.issues[0]?.message ?? 'not a publication')
  return checked.data
}

/** Link id or alias → service, and the document as it is kept. Throws `publication-malformed`. */
function understood(publication: Publication): { links: Map<string, string>; text: string } {
  const names = new Set<string>()
  const links = new Map<string, string>()
  for (const service of publication.services) {
    if (names.has(service.name)) throw malformed(`two services are named ${service.name}`)
    names.add(service.name)
    for (const id of [...service.links, ...(service.aliases ?? []).map(({ alias }) => alias)]) {
      if (links.has(id)) throw malformed('one link leads to two services')
      links.set(id, service.name)
    }
  }
  return { links, text: JSON.stringify(publication) }
}

/** Writes only what differs: a device with thousands of links changes one at a time. */
function replaceLinks(db: DatabaseSync, key: DeviceKey, links: ReadonlyMap<string, string>, nowMs: number): void {
  const rows = db.prepare('SELECT id, service FROM links WHERE device_key = ?').all(key) as { id: string; service: string | null }[]
  const before = new Map(rows.map(({ id, service }) => [id, service]))
  const set = db.prepare(
    `INSERT INTO links (id, device_key, service) VALUES (:id, :key, :service)
     ON CONFLICT (id) DO UPDATE SET service = :service, revoked_at_ms = NULL`,
  )
  for (const [id, service] of links) if (before.get(id) !== service) set.run({ id, key, service })
  const revoke = db.prepare('UPDATE links SET service = NULL, revoked_at_ms = ? WHERE id = ?')
  for (const [id, service] of before) if (service !== null && !links.has(id)) revoke.run(nowMs, id)
  db.prepare(
    `DELETE FROM links WHERE id IN
     (SELECT id FROM links WHERE device_key = ? AND service IS NULL ORDER BY revoked_at_ms DESC LIMIT -1 OFFSET ?)`,
  ).run(key, MAX_REVOKED_LINKS)
}

function openDirect(db: DatabaseSync, device: (key: DeviceKey) => Device | undefined): Pick<Registry, 'setDirect' | 'direct'> {
  const write = db.prepare('INSERT OR REPLACE INTO direct (device_key, family, address, since_ms) VALUES (?, ?, ?, ?)')
  const erase = db.prepare('DELETE FROM direct WHERE device_key = ? AND family = ?')
  const read = db.prepare('SELECT family, address, since_ms AS sinceMs FROM direct WHERE device_key = ?')
  return {
    setDirect: (key, family, proof) =>
      inTransaction(db, () => {
        knownDevice(device(key))
        if (proof && familyOf(proof.address) !== family) throw new RegistryError('address-malformed', `not an ${family} address`)
        if (proof) write.run(key, family, proof.address, proof.sinceMs)
        else erase.run(key, family)
      }),
    direct: (key) => {
      const rows = read.all(checkKey(key)) as { family: Family; address: string; sinceMs: number }[]
      return Object.fromEntries(
        rows.map(({ family, address, sinceMs }): [Family, DirectProof] => [family, { address, port: 443, sinceMs }]),
      )
    },
  }
}

function openIssuance(db: DatabaseSync, device: (key: DeviceKey) => Device | undefined): Pick<Registry, 'setIssuance' | 'issuance'> {
  const write = db.prepare('INSERT OR REPLACE INTO issuance (device_key, document) VALUES (?, ?)')
  const read = db.prepare('SELECT document FROM issuance WHERE device_key = ?')
  return {
    // Every session begins with it, and each write waits for the disk.
    setIssuance: (key, issuance) => {
      const document = JSON.stringify(issuance)
      if ((read.get(checkKey(key)) as { document: string } | undefined)?.document === document) return
      inTransaction(db, () => {
        knownDevice(device(key))
        write.run(key, document)
      })
    },
    issuance: (key) => {
      const row = read.get(checkKey(key)) as { document: string } | undefined
      return row && Issuance.safeParse(JSON.parse(row.document)).data
    },
  }
}
