/** What a gated service's link carries behind its `#`, its PIN, and the cookies that visitors are given. All are made with the device's own key
 *  (HKDF: RFC 5869): nothing has to be kept, and with the key a link moves to another computer. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Identity } from '../../wire/identity.ts'

const GRANT_BYTES = 16
const SIGNED = /^([a-z2-7]{12,32})\.(\d{1,12})\.([\w-]{43})$/

export interface Grants {
  /** 128 bits, base64url. */
  grantOf(linkId: string): string
  /** 22 letters that tell whether a PIN is this link's, to who has the key. */
  pinMac(linkId: string, pin: string): string
  /** Says until when (seconds since 1970) who came by this link may come in. */
  sign(linkId: string, untilS: number): string
  /** The link and the end that a cookie names; undefined when it is none of ours. Whether the link still stands is for others to say. */
  read(cookie: string): { readonly linkId: string; readonly untilS: number } | undefined
  /** Says that who opened this link may show where else he comes from, for the next minutes. */
  signTicket(service: string, linkId: string, untilS: number): string
  /** The link and the end of such a ticket for this service. */
  readTicket(ticket: string, service: string): { readonly linkId: string; readonly untilS: number } | undefined
  /** The same for who knew a service's password. `version`: another one for each password, so that a new one ends what came by the old. */
  signPassword(service: string, version: string, untilS: number): string
  /** The end of such a cookie; undefined when it is none for this service and this password. */
  readPassword(cookie: string, service: string, version: string): number | undefined
}

export function grantsOf({ privateKey }: Identity): Grants {
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' })
  const derived = (purpose: string, bytes: number): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `porchlight ${purpose}`, bytes))
  const cookieKey = derived('link cookies', 32)
  const passwordKey = derived('password cookies', 32)
  const pinKey = derived('link pins', 32)
  /** Asked for each request of a program. As many as there have been links. */
  const known = new Map<string, string>()
  const mac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  return {
    grantOf(linkId) {
      const grant = known.get(linkId) ?? derived(`link grant ${linkId}`, GRANT_BYTES).toString('base64url')
      known.set(linkId, grant)
      return grant
    },
    pinMac: (linkId, pin) => mac(pinKey, `${linkId} ${pin}`).subarray(0, 16).toString('base64url'),
    sign(linkId, untilS) {
      const text = `${linkId}.${untilS}`
      return `${text}.${mac(cookieKey, text).toString('base64url')}`
    },
    read(cookie) {
      const [, linkId = '', until = '', given = ''] = SIGNED.exec(cookie) ?? []
      return linkId !== '' && isSame(mac(cookieKey, `${linkId}.${until}`), Buffer.from(given, 'base64url'))
        ? { linkId, untilS: Number(until) }
        : undefined
    },
    signTicket: (service, linkId, untilS) =>
      `${linkId}.${untilS}.${mac(cookieKey, `ticket ${service} ${linkId} ${untilS}`).toString('base64url')}`,
    readTicket(ticket, service) {
      const [, linkId = '', until = '', given = ''] = SIGNED.exec(ticket) ?? []
      return linkId !== '' && isSame(mac(cookieKey, `ticket ${service} ${linkId} ${until}`), Buffer.from(given, 'base64url'))
        ? { linkId, untilS: Number(until) }
        : undefined
    },
    signPassword: (service, version, untilS) => `p.${untilS}.${mac(passwordKey, `${service} ${version} ${untilS}`).toString('base64url')}`,
    readPassword(cookie, service, version) {
      const [, until, given = ''] = /^p\.(\d{1,12})\.([\w-]{43})$/.exec(cookie) ?? []
      return until !== undefined && isSame(mac(passwordKey, `${service} ${version} ${until}`), Buffer.from(given, 'base64url'))
        ? Number(until)
        : undefined
    },
  }
}

export const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)
