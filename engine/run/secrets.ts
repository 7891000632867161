/** Keys, each in a file of its own: 0600 in a folder 0700. Never in the settings, a log, a link or an error's text. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { readIfThere, writeAtomic, writeProblem } from '../../system/atomic-file.ts'
import { type Identity, identityFromPem, identityToPem, newIdentity } from '../../wire/identity.ts'

/** Beside the identity. */
export type Secret = 'acme-account' | 'acme-external' | 'alerts' | 'names' | 'passwords' | 'router'

const IN_JSON: ReadonlySet<string> = new Set<Secret>(['acme-external', 'alerts', 'names', 'passwords', 'router'])

export interface Secrets {
  /** This device's identity: made at the first start, the same for ever. */
  readonly identity: Identity
  read(name: Secret): string | undefined
  write(name: Secret, value: string): void
}

/** Throws ProblemError when the folder cannot be used, or when the identity is damaged: a new one would lose every name and link, so
 *  that is for its owner to decide. */
export function openSecrets(dataFolder: string): Secrets {
  const folder = join(dataFolder, 'secrets')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw writeProblem(folder, error)
  }
  const file = (name: Secret | 'device'): string => join(folder, IN_JSON.has(name) ? `${name}.json` : `${name}.pem`)
  const pem = readIfThere(file('device'))
  return {
    identity: pem === undefined ? makeIdentity(file('device')) : readIdentity(file('device'), pem),
    read: (name) => readIfThere(file(name)),
    write: (name, value) => writeAtomic(file(name), value),
  }
}

function makeIdentity(path: string): Identity {
  const identity = newIdentity()
  writeAtomic(path, identityToPem(identity))
  return identity
}

function readIdentity(path: string, pem: string): Identity {
  try {
    return identityFromPem(pem)
  } catch (error) {
    throw new ProblemError(problem('identity-damaged', { path }), { cause: error })
  }
}
