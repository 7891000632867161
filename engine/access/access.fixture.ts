import assert from 'node:assert/strict'
import type { Access as AccessMode, Admission } from '../../protocol/model/access.ts'
import type { Comer, Opened } from '../../protocol/model/comer.ts'
import { type LinkUse, plainLink, type ShareLink } from '../../protocol/model/link.ts'
import { newIdentity } from '../../wire/identity.ts'
import { createAccess, type Refused } from './access.ts'
import { grantsOf } from './grants.ts'

export const NOW = 1_800_000_000_000
export const MINUTE_MS = 60_000
export const AUNT = 'abcdefghijklmnop'
export const PLACE = '203.0.113.7'
export const PASSWORD = 'correct horse battery'

/** A home with one link to `web` and `game`, the changes in it, and everything that its door asks and tells. */
export function house(...changes: Partial<ShareLink>[]) {
  const links: { all: ShareLink[] } = { all: changes.map((change) => ({ ...plainLink(AUNT, NOW), ...change })) }
  const mode: { web: AccessMode; version: string | undefined } = { web: 'link', version: 'first' }
  const uses = new Map<string, LinkUse>()
  const wrongPins = new Map<string, number>()
  const refused: Refused[] = []
  const admitted: Admission[] = []
  const now = { ms: NOW, isDiskFull: false }
  const mayWrite = (): void => {
    if (now.isDiskFull) throw new Error('disk full')
  }
  const grants = grantsOf(newIdentity())
  const access = createAccess({
    grants,
    passwords: { versionOf: (service) => (service === 'web' ? mode.version : undefined), isRight: async (_, text) => text === PASSWORD },
    serviceOf(name) {
      if (name === 'web') return { access: mode.web, isWeb: true, links: links.all }
      if (name === 'game') return { access: mode.web, isWeb: false, links: links.all }
      if (name === 'diary') return { access: mode.web, isWeb: false, links: links.all, relayOnly: true }
      return name === 'photos' ? { access: mode.web, isWeb: true, links: [] } : undefined
    },
    usedOf: (id) => uses.get(id),
    wrongPinsOf: (id) => wrongPins.get(id) ?? 0,
    admitted: () => admitted,
    isListed: (_service, address) => address === '198.51.100.9',
    isAtHome: (address, isDirect) => isDirect && address === '192.168.1.30',
    isNear: (address, isDirect) => isDirect && address === '192.168.1.30',
    count(id, atMs) {
      mayWrite()
      uses.set(id, { uses: (uses.get(id)?.uses ?? 0) + 1, lastUsedAtMs: atMs })
    },
    missPin(id) {
      mayWrite()
      wrongPins.set(id, (wrongPins.get(id) ?? 0) + 1)
    },
    admit: (admission) => void admitted.push(admission),
    onRefused: (what) => void refused.push(what),
    now: () => now.ms,
  })
  const open = (address = PLACE, grant = grants.grantOf(AUNT), pin = ''): Opened => access.open('web', grant, pin, address)
  const judge = (change: Partial<Comer> = {}) =>
    access.judge({
      service: 'web',
      address: PLACE,
      isDirect: true,
      cookies: [],
      grant: undefined,
      bearer: undefined,
      isForeign: false,
      ...change,
    })
  const admits = (service: string, cookie: string): boolean => judge({ service, cookies: [cookie] }).isIn
  return { links, mode, uses, wrongPins, refused, admitted, now, grants, access, open, judge, admits }
}

/** Fails when nobody was let in. */
export const cookieOf = (opened: Opened): string => {
  assert.ok('cookie' in opened, JSON.stringify(opened))
  return opened.cookie
}
