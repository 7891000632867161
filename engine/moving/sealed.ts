/** A file that nobody can read or change without the recovery code.
 *
 *  ```
 *  0        8          9      25      37                      end−16   end
 *  | "PLMOVING" | version | salt  | nonce | ciphertext           | tag  |
 *     8           u8 = 1    16      12      AES-256-GCM over the plain text; everything before it is authenticated too
 *
 *  key = scrypt(secret of the recovery code, salt, N 2¹⁵, r 8, p 1)                                        RFC 7914
 *  ```
 *  The version fixes the cost: a number out of a foreign file would let it ask for any amount of memory. */
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'

const MAGIC = Buffer.from('PLMOVING')
const VERSION = 1
const SALT_BYTES = 16
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEADER_BYTES = MAGIC.length + 1 + SALT_BYTES + NONCE_BYTES
const COST = { N: 1 << 15, r: 8, p: 1, maxmem: 64 << 20 }

/** Everything of a home is some hundred kilobytes. */
export const MAX_SEALED_BYTES = 32 << 20

export function seal(plain: Uint8Array, secret: string): Buffer {
  const header = Buffer.concat([MAGIC, Uint8Array.of(VERSION), randomBytes(SALT_BYTES + NONCE_BYTES)])
  const cipher = createCipheriv('aes-256-gcm', keyOf(secret, header), nonceOf(header), { authTagLength: TAG_BYTES })
  cipher.setAAD(header)
  return Buffer.concat([header, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

export type Unsealed =
  | { readonly ok: true; readonly plain: Buffer }
  /** `wrong`: the code is another file's, or the file was changed; nobody can tell which. */
  | { readonly ok: false; readonly why: 'not-an-export' | 'export-newer' | 'export-cut' | 'wrong' }

/** Never throws for what the file holds. */
export function unseal(sealed: Uint8Array, secret: string): Unsealed {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const no = (why: Exclude<Unsealed, { ok: true }>['why']): Unsealed => ({ ok: false, why })
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return no('not-an-export')
  if (bytes.length < HEADER_BYTES + TAG_BYTES) return no('export-cut')
  if (bytes[MAGIC.length] !== VERSION) return no('export-newer')
  const header = bytes.subarray(0, HEADER_BYTES)
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secret, header), nonceOf(header), { authTagLength: TAG_BYTES })
  decipher.setAAD(header)
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
  try {
    return { ok: true, plain: Buffer.concat([decipher.update(bytes.subarray(HEADER_BYTES, -TAG_BYTES)), decipher.final()]) }
  } catch {
    return no('wrong')
  }
}

const keyOf = (secret: string, header: Buffer): Buffer =>
  scryptSync(secret, header.subarray(MAGIC.length + 1, MAGIC.length + 1 + SALT_BYTES), 32, COST)
const nonceOf = (header: Buffer): Buffer => header.subarray(-NONCE_BYTES)
