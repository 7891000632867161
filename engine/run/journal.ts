/** Every rule that may stand on a router, written down before it is asked for: after a crash the next start takes it back or adopts it. */
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import { RouterApi } from '../../protocol/model/router-api.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import { putAside, readIfThere, writeAtomic } from '../../system/atomic-file.ts'
import { type Rule, ruleKey } from '../core/router-state.ts'

const RuleSchema = z.object({
  /** Rules from before there were two. */
  router: z.enum(['gateway', 'upstream']).default('gateway'),
  protocol: z.enum(['tcp', 'udp']),
  internalAddress: z.string().max(45),
  internalPort: z.int().min(1).max(65535),
  externalPort: z.int().min(1).max(65535),
  lifetimeS: z.number().min(0),
  via: z.enum(['pcp', 'natpmp', 'upnp', ...RouterApi.options]),
  description: z.string().max(100),
  ruleId: z.string().max(100).optional(),
})
const JournalFile = z.object({ v: z.literal(1), rules: z.array(z.unknown()) })
/** Far more than any home opens: one that cannot take its rules back does not make ever more of them. */
const MAX_RULES = 1000

export interface Journal {
  rules(): readonly Rule[]
  /** Throws ProblemError when it cannot be written down, or there are too many; then the rule must not be asked for. */
  note(rule: Rule): void
  strike(rule: Rule): void
}

/** Of a damaged file every rule that can be read is kept, and the file put aside. */
export function openJournal(folder: string, onDamaged: (notice: Problem) => void): Journal {
  const path = join(folder, 'journal.json')
  const rules = new Map(read(path, onDamaged).map((rule) => [ruleKey(rule), rule]))
  const save = (): void => writeAtomic(path, `${JSON.stringify({ v: 1, rules: [...rules.values()] })}\n`)
  return {
    rules: () => [...rules.values()],
    note(rule) {
      const key = ruleKey(rule)
      if (!rules.has(key) && rules.size >= MAX_RULES)
        throw new ProblemError(problem('data-unwritable', { path, reason: `${MAX_RULES} rules` }))
      rules.set(key, rule)
      save()
    },
    strike(rule) {
      if (rules.delete(ruleKey(rule))) save()
    },
  }
}

function read(path: string, onDamaged: (notice: Problem) => void): Rule[] {
  const text = readIfThere(path)
  if (text === undefined) return []
  const noted: readonly unknown[] = JournalFile.safeParse(parseJson(text)).data?.rules ?? [undefined]
  const rules = noted.flatMap((rule) => RuleSchema.safeParse(rule).data ?? [])
  if (rules.length < noted.length) onDamaged(problem('journal-damaged', { keptAs: putAside(path) }))
  return rules
}
