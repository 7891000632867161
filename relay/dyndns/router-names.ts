/** A device's owner gives his router a name, looks at it, or takes it back. */
import { randomInt } from 'node:crypto'
import type { Ask, RouterName } from '../../wire/messages.ts'
import type { Registry } from '../registry/registry.ts'
import type { Reply } from '../tunnel/asks.ts'
import { hashOf } from './router-updates.ts'

/** What a person can type into a router's form without mistaking one letter for another. */
const LETTERS = 'abcdefghijkmnpqrstuvwxyz23456789'
/** 100 bits: it needs no slow hash. */
const PASSWORD_LETTERS = 20

export type RouterNameAsk = Extract<Ask, { kind: 'router-name' }>

/** `name-taken`: a service has that name. */
export function answerRouterName(
  {
    registry,
    domain,
  }: { readonly registry: Pick<Registry, 'device' | 'published' | 'routerName' | 'setRouterName'>; readonly domain: string },
  deviceKey: string,
  { action, name }: RouterNameAsk,
): Reply {
  if (action === 'show') return { result: shown() }
  if (action === 'off') {
    registry.setRouterName(deviceKey, null)
    return { result: shown() }
  }
  if (name === undefined) return { rejected: 'malformed' }
  if (registry.published(deviceKey)?.services.some((service) => service.name === name)) return { rejected: 'name-taken' }
  const password = Array.from({ length: PASSWORD_LETTERS }, () => LETTERS[randomInt(LETTERS.length)]).join('')
  registry.setRouterName(deviceKey, { name, passwordHash: hashOf(password) })
  return { result: { ...shown(), password } }

  function shown(): RouterName {
    const [device, kept] = [registry.device(deviceKey), registry.routerName(deviceKey)]
    if (!device || !kept) return { host: null, ipv4: null, ipv6: null, changedAtMs: null }
    const { ipv4, ipv6, changedAtMs } = kept
    return { host: `${kept.name}.${device.label}.${domain}`, ipv4, ipv6, changedAtMs }
  }
}
