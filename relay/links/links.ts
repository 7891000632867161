/** Where a share link leads now. The registry remembers whose it is and until when, presence knows who is here. */
import { type Endpoint, familyOf, parseAddress } from '../../protocol/model/address.ts'
import { relayOnlyName } from '../../protocol/model/relay-only.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { Publication } from '../../wire/messages.ts'
import type { Names } from '../names/names.ts'
import type { Decisions } from '../operating/decisions.ts'
import type { Device, Registry } from '../registry/registry.ts'
import type { Presence } from '../tunnel/presence.ts'
import type { Knock } from './knock.ts'

type Service = Publication['services'][number]

export type Destination =
  /** Never made, or taken back: nobody can tell which. */
  | { readonly state: 'unknown' }
  | { readonly state: 'ended' }
  /** By the relay's operator. */
  | { readonly state: 'taken-down' }
  /** What the relay carries for this home in a month is used up, and no other way leads there. */
  | { readonly state: 'used-up'; readonly renewsAtMs: number }
  | {
      readonly state: 'known'
      readonly kind: Service['kind']
      readonly preset: string | undefined
      /** It leads to the home's own page, which asks for the grant. */
      readonly gated: boolean
      /** The name to go to. */
      readonly host: string
      /** Where a raw service is reached, under that name; undefined: nowhere just now. */
      readonly port: number | undefined
      /** Null: it can be reached now, because its tunnel is up or it answers on a direct way. `asleep`: its computer said so. */
      readonly away: { readonly sinceMs: number; readonly asleep: boolean } | null
    }

export interface Links {
  /** `link`: an id or an alias. `visitor`: the address from which somebody asks. */
  find(link: string, visitor: string): Promise<Destination>
}

export interface LinksOptions {
  readonly registry: Pick<Registry, 'linkOwner' | 'device' | 'deviceByLabel' | 'published' | 'direct' | 'publicPorts'>
  readonly presence: Pick<Presence, 'isUp' | 'asleepSinceMs' | 'observedAddress'>
  readonly hostOf: Names['hostOf']
  readonly decisions: Pick<Decisions, 'closed' | 'isLinkDown' | 'allowanceOf'>
  readonly knock: Knock
  readonly now?: () => number
}

export function createLinks({ registry, presence, hostOf, decisions, knock, now = Date.now }: LinksOptions): Links {
  /** Does the visitor sit behind the same router as the service? Many of those let nobody in who comes from inside by the outside address. */
  function isAtHome({ key }: Device, direct: readonly Endpoint[], visitor: string): boolean {
    const proven = Object.values(registry.direct(key))
    const seen = (['ipv4', 'ipv6'] as const).map((family) => presence.observedAddress(key, family))
    const addresses = [...proven, ...direct].map(({ address }) => address)
    return [...addresses, ...seen].some((address) => address !== undefined && isSameHome(address, visitor))
  }

  /** Its home says which of its names it can show itself under: a new one needs a certificate first. */
  function shownLabel({ key, label }: Device): string {
    const shown = registry.published(key)?.label
    return shown !== undefined && registry.deviceByLabel(shown, now())?.key === key ? shown : label
  }

  /** Where its visitors are sent directly. */
  const endpointsOf = (key: string, { kind, direct, relayOnly }: Service): readonly Endpoint[] => {
    if (relayOnly) return []
    return isWeb(kind) ? Object.values(registry.direct(key)) : direct
  }

  /** A way that was proven may lead nowhere since its home was last heard of. A UDP service would not answer a stranger. */
  async function answersDirectly({ key }: Device, service: Service): Promise<boolean> {
    const endpoints = endpointsOf(key, service)
    if (presence.isUp(key)) return endpoints.length > 0
    return service.kind !== 'udp' && (await Promise.all(endpoints.map(knock))).includes(true)
  }

  return {
    async find(link, visitor) {
      const owner = registry.linkOwner(link)
      const device = owner && registry.device(owner.deviceKey)
      const service = device && registry.published(device.key)?.services.find(({ name }) => name === owner.service)
      if (!device || !service) return { state: 'unknown' }
      // What is decided about a link holds for its alias, and the other way round.
      const id = service.aliases?.find(({ alias }) => alias === link)?.link ?? link
      const names = [id, ...(service.aliases ?? []).flatMap((each) => (each.link === id ? each.alias : []))]
      const closed = decisions.closed({ deviceKey: device.key, service: service.name })
      if (closed === 'taken-down' || closed === 'suspended' || names.some((each) => decisions.isLinkDown(device.key, each)))
        return { state: 'taken-down' }
      const endsAtMs = service.ends?.find((end) => end.link === id)?.atMs
      if (endsAtMs !== undefined && endsAtMs <= now()) return { state: 'ended' }
      const isUp = presence.isUp(device.key) && closed === undefined
      const asleepSinceMs = presence.asleepSinceMs(device.key)
      const goesHome = !service.relayOnly && (Object.keys(registry.direct(device.key)).length > 0 || service.direct.length > 0)
      const allowance = decisions.allowanceOf(device.key)
      if (closed === 'used-up' && !goesHome && allowance) return { state: 'used-up', renewsAtMs: allowance.renewsAtMs }
      // Whatever stands in DNS, who sleeps does not answer there.
      // A page of the home's own, which no direct way to the service leads to.
      const isPage = service.gated === true && !isWeb(service.kind)
      const isHere = isUp || (!isPage && asleepSinceMs === undefined && (await answersDirectly(device, service)))
      const relayPort = registry.publicPorts(device.key).find(({ service: name }) => name === service.name)?.port
      const canTurnBack = isUp && goesHome && (isWeb(service.kind) || relayPort !== undefined)
      const name = isPage || (canTurnBack && isAtHome(device, service.direct, visitor)) ? relayOnlyName(service.name) : service.name
      return {
        state: 'known',
        kind: service.kind,
        preset: service.preset,
        gated: service.gated === true,
        host: hostOf(shownLabel(device), name),
        port: relayPort ?? service.direct[0]?.port,
        away: isHere ? null : { sinceMs: asleepSinceMs ?? device.lastSeenAtMs, asleep: asleepSinceMs !== undefined },
      }
    },
  }
}

/** One IPv4 address, or one IPv6 network: each machine of a home has addresses of its own there. */
function isSameHome(home: string, visitor: string): boolean {
  if (familyOf(home) !== familyOf(visitor)) return false
  if (familyOf(home) === 'ipv4') return home === visitor
  const [a, b] = [parseAddress(home), parseAddress(visitor)]
  return a !== undefined && b !== undefined && Buffer.compare(a.subarray(0, 8), b.subarray(0, 8)) === 0
}
