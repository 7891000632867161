/** The whole table of a router's rules, everybody's: to find what we left there, and what its owner should know of. */

import type { RouterRule } from '../gateway.ts'
import { printable } from './description.ts'
import { faultError } from './faults.ts'
import { ask, type Line } from './line.ts'
import { wholeNumber } from './rules.ts'

/** One question each; home routers have room for a few dozen. */
const MAX_RULES = 200

/**
 * In the router's order. A table that changes meanwhile may show a rule twice or leave one out: there is no way to ask for it at once
 * that IGD:1 knows. Throws {@link GatewayError} when the first answer is neither a rule nor the end.
 */
export async function listRules(line: Line, signal: AbortSignal): Promise<readonly RouterRule[]> {
  const rules: RouterRule[] = []
  const seen = new Set<string>()
  for (let index = 0; index < MAX_RULES; index += 1) {
    const reply = await ask(line, 'GetGenericPortMappingEntry', [['NewPortMappingIndex', index]], signal)
    if (reply.kind === 'fault') {
      // 713 is the end, yet any other number comes in its place too: what has been listed until then stands.
      if (index === 0 && !isEnd(reply.code)) throw faultError('GetGenericPortMappingEntry', reply.code)
      break
    }
    const rule = toRule(reply.values)
    const key = rule && `${rule.protocol} ${rule.externalPort} ${rule.remoteHost}`
    // Beginning again instead of ending.
    if (key && seen.has(key)) break
    if (key) seen.add(key)
    if (rule) rules.push(rule)
    else if (reply.values.size === 0) break
  }
  return rules
}

/** SpecifiedArrayIndexInvalid, NoSuchEntryInArray, and 402 for an argument out of its range, which in an empty table every index is. */
function isEnd(code: number | undefined): boolean {
  return code === 713 || code === 714 || code === 402
}

/** Null for one that cannot be read. */
function toRule(values: ReadonlyMap<string, string>): RouterRule | null {
  const protocol = values.get('NewProtocol')?.toLowerCase()
  const externalPort = portOf(values.get('NewExternalPort'))
  const internalPort = portOf(values.get('NewInternalPort'))
  if ((protocol !== 'tcp' && protocol !== 'udp') || externalPort === undefined || internalPort === undefined) return null
  return {
    protocol,
    externalPort,
    internalAddress: printable(values.get('NewInternalClient') ?? ''),
    internalPort,
    remoteHost: printable(values.get('NewRemoteHost') ?? ''),
    enabled: !/^(0|false|no)$/i.test(values.get('NewEnabled') ?? ''),
    description: printable(values.get('NewPortMappingDescription') ?? ''),
    leaseS: wholeNumber(values.get('NewLeaseDuration')) ?? null,
  }
}

function portOf(text: string | undefined): number | undefined {
  const port = wholeNumber(text)
  return port !== undefined && port <= 65_535 ? port : undefined
}
