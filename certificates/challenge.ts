/** How a directory is shown that a name or an address is ours (RFC 8555 §8, RFC 8737, RFC 8738). Where the answer is put is the caller's
 *  business: one {@link Answerer} for each way. */

export type ChallengeType = 'dns-01' | 'tls-alpn-01' | 'http-01'

/** `value`: a DNS name without its wildcard, or an IP address. */
export interface Identifier {
  readonly type: 'dns' | 'ip'
  readonly value: string
}

export interface Proof {
  readonly identifier: Identifier
  readonly token: string
  /** What the directory is to see: the key authorization; for dns-01 its digest, which is the TXT record's value. */
  readonly text: string
}

export interface Answerer {
  readonly type: ChallengeType
  /** Puts the proof where the directory looks, and resolves when it would be seen there. Several proofs may stand at the same time. */
  set(proof: Proof, signal: AbortSignal): Promise<void>
  /** What it throws is dropped: a stale proof harms nobody. */
  clear(proof: Proof, signal: AbortSignal): Promise<void>
}

type Record = (name: string, value: string, signal: AbortSignal) => Promise<void>

/** By TXT records, whoever keeps them. The record's name comes from the authorization: for `*.a.example` that is `a.example`. */
export function byDns(setTxt: Record, clearTxt: Record): Answerer {
  const at = (write: Record) => (proof: Proof, signal: AbortSignal) =>
    write(`_acme-challenge.${proof.identifier.value}`, proof.text, signal)
  return { type: 'dns-01', set: at(setTxt), clear: at(clearTxt) }
}
