/** Which names in a foreign zone are ours, whoever's they are: written down before anything is put there, so that after a crash nothing stays
 *  behind and nothing of anybody else's is ever taken away. */
import { join } from 'node:path'
import { z } from 'zod'
import { putAside, readIfThere, writeAtomic } from '../../system/atomic-file.ts'

const FILE = 'dns-update.json'
const Document = z.object({ v: z.literal(1), names: z.record(z.string().max(255), z.string().max(64)) })

export interface Journal {
  /** On disk when it returns. A name that was another owner's is this one's from now on. */
  claim(owner: string, names: readonly string[]): void
  /** Forgotten here; on disk with the next claim. A name too many in the file does no harm: it is looked at and found empty. */
  drop(names: readonly string[]): void
  namesOf(owner: string): string[]
  owners(): Set<string>
}

/** A damaged file is put aside: what only it knew stays in the zone, and `onDamaged` is told. */
export function openJournal(folder: string, onDamaged: (keptAs: string) => void): Journal {
  const path = join(folder, FILE)
  const names = new Map<string, string>(Object.entries(read(path, onDamaged)))
  return {
    claim(owner, claimed) {
      const fresh = claimed.filter((name) => names.get(name) !== owner)
      if (fresh.length === 0) return
      for (const name of fresh) names.set(name, owner)
      writeAtomic(path, JSON.stringify({ v: 1, names: Object.fromEntries(names) }))
    },
    drop(dropped) {
      for (const name of dropped) names.delete(name)
    },
    namesOf: (owner) => [...names].filter(([, whose]) => whose === owner).map(([name]) => name),
    owners: () => new Set(names.values()),
  }
}

function read(path: string, onDamaged: (keptAs: string) => void): Record<string, string> {
  const text = readIfThere(path)
  if (text === undefined) return {}
  try {
    return Document.parse(JSON.parse(text)).names
  } catch {
    onDamaged(putAside(path))
    return {}
  }
}
