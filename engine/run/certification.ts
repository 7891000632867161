/** How this home comes by its certificates: from whom, by which proofs, and who watches that nobody else gets any. */
import { type CertificateLog, openCertificateLog, PUBLIC_CERTIFICATE_LOG } from '../reach/certificate-log.ts'
import { type KeptAuthority, keepAuthority, type NamedAuthority, readPem } from './authority.ts'
import { type CertificateSource, type KeptCertificates, keepCertificates } from './certificates.ts'
import { type ChallengeTexts, keepChallengeTexts } from './challenge-texts.ts'
import type { Common } from './context.ts'
import type { OrderSource } from './order.ts'
import type { Store } from './store.ts'

export interface Certification {
  readonly authority: KeptAuthority
  readonly orders: OrderSource
  readonly texts: ChallengeTexts
  readonly certificates: KeptCertificates
  /** Undefined: its owner does not want to ask it. */
  readonly certificateLog: CertificateLog | undefined
}

export interface CertificationOptions extends Pick<OrderSource, 'tunnels'>, Pick<CertificateSource, 'showChallenge' | 'byHttp'> {
  readonly named: NamedAuthority
  /** A search service for the public logs; undefined: the public one, where the directory is public too. */
  readonly log: string | 'off' | undefined
}

/** Throws ProblemError when the authority's file cannot be read. */
export function openCertification(
  { folder, settings, secrets, unsaved, credentials, ownKeys }: Store,
  { log, state, signal }: Common,
  { named, log: wantedLog, tunnels, ...proofs }: CertificationOptions,
): Certification {
  const logCa = named.caFile === undefined ? undefined : readPem(named.caFile)
  const authority = keepAuthority(settings, secrets, named)
  const logUrl = certificateLogOf(wantedLog, authority.isPublic)
  const orders: OrderSource = { settings, unsaved, ownKeys, log, authority, state, tunnels }
  const texts = keepChallengeTexts({ folder, credentials, log, signal })
  return {
    authority,
    orders,
    texts,
    certificates: keepCertificates({ ...orders, ...proofs, folder, secrets, texts }),
    certificateLog: logUrl === undefined ? undefined : openCertificateLog(logUrl, logCa),
  }
}

/** A directory of the owner's choice may be one whose certificates no public log knows, and which nobody else should hear of. */
function certificateLogOf(wanted: string | undefined, isPublic: boolean): string | undefined {
  if (wanted !== undefined) return wanted === 'off' ? undefined : wanted
  return isPublic ? PUBLIC_CERTIFICATE_LOG : undefined
}
