/** The nonce of each PCP mapping: whoever knows it may renew and delete the rule, and nobody else (RFC 6887 §11.2). So it is kept, also
 *  across a crash, before it is first used. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere, writeAtomic } from '../../system/atomic-file.ts'

const NONCE_BYTES = 12
/** Far more than any home opens; the oldest go first. */
const MAX_NONCES = 500
const NoncesFile = z.object({ v: z.literal(1), nonces: z.array(z.tuple([z.string().max(200), z.string().length(16)])).max(MAX_NONCES) })

export type NonceFor = (key: string) => Uint8Array

export function openNonces(folder: string): NonceFor {
  const path = join(folder, 'secrets', 'nonces.json')
  const nonces = new Map(read(path))
  return (key) => {
    const known = nonces.get(key)
    if (known !== undefined) return Buffer.from(known, 'base64url')
    const nonce = randomBytes(NONCE_BYTES)
    nonces.set(key, nonce.toString('base64url'))
    for (const oldest of nonces.keys()) {
      if (nonces.size <= MAX_NONCES) break
      nonces.delete(oldest)
    }
    writeAtomic(path, JSON.stringify({ v: 1, nonces: [...nonces] }))
    return nonce
  }
}

/** A file that is not ours knows no nonces: the router's rules then end with their lease. */
function read(path: string): [string, string][] {
  try {
    return NoncesFile.parse(JSON.parse(readIfThere(path) ?? '{"v":1,"nonces":[]}')).nonces
  } catch {
    return []
  }
}
