/** How a name of the owner's own, or the home's bare address, is proven to be this home's. */
import type { Answerer, Proof } from '../../certificates/challenge.ts'
import { challengeCertificate, serverNameOf } from '../../certificates/tls-alpn.ts'
import { familyOf } from '../../protocol/model/address.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { carriedAddresses } from '../core/claims.ts'
import { answeringDomains } from '../core/exposures.ts'
import { httpAddresses, httpsAddresses, provableBy, type Shown } from '../core/own-names.ts'
import type { FrontDoor } from '../proxy/front-door.ts'
import { addressesOf } from '../reach/own-names.ts'
import type { CertificateSource } from './certificates.ts'
import type { RelayTexts } from './challenge-texts.ts'
import type { Emit } from './loop.ts'
import { byRelay } from './order.ts'

/** How a name of the owner's own is proven: as its published addresses allow. Addresses get certificates of some days alone. Throws ProblemError
 *  when it leads elsewhere. */
export async function ownWish(source: CertificateSource, { host, family }: Shown, emit: Emit, signal: AbortSignal) {
  const state = source.state()
  // A wildcard has no address of its own, and is proven by a text alone (RFC 8555 §7.1.3).
  const published = family ? [host] : host.startsWith('*.') ? [] : await addressesOf(host, signal)
  const byTexts = family ? undefined : await source.texts.answererFor(host, relayTexts(source), signal)
  const ways = provableBy(published, { https: [...httpsAddresses(state), ...carriedAddresses(state, host)], http: httpAddresses(state) })
  if (ways.length === 0 && !byTexts) throw new ProblemError(problem('name-elsewhere', { host, address: published.join(', ') }))
  const families = [...new Set(published.map((address) => familyOf(address) ?? 'ipv4'))]
  const answererOf = { 'tls-alpn-01': () => byFrontDoor(source.showChallenge), 'http-01': () => source.byHttp(families, emit) }
  const direct = ways.map((by) => answererOf[by]())
  // A text takes a provider its time, and is still better than to open port 80.
  const answerers = byTexts ? [...direct.filter(({ type }) => type === 'tls-alpn-01'), byTexts] : direct
  return { names: [host], answerers, ...(family && { profile: 'shortlived' }) }
}

/** The relay's own, at which a name's proof may be pointed once and for all. */
function relayTexts(source: CertificateSource): RelayTexts | undefined {
  const names = answeringDomains(source.state()).map((domain) => `_acme-challenge.${domain}`)
  return source.tunnels().length === 0 || names.length === 0 ? undefined : { names, answerer: byRelay(source) }
}

function byFrontDoor(showChallenge: FrontDoor['showChallenge']): Answerer {
  const shown = new Map<Proof, () => void>()
  return {
    type: 'tls-alpn-01',
    async set(proof) {
      shown.set(proof, showChallenge(serverNameOf(proof.identifier), await challengeCertificate(proof)))
    },
    async clear(proof) {
      shown.get(proof)?.()
    },
  }
}
