/** A domain of the owner's own, on its way to lead here: which records to set where, and what stands there by now. */
import { z } from 'zod'
import { CarriedStanding } from './carried-host.ts'

/** `lead`, `lead6`: leads visitors here. `owner`: says to the relay whose name it is. `proof`: lets the relay prove a wildcard to the certificate
 *  directory. `bind`: lets nobody but this home get certificates; nobody needs it. */
export const RecordPurpose = z.enum(['lead', 'lead6', 'owner', 'proof', 'bind'])
export type RecordPurpose = z.infer<typeof RecordPurpose>

/** `waiting`: it is right at the name's own servers, or at some of them; who has asked before remembers the old one for up to `ttlS`. `unknown`:
 *  nobody could be asked. */
export const RecordState = z.enum(['right', 'waiting', 'missing', 'wrong', 'unknown'])
export type RecordState = z.infer<typeof RecordState>

export const OwnDomainRecord = z.object({
  purpose: RecordPurpose,
  type: z.enum(['CNAME', 'A', 'AAAA', 'TXT', 'CAA']),
  /** In full, without a dot at its end; and within its zone, as most providers want it (`@` is the zone itself). */
  name: z.string(),
  sub: z.string(),
  value: z.string(),
  isOptional: z.boolean(),
  state: RecordState,
  found: z.array(z.string()),
  ttlS: z.number().nullable(),
})
export type OwnDomainRecord = z.infer<typeof OwnDomainRecord>

/** `undelegated`: there is no such domain, or it has no name servers. `servers-silent`: they do not answer. `dnssec`: its signatures are wrong, so
 *  that careful resolvers and certificate authorities do not believe it. `caa`: the certificates come from somebody who may not give any;
 *  `detail` is who may. `wildcard`: the zone answers for any name, so that a missing record is not noticed. `apex`: a domain itself can be no
 *  alias. `no-way`: no relay carries it, and there is no way in. */
export const OwnDomainFinding = z.enum(['undelegated', 'servers-silent', 'dnssec', 'caa', 'wildcard', 'apex', 'no-way'])
export type OwnDomainFinding = z.infer<typeof OwnDomainFinding>

export const OwnDomain = z.object({
  host: z.string(),
  /** Null: it is not known. */
  zone: z.string().nullable(),
  /** Its first name servers, by which people know where they set records. */
  nameServers: z.array(z.string()),
  records: z.array(OwnDomainRecord),
  findings: z.array(z.object({ finding: OwnDomainFinding, detail: z.string() })),
  /** What the relay says of it; null: none is asked. */
  relay: CarriedStanding.nullable(),
})
export type OwnDomain = z.infer<typeof OwnDomain>

/** Everything that is needed stands. */
export const isSetUp = ({ records, relay }: OwnDomain): boolean =>
  records.every(({ isOptional, state }) => isOptional || state === 'right' || state === 'waiting') &&
  (relay === null || relay.state === 'carried' || relay.state === 'unsupported')
