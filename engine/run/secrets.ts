/** Keys, each in a file of its own: 0600 in a folder 0700, in clear or sealed (vault.ts). Never in the settings, a log, a link or an error's text. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Wrapping } from '../../protocol/wrapping.ts'
import { writeProblem } from '../../system/atomic-file.ts'
import { type Identity, identityFromPem, identityToPem, newIdentity } from '../../wire/identity.ts'
import { openVault, type Vault } from './vault.ts'

/** Beside the identity. */
export type Secret = 'acme-account' | 'acme-external' | 'alerts' | 'names' | 'passwords' | 'router'

const IN_JSON: ReadonlySet<string> = new Set<Secret>(['acme-external', 'alerts', 'names', 'passwords', 'router'])

export interface Secrets {
  /** This device's identity: made at the first start, the same for ever. */
  readonly identity: Identity
  /** How they lie on the disk; certificates lie there alike. */
  readonly vault: Vault
  read(name: Secret): string | undefined
  write(name: Secret, value: string): void
}

/** Throws ProblemError when the folder cannot be used, when it is locked (vault.ts), or when the identity is damaged: a new one would lose every name
 *  and link, so that is for its owner to decide. */
export function openSecrets(dataFolder: string, wrapping?: Wrapping): Secrets {
  const folder = join(dataFolder, 'secrets')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw writeProblem(folder, error)
  }
  const file = (name: Secret | 'device'): string => join(folder, IN_JSON.has(name) ? `${name}.json` : `${name}.pem`)
  const vault = openVault(dataFolder, wrapping)
  const pem = vault.read(file('device'))
  return {
    vault,
    identity: pem === undefined ? makeIdentity(file('device'), vault) : readIdentity(file('device'), pem),
    read: (name) => vault.read(file(name)),
    write: (name, value) => vault.write(file(name), value),
  }
}

function makeIdentity(path: string, vault: Vault): Identity {
  const identity = newIdentity()
  vault.write(path, identityToPem(identity))
  return identity
}

function readIdentity(path: string, pem: string): Identity {
  try {
    return identityFromPem(pem)
  } catch (error) {
    throw new ProblemError(problem('identity-damaged', { path }), { cause: error })
  }
}
