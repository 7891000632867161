import type { Rule } from '../core/router-state.ts'
import type { Mapping } from '../gateway/gateway.ts'
import type { Context } from './context.ts'

/** Rules of ours that are to go, as far as their router can be asked now; what it keeps stays in the journal for the next start. Never rejects. */
export async function takeBack(
  { routers, journal, log }: Pick<Context, 'routers' | 'journal' | 'log'>,
  rules: readonly Rule[],
  signal: AbortSignal,
): Promise<{ readonly taken: readonly Rule[]; readonly left: readonly Rule[] }> {
  const isGone = async (rule: Rule): Promise<boolean> => {
    const router = routers[rule.router]
    if (!router) return false
    try {
      await router.unmap(rule as Mapping, signal)
      journal.strike(rule)
    } catch {
      return false
    }
    log('rule-removed', { protocol: rule.protocol, external: rule.externalPort })
    return true
  }
  const gone = await Promise.all(rules.map(isGone))
  return { taken: rules.filter((_, at) => gone[at]), left: rules.filter((_, at) => !gone[at]) }
}
