/** What was last sent to the providers of the owner's names, written down before it leaves: who was killed in the middle asks the name servers
 *  first, and sends neither twice nor never. Nothing secret stands in it. */
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import { AddressChange } from '../../protocol/model/kept-name.ts'
import { NameTrouble } from '../../protocol/model/name-provider.ts'
import { readIfThere, writeAtomic } from '../../system/atomic-file.ts'
import { recordOf, resumed } from '../core/publisher.ts'
import type { NameRecord, NameState } from '../core/publisher-state.ts'
import type { Log } from './log.ts'
import type { Unsaved } from './unsaved.ts'

const Address = z.string().max(45).nullable()
const Sent = z.object({
  addresses: z.object({ ipv4: Address, ipv6: Address }),
  atMs: z.number(),
  proxied: z.boolean().optional(),
  doubted: z.boolean().optional(),
})
const Stored = z.object({
  sending: Sent.nullable(),
  sent: Sent.nullable(),
  trouble: z
    .object({ kind: z.union([NameTrouble, z.literal('unchanged')]), wire: z.string().max(300), atMs: z.number(), final: z.boolean() })
    .nullable(),
  failures: z.int().min(0),
  unshown: z.int().min(0).default(0),
  notBeforeMs: z.number(),
  waitMs: z.number().min(0),
  history: z.array(AddressChange).max(50),
})
const File = z.object({ v: z.literal(1), names: z.record(z.string().max(253), z.unknown()) })

export interface NameRecords {
  /** As they are at a start. */
  readonly found: Readonly<Record<string, NameState>>
  /** On a disk that is full they wait, and the names are kept up to date all the same. */
  write(names: Readonly<Record<string, NameState>>): Promise<void>
}

/** A record that cannot be read costs an update that changes nothing at worst, so it is never the engine's end. */
export function openNameRecords(folder: string, unsaved: Unsaved, log: Log, nowMs: number): NameRecords {
  const path = join(folder, 'names.json')
  let written = ''
  return {
    found: read(path, log, nowMs),
    async write(names) {
      const records = Object.fromEntries(Object.entries(names).map(([host, one]) => [host, recordOf(one)]))
      const text = `${JSON.stringify({ v: 1, names: records })}\n`
      if (text === written) return
      await unsaved.write('names', () => {
        writeAtomic(path, text)
        written = text
      })
    },
  }
}

function read(path: string, log: Log, nowMs: number): Record<string, NameState> {
  try {
    const names = File.safeParse(parseJson(readIfThere(path) ?? '')).data?.names ?? {}
    const records = Object.entries(names).flatMap(([host, one]): [string, NameRecord][] => {
      const record = Stored.safeParse(one)
      return record.success ? [[host, record.data]] : []
    })
    return Object.fromEntries(records.map(([host, record]) => [host, resumed(record, nowMs)]))
  } catch (error) {
    log('names-unreadable', { error: String(error) })
    return {}
  }
}
