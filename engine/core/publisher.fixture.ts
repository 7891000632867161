/** Names of the owner's own, and what befalls them, as the tests of the publisher tell it. */
import type { OwnName } from '../../protocol/model/own-name.ts'
import { nameProviders } from '../names/providers/index.ts'
import type { Happening } from './events.ts'
import { plan } from './plan.ts'
import type { Answer } from './publisher-state.ts'
import { continued, T0, WEB } from './situation.fixture.ts'
import { EMPTY_STATE, type State } from './state.ts'

export const HOME = '203.0.113.10'
export const OLD = '192.0.2.99'
export const HOST = 'home.example.org'
export const NAME: OwnName = { host: HOST, service: WEB.name, provider: 'rfc2136' }
const PROVIDERS = Object.fromEntries(nameProviders().map((provider) => [provider.id, provider]))

export const named = (name: Partial<OwnName> = {}, ...more: OwnName[]): Happening => ({
  type: 'own-names-chosen',
  ownNames: [{ ...NAME, ...name }, ...more],
})
export const looked = (answers: (Partial<Answer> | null)[], host = HOST): Happening => ({
  type: 'name-looked-up',
  host,
  answers: answers.flatMap((one) => (one ? [{ ipv4: [], ipv6: [], ...one }] : [])),
})
export const sending = (ipv4: string | null, ipv6: string | null = null, host = HOST): Happening => ({
  type: 'name-sending',
  host,
  addresses: { ipv4, ipv6 },
})
export const gone = (family: 'ipv4' | 'ipv6'): Happening => ({ type: 'name-way-lost', host: HOST, family })
export const sent: Happening = { type: 'name-sent', host: HOST, proxied: false }
export const refused = (trouble: 'credentials' | 'limited' | 'server' | 'unreachable' | 'abuse', more: object = {}): Happening => ({
  ...{ type: 'name-failed', host: HOST, trouble, wire: 'said so', final: trouble === 'credentials' || trouble === 'abuse', chance: 0 },
  ...more,
})
export const begun = (steps: readonly (Happening | readonly [Happening, number])[]): State =>
  continued({ ...EMPTY_STATE, publisher: { ...EMPTY_STATE.publisher, providers: PROVIDERS } }, ...steps)
export const at = (state: State, afterMs = 0): string[] =>
  [...plan(state, T0 + afterMs).effects.values()].flatMap((effect) => {
    if (effect.kind === 'look-up-name') return [`look ${effect.host}`]
    return effect.kind === 'set-name' ? [`set ${effect.host} ${effect.addresses.ipv4} ${effect.addresses.ipv6}`] : []
  })
export const LOOK = `look ${HOST}`
export const set = (ipv4: string | null, ipv6: string | null = null): string => `set ${HOST} ${ipv4} ${ipv6}`
export const here = { ipv4: [HOME] }
