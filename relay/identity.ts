/** The relay's identity: made once, kept for ever. Who loses it loses every device's trust. */
import { join } from 'node:path'
import { readIfThere, writeAtomic } from '../system/atomic-file.ts'
import { type Identity, identityFromPem, identityToPem, newIdentity } from '../wire/identity.ts'

export function loadIdentity(folder: string): Identity {
  const path = join(folder, 'identity.pem')
  const pem = readIfThere(path)
  if (pem !== undefined) return identityFromPem(pem)
  const identity = newIdentity()
  writeAtomic(path, identityToPem(identity))
  return identity
}
