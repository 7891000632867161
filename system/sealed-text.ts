/** A text that only who has the key can read or change, and that counts only under the file name that it was sealed for.
 *
 *  ```
 *  porchlight-sealed/1 KEYID BASE64
 *  KEYID   eight bytes out of the key (HKDF-SHA-256), in hex: so that another key is told from a damaged file
 *  BASE64  nonce 12 | AES-256-GCM over the text | tag 16; what stands before it and the file name are authenticated too
 *  ```
 *  A random nonce of 96 bits is good for 2³² texts under one key (NIST SP 800-38D §8.3); a home writes some thousand in its life. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

const MARK = 'porchlight-sealed/1'
const LAYOUT = /^porchlight-sealed\/1 ([0-9a-f]{16}) ([A-Za-z0-9+/]+={0,2})\n$/
const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

export const KEY_BYTES = 32

export const isSealed = (text: string): boolean => text.startsWith(`${MARK} `)

export function seal(text: string, fileName: string, key: Uint8Array): string {
  const head = `${MARK} ${keyId(key)}`
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(`${head} ${fileName}`))
  const sealed = Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${head} ${sealed.toString('base64')}\n`
}

export type Unsealed =
  | { readonly ok: true; readonly text: string }
  /** `other-key`: sealed with another one, which may be somewhere. `damaged`: changed since, or put under another name; nothing opens it. */
  | { readonly ok: false; readonly why: 'other-key' | 'damaged' }

/** Of a text that {@link isSealed}; never throws for what it holds. Without a key every whole one is of another key. */
export function unseal(sealed: string, fileName: string, key: Uint8Array | undefined): Unsealed {
  const [, id = '', base64] = LAYOUT.exec(sealed) ?? []
  if (base64 === undefined) return { ok: false, why: 'damaged' }
  if (!key || id !== keyId(key)) return { ok: false, why: 'other-key' }
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return { ok: false, why: 'damaged' }
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
    .setAAD(Buffer.from(`${MARK} ${id} ${fileName}`))
    .setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    return { ok: true, text: decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8') }
  } catch {
    return { ok: false, why: 'damaged' }
  }
}

const keyId = (key: Uint8Array): string => Buffer.from(hkdfSync('sha256', key, '', `${MARK} id`, 8)).toString('hex')
