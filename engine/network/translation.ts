/** What the translation before this house does with UDP (RFC 5780 §4): does another receiver see another address, and whose datagrams are let in?
 *  It explains why games and calls connect directly or not. No way in depends on it: only a probe decides. */
import type { Endpoint } from '../../protocol/model/address.ts'
import type { TranslationBehaviour as Behaviour, Translation } from '../../protocol/model/translation.ts'
import type { BindingResponse } from '../../wire/stun.ts'
import { question, withSocket } from './stun.ts'

/** `server` answers, and said where else it can be asked. At most 10.5 s. Null when its other address does not answer us, which tells nothing.
 *  Throws the signal's reason. */
export async function learnTranslation(server: Endpoint, other: Endpoint, signal: AbortSignal): Promise<Translation | null> {
  const [mapping, filtering] = await Promise.all([learnMapping(server, other, signal), learnFiltering(server, other, signal)])
  return mapping && { mapping, filtering }
}

/** One socket of ours, seen from three places (§4.3). */
function learnMapping(server: Endpoint, other: Endpoint, signal: AbortSignal): Promise<Behaviour | null> {
  return withSocket(server, async (socket) => {
    const seenFrom = (to: Endpoint): Promise<BindingResponse | null> => question(socket, { to, from: to }, signal)
    const first = await seenFrom(server)
    const second = first && (await seenFrom({ address: other.address, port: server.port }))
    if (!first || !second) return null
    if (isSame(first, second)) return 'endpoint-independent'
    const third = await seenFrom(other)
    return third && (isSame(second, third) ? 'address-dependent' : 'address-and-port-dependent')
  })
}

/** Sockets that have spoken to the server's first place only, and are answered from elsewhere (§4.4). */
async function learnFiltering(server: Endpoint, other: Endpoint, signal: AbortSignal): Promise<Behaviour> {
  const isHeard = (address: boolean, from: Endpoint): Promise<boolean> =>
    withSocket(server, async (socket) => (await question(socket, { to: server, change: { address, port: true }, from }, signal)) !== null)
  const [fromElsewhere, fromOtherPort] = await Promise.all([
    isHeard(true, other),
    isHeard(false, { address: server.address, port: other.port }),
  ])
  if (fromElsewhere) return 'endpoint-independent'
  return fromOtherPort ? 'address-dependent' : 'address-and-port-dependent'
}

const isSame = ({ mapped: a }: BindingResponse, { mapped: b }: BindingResponse): boolean => a.address === b.address && a.port === b.port
