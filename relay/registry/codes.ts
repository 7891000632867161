/** Relay codes: single-use keys, known by their hash only, so that a stolen store lets nobody in. */
import { createHash, randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { checkKey } from './keys.ts'
import { type DeviceKey, QUARANTINE_MS, type Redeemed, type Registry } from './registry.ts'
import { inTransaction } from './store.ts'

const KEY_BYTES = 16

/** A relay code as its operator may see it: never its key. */
export interface CodeRow {
  /** The first digits of the hash of its key. */
  readonly id: string
  readonly expiresAtMs: number
  /** Who has used it up. */
  readonly redeemedBy: DeviceKey | null
}

const ID_DIGITS = 12

export function openCodes(db: DatabaseSync): Pick<Registry, 'createCode' | 'redeemCode' | 'codes' | 'revokeCode'> {
  const insert = db.prepare('INSERT INTO codes (hash, expires_at_ms) VALUES (?, ?)')
  const find = db.prepare('SELECT expires_at_ms AS expiresAtMs, redeemed_by AS redeemedBy FROM codes WHERE hash = ?')
  const redeem = db.prepare('UPDATE codes SET redeemed_by = ?, redeemed_at_ms = ? WHERE hash = ?')
  // "Expired" is worth its own words for a season; after that the code is simply unknown.
  const forget = db.prepare('DELETE FROM codes WHERE expires_at_ms <= ?')
  const id = `lower(substr(hex(hash), 1, ${ID_DIGITS}))`
  const all = db.prepare(
    `SELECT ${id} AS id, expires_at_ms AS expiresAtMs, redeemed_by AS redeemedBy FROM codes ORDER BY expires_at_ms, id`,
  )
  const revoke = db.prepare(`DELETE FROM codes WHERE ${id} = ? AND redeemed_by IS NULL`)
  return {
    codes: () => all.all().map((row) => ({ ...row }) as unknown as CodeRow),
    revokeCode: (wanted) => inTransaction(db, () => revoke.run(wanted).changes > 0),
    createCode: (expiresAtMs) =>
      inTransaction(db, () => {
        const key = randomBytes(KEY_BYTES)
        insert.run(hashOf(key), expiresAtMs)
        return new Uint8Array(key)
      }),
    redeemCode: (codeKey, deviceKey, nowMs) =>
      inTransaction(db, (): Redeemed => {
        checkKey(deviceKey)
        const hash = hashOf(codeKey)
        const code = find.get(hash) as { expiresAtMs: number; redeemedBy: string | null } | undefined
        if (!code) return 'unknown'
        if (code.redeemedBy !== null) return code.redeemedBy === deviceKey ? 'ok' : 'used'
        if (code.expiresAtMs <= nowMs) return 'expired'
        forget.run(nowMs - QUARANTINE_MS)
        redeem.run(deviceKey, nowMs, hash)
        return 'ok'
      }),
  }
}

/** As {@link CodeRow} has it. */
export const idOfCode = (key: Uint8Array): string => hashOf(key).toString('hex').slice(0, ID_DIGITS)

/** Plain SHA-256 is enough: the key is 128 random bits, there is nothing to guess. */
const hashOf = (key: Uint8Array): Buffer => createHash('sha256').update(key).digest()
