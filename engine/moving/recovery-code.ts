/** The word that opens an export: 100 random bits and 20 of checksum, as 24 characters that survive paper and a telephone.
 *
 *  `7KQ2-M4XW-…`: Crockford's base32, which has no I, L, O and U, and takes them for 1, 1, 0 when somebody writes them all the same. */
import { createHash, randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const SECRET_CHARS = 20
const CHECK_CHARS = 4

export function newRecoveryCode(): string {
  const secret = [...randomBytes(SECRET_CHARS)].map((byte) => ALPHABET[byte & 31]).join('')
  return ((secret + checksum(secret)).match(/.{4}/g) ?? []).join('-')
}

/** The secret in it, however it was typed; undefined when it is mistyped or incomplete. */
export function readRecoveryCode(text: string): string | undefined {
  // Nobody types so much; and what is pasted by mistake may be anything.
  if (text.length > 200) return undefined
  const plain = text
    .toUpperCase()
    .replace(/[\s–—-]/g, '')
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0')
  const secret = plain.slice(0, SECRET_CHARS)
  const isWhole = plain.length === SECRET_CHARS + CHECK_CHARS && [...plain].every((character) => ALPHABET.includes(character))
  return isWhole && plain.slice(SECRET_CHARS) === checksum(secret) ? secret : undefined
}

/** Against mistakes, not against anybody: who guesses the secret knows the checksum. */
function checksum(secret: string): string {
  const hash = createHash('sha256').update(`porchlight-recovery ${secret}`).digest()
  return [...hash.subarray(0, CHECK_CHARS)].map((byte) => ALPHABET[byte & 31]).join('')
}
