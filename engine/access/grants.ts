/** What a gated service's link carries behind its `#`, and the cookie that who opened it is given. Both are made of the device's own key
 *  (HKDF: RFC 5869): nothing has to be kept, and with the key a link moves to another computer. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Identity } from '../../wire/identity.ts'

const GRANT_BYTES = 16

export interface Grants {
  /** 128 bits, base64url. */
  grantOf(linkId: string): string
  /** Says until when (seconds since 1970) who came by this link may come in. */
  sign(linkId: string, untilS: number): string
  /** The link and the end that a cookie names; undefined when it is none of ours. Whether the link still stands is for others to say. */
  read(cookie: string): { readonly linkId: string; readonly untilS: number } | undefined
}

export function grantsOf({ privateKey }: Identity): Grants {
  const secret = privateKey.export({ type: 'pkcs8', format: 'der' })
  const derived = (purpose: string, bytes: number): Buffer => Buffer.from(hkdfSync('sha256', secret, '', `porchlight ${purpose}`, bytes))
  const cookieKey = derived('link cookies', 32)
  const mac = (text: string): Buffer => createHmac('sha256', cookieKey).update(text).digest()
  return {
    grantOf: (linkId) => derived(`link grant ${linkId}`, GRANT_BYTES).toString('base64url'),
    sign(linkId, untilS) {
      const text = `${linkId}.${untilS}`
      return `${text}.${mac(text).toString('base64url')}`
    },
    read(cookie) {
      const [, linkId = '', until = '', given = ''] = /^([a-z2-7]{12,32})\.(\d{1,12})\.([\w-]{43})$/.exec(cookie) ?? []
      return linkId !== '' && isSame(mac(`${linkId}.${until}`), Buffer.from(given, 'base64url'))
        ? { linkId, untilS: Number(until) }
        : undefined
    },
  }
}

export const isSame = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)
