/** Relay codes as an operator makes and reads them. */
import { join } from 'node:path'
import { formatRelayCode } from '../../protocol/model/relay-code.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { readIfThere } from '../../system/atomic-file.ts'
import { fingerprint } from '../../wire/identity.ts'
import { ADDRESS_FILE } from '../address-file.ts'
import { loadIdentity } from '../identity.ts'
import { type CodeRow, idOfCode } from '../registry/codes.ts'
import type { Registry } from '../registry/registry.ts'

export const CODE_VALID_MS = 7 * 24 * 3_600_000

export interface NewCode {
  /** One word; whoever has it is let in, once. */
  readonly text: string
  /** The same, for whoever would rather press than paste. */
  readonly link: string
  /** Under which the operator finds it again; it opens nothing. */
  readonly id: string
}

/** Throws ProblemError `relay-never-run`: a code names the relay's address, which is known once it has run. */
export function makeCodes(folder: string, registry: Pick<Registry, 'createCode'>, count: number, validMs: number): NewCode[] {
  const address = readIfThere(join(folder, ADDRESS_FILE))
  if (address === undefined) throw new ProblemError(problem('relay-never-run', { data: folder }))
  const { host, port } = JSON.parse(address) as { host: string; port: number }
  const relay = { host, port, fingerprint: fingerprint(loadIdentity(folder).publicKey) }
  return Array.from({ length: count }, () => {
    const key = registry.createCode(Date.now() + validMs)
    const text = formatRelayCode({ ...relay, key })
    return { text, link: `https://${host}${port === 443 ? '' : `:${port}`}/join/${text}`, id: idOfCode(key) }
  })
}

export interface DescribedCode {
  readonly id: string
  readonly state: 'open' | 'used' | 'expired'
  /** The label of the device that used it; null: nobody, or it has left. */
  readonly by: string | null
  readonly expiresAtMs: number
}

export function describeCodes(registry: Pick<Registry, 'codes' | 'device'>, nowMs: number): DescribedCode[] {
  const stateOf = ({ redeemedBy, expiresAtMs }: CodeRow) => (redeemedBy !== null ? 'used' : expiresAtMs <= nowMs ? 'expired' : 'open')
  return registry.codes().map((row) => ({
    id: row.id,
    state: stateOf(row),
    by: row.redeemedBy === null ? null : (registry.device(row.redeemedBy)?.label ?? null),
    expiresAtMs: row.expiresAtMs,
  }))
}
