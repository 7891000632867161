/** The owner's own phone as the eyes outside, where there is no relay. */
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type Family, familyOf, formatEndpoint, isCarrierShared, isPublic, unmapped } from '../../protocol/model/address.ts'
import type { PhoneLook } from '../../protocol/model/phone.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { exposureOf, waysTo } from '../core/exposures.ts'
import type { Path } from '../core/path-state.ts'
import { isFromElsewhere } from '../core/phone-proof.ts'
import type { Context } from './context.ts'
import type { Emit } from './loop.ts'

/** Ports that no browser opens (fetch.spec.whatwg.org, "bad port"), as far as programs at home use them. */
const CLOSED_TO_BROWSERS: ReadonlySet<number> = new Set([
  ...[21, 22, 23, 25, 53, 69, 110, 111, 123, 137, 139, 143, 161, 179, 389, 465, 512, 513, 514, 515, 548, 554, 563, 587, 636, 989, 990, 993],
  ...[995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080],
])

/** Addresses to be opened on a phone, IPv4 first. `at`: where its owner says that this home is, for the rule that he makes on a router of which we
 *  know nothing; one to which the internet leads nobody is left out. Throws ProblemError `service-unknown`. */
export function beginProof({ state, phoneProofs, publicRanges }: Context, service: string, at: string | null): PhoneLook {
  const known = state().services.find(({ name }) => name === service)
  if (!known) throw new ProblemError(problem('service-unknown', { name: service }))
  const exposure = exposureOf(state(), service)
  const given = at !== null && isPublic(at, publicRanges) && !isCarrierShared(at) ? at : null
  const ways = exposure?.protocol === 'tcp' ? waysTo(state(), known) : []
  const ends = ways.flatMap((path) => endsOf(path, given))
  const { path, untilMs } = phoneProofs.issue(given)
  return {
    untilMs,
    addresses: ends
      .filter(({ port }) => !CLOSED_TO_BROWSERS.has(port))
      .sort((a, b) => a.family.localeCompare(b.family))
      .map((end) => `http://${formatEndpoint(end)}${path}`),
  }
}

function endsOf(path: Path, given: string | null): { readonly family: Family; readonly address: string; readonly port: number }[] {
  const { rung, family } = path
  if (rung === 'tunnel') return []
  if ('way' in path) return [{ family, ...path.way.outside }]
  const isByHand = rung === 'manual' && path.phase === 'blocked' && path.closed !== null && given !== null
  return isByHand ? [{ family, address: given, port: path.closed.way.outside.port }] : []
}

/** Only who comes to a listener of ours has the address that the system says. */
export function awaitPhone(context: Context, exposure: string, stream: Duplex, emit: Emit): Promise<boolean> | false {
  if (!(stream instanceof Socket) || stream.remoteAddress === undefined) return false
  const from = unmapped(stream.remoteAddress)
  return context.phoneProofs.intercept(stream, (at) => {
    const visit = { at, from, isPublic: isPublic(from, context.publicRanges) }
    emit({ type: 'phone-came', exposure, family: familyOf(from) ?? 'ipv4', ...visit })
    return isFromElsewhere(context.state(), visit)
  })
}
