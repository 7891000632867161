/** A relay as we know it, and how far the connection to it has come. */
import type { Endpoint, Family } from '../../protocol/model/address.ts'
import type { FormerLabel } from '../../protocol/model/label.ts'
import type { Translation } from '../../protocol/model/translation.ts'
import type { Problem } from '../../protocol/problem.ts'
import type { Transport } from '../../protocol/snapshot.ts'
import type { Claims } from './claims.ts'

export interface Welcomed {
  readonly url: string
  readonly host: string
  /** base64url of its public key, and its word on us for other relays of its domain. */
  readonly relayKey: string
  readonly voucher: string | null
  readonly domain: string
  readonly label: string
  /** Labels that it had before and that still lead to it, the one that ends first at the front. */
  readonly former: readonly FormerLabel[]
  readonly httpsPort: number
  /** It can keep a service's name to itself while others of ours lead home. */
  readonly relayOnly: boolean
  /** How it is reached. */
  readonly transport: Transport
  /** In which our lanes go to it. */
  readonly family: Family
  readonly addresses: { readonly ipv4?: string | undefined; readonly ipv6?: string | undefined }
  /** Where it sees our connections come from. Absent: not seen in that family yet; null: it cannot be reached in it. */
  readonly observed: { readonly ipv4?: string | null | undefined; readonly ipv6?: string | null | undefined }
}

/** What a relay's operator has decided about us, as far as he has said. */
export interface RelayNotice {
  /** When he will suspend us; null: he has not said so. */
  readonly suspendAtMs: number | null
  /** Of what the relay carries for us in a month, so much is used up; null: there is enough left. */
  readonly quota: { readonly monthlyBytes: number; readonly usedPercent: number; readonly renewsAtMs: number } | null
  /** Services by name, links by id: they lead nowhere until he puts them back. */
  readonly takenDown: readonly { readonly kind: 'service' | 'link'; readonly name: string; readonly reason: string | null }[]
}

export const NO_NOTICE: RelayNotice = { suspendAtMs: null, quota: null, takenDown: [] }

export type RelayLink =
  | { readonly phase: 'none' }
  | { readonly phase: 'connecting'; readonly url: string; readonly known: Welcomed | null }
  | {
      readonly phase: 'connected'
      readonly url: string
      readonly known: Welcomed
      /** The welcome. */
      readonly sinceMs: number
      readonly published: string | null
      /** Services that it has been told of: under their names it leads visitors to us. */
      readonly told: readonly string[]
      /** How often in a row it did not take what it was to publish. */
      readonly untaken: number
      /** The public ports that it gave our raw services; null: none. */
      readonly ports: Readonly<Record<string, number | null>>
      readonly notice: RelayNotice
      /** Round trip to it; null: not measured yet. */
      readonly rttMs: number | null
      /** Much farther than another one of the same names (standby.ts); and since when it has looked otherwise. */
      readonly far: boolean
      readonly turningSinceMs: number | null
      /** While it stands by: of what was published to it, at which address it has seen each path for itself; and when it may be asked to look. */
      readonly proven: { readonly published: string | null; readonly paths: Readonly<Record<string, string>> }
      readonly proveAtMs: number
      /** Where the relay sees our datagrams come from; null: it hears none. Absent: not asked yet. */
      readonly udp: {
        readonly ipv4?: Endpoint | null
        /** Where else the relay answers datagrams; null: nowhere. */
        readonly other?: Endpoint | null
        /** Null: it could not be learnt. Absent: not tried yet. */
        readonly translation?: Translation | null
      }
      readonly publishAtMs: number
      /** Names of the owner's own that it carries. */
      readonly claims: Claims
    }
  | { readonly phase: 'waiting'; readonly url: string; readonly known: Welcomed | null; readonly problem: Problem }
  | { readonly phase: 'refused'; readonly url: string; readonly known: Welcomed | null; readonly problem: Problem }

export type StandbyRelay = Exclude<RelayLink, { phase: 'none' }>
export type ConnectedRelay = Extract<RelayLink, { phase: 'connected' }>

export const isLoopbackHost = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || /^127\.|^\[::1\]$/.test(host)
