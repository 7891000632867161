/** Every rule that may stand on a router, written down before it is asked for: after a crash the next start takes it back or adopts it. */
import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere, writeAtomic } from '../../system/atomic-file.ts'
import { type Rule, ruleKey } from '../core/state.ts'

const RuleSchema = z.object({
  /** Rules from before there were two. */
  router: z.enum(['gateway', 'upstream']).default('gateway'),
  protocol: z.enum(['tcp', 'udp']),
  internalAddress: z.string().max(45),
  internalPort: z.int().min(1).max(65535),
  externalPort: z.int().min(1).max(65535),
  lifetimeS: z.number().min(0),
  via: z.enum(['pcp', 'natpmp', 'upnp']),
  description: z.string().max(100),
  ruleId: z.string().max(100).optional(),
})
const JournalFile = z.object({ v: z.literal(1), rules: z.array(RuleSchema).max(1000) })

export interface Journal {
  rules(): readonly Rule[]
  /** Throws what writeAtomic throws; then the rule must not be asked for. */
  note(rule: Rule): void
  strike(rule: Rule): void
}

export function openJournal(folder: string): Journal {
  const path = join(folder, 'journal.json')
  const rules = new Map(read(path).map((rule) => [ruleKey(rule), rule]))
  const save = (): void => writeAtomic(path, `${JSON.stringify({ v: 1, rules: [...rules.values()] })}\n`)
  return {
    rules: () => [...rules.values()],
    note(rule) {
      rules.set(ruleKey(rule), rule)
      save()
    },
    strike(rule) {
      if (rules.delete(ruleKey(rule))) save()
    },
  }
}

/** Written atomically, so it is never half; a file that is not ours says nothing about any router. */
function read(path: string): Rule[] {
  try {
    return JournalFile.parse(JSON.parse(readIfThere(path) ?? '{"v":1,"rules":[]}')).rules
  } catch {
    return []
  }
}
