/** How a finding is told: what was seen, and the next step. */
import { FINDINGS, type Finding } from '../protocol/finding.ts'
import type { FirstWords } from './index.ts'

/** It comes from another process: a fact that is missing there must not break the page. */
export function describeFinding({ code, facts, route }: Finding, words: FirstWords): { readonly what: string; readonly next: string } {
  const known = Object.fromEntries(FINDINGS[code].facts.map((name) => [name, facts[name] || '…']))
  const tell = words.safety.findings[code] as (facts: Record<string, string>) => { what: string; next: string }
  const { what, next } = tell(known)
  return { what: route === undefined ? what : words.safety.behind(route, what), next }
}
