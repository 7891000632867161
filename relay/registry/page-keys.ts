/** Single-use keys to the operator's page. The command that makes one is another process than the relay that takes it; who can write into
 *  the registry is the operator. Known by their hash only. */
import { createHash, randomBytes } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { inTransaction } from './store.ts'

export interface PageKeys {
  createPageKey(expiresAtMs: number): string
  /** True once. */
  redeemPageKey(key: string, nowMs: number): boolean
}

export function openPageKeys(db: DatabaseSync): PageKeys {
  const insert = db.prepare('INSERT INTO page_keys (hash, expires_at_ms) VALUES (?, ?)')
  const forget = db.prepare('DELETE FROM page_keys WHERE expires_at_ms <= ?')
  const redeem = db.prepare('DELETE FROM page_keys WHERE hash = ?')
  return {
    createPageKey: (expiresAtMs) =>
      inTransaction(db, () => {
        const key = randomBytes(24).toString('base64url')
        insert.run(hashOf(key), expiresAtMs)
        return key
      }),
    redeemPageKey: (key, nowMs) =>
      inTransaction(db, () => {
        forget.run(nowMs)
        return redeem.run(hashOf(key)).changes > 0
      }),
  }
}

/** 192 random bits: there is nothing to guess. */
const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest()
