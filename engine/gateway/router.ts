/** One router, asked in every language it understands. The protocols are tried side by side; a rule is asked for in the best one that
 *  answered, then in the next. A rule is looked after in the language in which it was made. */
import { type Family, familyOf } from '../../protocol/model/address.ts'
import { RouterApi } from '../../protocol/model/router-api.ts'
import { type Gateway, GatewayError, type GatewayProtocol, type Mapping, type MappingState, type MapRequest } from './gateway.ts'

/** PCP says most and asks least (RFC 6887); NAT-PMP is its elder; UPnP has the most quirks. What needs its owner's word comes last, and makes rules
 *  without an end. */
const PREFERENCE: readonly GatewayProtocol[] = ['pcp', 'natpmp', 'upnp', ...RouterApi.options]

/** One way to open a conversation. Null: nothing answered. */
export interface Opener {
  readonly family: Family
  open(signal: AbortSignal): Promise<Gateway | null>
}

export interface Router {
  readonly address: string
  name(): string | null
  /** Whatever it tells of itself, in every language. */
  says(): string
  /** Those that answered so far, in the order of preference; in one family, those in which a rule is asked for there. */
  protocols(family?: Family): GatewayProtocol[]
  /** In how many languages its IPv6 firewall can be asked to let visitors in. */
  pinholes(): number
  /** The router's own claim for IPv4; null when it has none to give. */
  externalAddress(signal: AbortSignal): Promise<string | null>
  /** Whether it says now that its line has an address; null when it does not say. */
  hasLine(signal: AbortSignal): Promise<boolean | null>
  /** In the family of the request's internal address. Throws the most telling {@link GatewayError} when every protocol failed. */
  map(request: MapRequest, signal: AbortSignal): Promise<Mapping>
  inspect(mapping: Mapping, signal: AbortSignal): Promise<MappingState>
  unmap(mapping: Mapping, signal: AbortSignal): Promise<void>
  close(): void
}

/** A protocol that did not answer is tried again, as long as the router is kept: somebody may switch it on. The last step is kept. */
const RETRY_MS = [5_000, 10_000, 30_000, 60_000] as const

/** Resolves as soon as one protocol has answered for IPv4, or at all where that is not spoken; the others join when they do (`onJoined`), until `signal` or `close`. Null when
 *  none did. */
export async function openRouter(
  address: string,
  openers: readonly Opener[],
  signal: AbortSignal,
  onJoined: () => void,
): Promise<Router | null> {
  const gateways: { readonly family: Family; readonly gateway: Gateway }[] = []
  const first = Promise.withResolvers<boolean>()
  const hasIPv4 = openers.some(({ family }) => family === 'ipv4')
  let closed = false
  const join = async ({ family, open }: Opener): Promise<void> => {
    const gateway = await open(signal).catch(() => null)
    if (!gateway) {
      missing.push({ family, open })
      return
    }
    if (closed) {
      gateway.close?.()
      return
    }
    gateways.push({ family, gateway })
    gateways.sort((a, b) => PREFERENCE.indexOf(a.gateway.via) - PREFERENCE.indexOf(b.gateway.via))
    if (family === 'ipv4' || !hasIPv4) first.resolve(true)
    onJoined()
  }
  const missing: Opener[] = []
  void Promise.all(openers.map(join)).then(() => first.resolve(gateways.length > 0))
  if (!(await first.promise)) return null
  let retry: NodeJS.Timeout | undefined
  const retryLater = (attempt: number): void => {
    retry = setTimeout(
      () => {
        for (const opener of missing.splice(0)) void join(opener)
        retryLater(attempt + 1)
      },
      RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)],
    )
    retry.unref()
  }
  retryLater(0)
  signal.addEventListener('abort', () => clearTimeout(retry))

  const ofFamily = (family: Family | undefined): Gateway[] =>
    gateways.filter((each) => each.family === family).map(({ gateway }) => gateway)
  const maker = ({ via, internalAddress }: Mapping): Gateway => {
    const gateway = ofFamily(familyOf(internalAddress)).find((each) => each.via === via)
    if (!gateway) throw new GatewayError('silent', `the router no longer answers ${via}`)
    return gateway
  }
  return {
    address,
    name: () => gateways.map(({ gateway }) => gateway.name).find((name) => name !== null) ?? null,
    says: () => [...new Set(gateways.flatMap(({ gateway }) => gateway.says ?? []))].join(' '),
    pinholes: () => ofFamily('ipv6').length,
    protocols: (family) => [...new Set((family ? ofFamily(family) : gateways.map(({ gateway }) => gateway)).map(({ via }) => via))],
    async externalAddress(asking) {
      for (const gateway of ofFamily('ipv4')) {
        const claimed = await gateway.externalAddress(asking).catch(() => null)
        if (claimed !== null) return claimed
      }
      return null
    },
    async hasLine(asking) {
      // PCP tells an address with a rule only, and then from memory.
      const asked = ofFamily('ipv4').filter(({ via }) => via !== 'pcp')
      const said = await Promise.all(asked.map((gateway) => gateway.externalAddress(asking).then(Boolean, saysNo)))
      return said.find((each) => each !== null) ?? null
    },
    async map(request, asking) {
      const failures: GatewayError[] = []
      for (const gateway of ofFamily(familyOf(request.internalAddress))) {
        try {
          return await gateway.map(request, asking)
        } catch (error) {
          if (!(error instanceof GatewayError)) throw error
          failures.push(error)
        }
      }
      throw mostTelling(failures)
    },
    // A method that is no async function would throw where a promise is expected.
    inspect: async (mapping, asking) => await maker(mapping).inspect(mapping, asking),
    async unmap(mapping, asking) {
      const made = maker(mapping)
      await made.unmap(mapping, asking).catch(async (error: unknown) => {
        // PCP and NAT-PMP speak for the sender's own address alone; some routers let others end a rule that UPnP lists.
        const other = ofFamily(familyOf(mapping.internalAddress)).find((each) => each !== made && each.rules !== undefined)
        if (!other) throw error
        await other.unmap(mapping, asking)
      })
    },
    close() {
      closed = true
      clearTimeout(retry)
      for (const { gateway } of gateways) gateway.close?.()
    },
  }
}

const saysNo = (error: unknown): false | null => (error instanceof GatewayError && error.fault === 'no-internet' ? false : null)

/** "Somebody else holds it" says more than "no", and "no" more than silence. */
function mostTelling(failures: readonly GatewayError[]): GatewayError {
  const order: readonly GatewayError['fault'][] = ['conflict', 'full', 'refused', 'no-internet', 'garbled', 'silent']
  // Among those alike, one that says why.
  const sorted = [...failures].sort((a, b) => order.indexOf(a.fault) - order.indexOf(b.fault) || Number(!a.reason) - Number(!b.reason))
  return sorted[0] ?? new GatewayError('silent', 'the router answers none of the protocols for this kind of address', { final: true })
}
