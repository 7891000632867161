/** What single makes of routers do differently from the rest. What every router may do is handled where it happens, for all. */

import type { Description } from './description.ts'

export interface Quirk {
  /** Against friendly name, manufacturer and model, one after the other. */
  readonly match: RegExp
  readonly effect: 'permanent-rules-only'
  readonly source: string
}

export const QUIRKS: readonly Quirk[] = [
  // Accepts a lease and drops the rule within seconds, too late for the read-back to see it.
  { match: /\bdd-wrt\b/i, effect: 'permanent-rules-only', source: 'tailscale/tailscale#18196, kube-vip/kube-vip#1349' },
  // Would answer 725 each time.
  { match: /\bmikrotik\b/i, effect: 'permanent-rules-only', source: 'tailscale/tailscale#20781' },
]

export function hasQuirk(description: Description, effect: Quirk['effect']): boolean {
  const texts = [description.friendlyName, description.manufacturer, description.modelName]
  return QUIRKS.some((quirk) => quirk.effect === effect && texts.some((text) => quirk.match.test(text)))
}
