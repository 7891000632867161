/** What engine and relay say to each other on a lane, in control frames. Version 1.
 *
 *  ```
 *  relay  → engine   hello     who I am, which versions I speak
 *  engine → relay    device    who I am, which version we use, what this connection is for, a relay code's key if I am new
 *  relay  → engine   welcome   you are in: your label, the address you come from, how many lanes      | refused
 *  engine → relay    ask       a probe, what to publish, a DNS text for a certificate …
 *  relay  → engine   answer    with the same id: a result or a refusal
 *  relay  → engine   notice    what the operator is about to do
 *  engine → relay    sleep     this computer is about to sleep
 *  engine → relay    leave     nothing new by this lane: another one stands in its place
 *  ```
 *  The relay is upgraded first: it speaks every version from `min` to `max`, the engine picks one. Unknown fields are ignored, so
 *  that a newer side can say more. */
import { z } from 'zod'
import { parseAddress } from '../protocol/model/address.ts'
import { AlertId, AlertState, Alerts, MAX_ALERT_CHANNELS } from '../protocol/model/alerts.ts'
import { CarriedHost, CarriedStanding, MAX_CARRIED_HOSTS } from '../protocol/model/carried-host.ts'
import { FormerLabel, DnsLabel as Label, LabelStanding } from '../protocol/model/label.ts'
import { Alias, LinkId, MAX_LINKS_OF_SERVICE } from '../protocol/model/link.ts'
import { Family, Verdict } from '../protocol/model/path.ts'
import { Preset, ServiceKind, ServiceName } from '../protocol/model/service.ts'
import { PingName } from './pings.ts'

export const TUNNEL_ALPN = 'porchlight/1'
/** Of a connection that one stream goes on by (wire/bypass.ts). */
export const BYPASS_ALPN = 'porchlight-bypass/1'
/** The relay's only word inside of its TLS, and the last. */
export const BYPASS_GO = Buffer.from('go')
export const WIRE_VERSION = 1
/** A relay may allow fewer lanes; one is always valid. */
export const MAX_LANES = 4

const Key = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const Signature = z.string().regex(/^[A-Za-z0-9_-]{86}$/)
/** A literal address, without a zone: it ends up in DNS, in logs and in X-Forwarded-For. */
const Address = z
  .string()
  .max(45)
  .refine((text) => parseAddress(text) !== undefined, 'not an address')
const Port = z.int().min(1).max(65535)
const Endpoint = z.object({ address: Address, port: Port })
const Peer = z.object({ address: Address, port: z.int().min(0).max(65535) })
const Domain = z
  .string()
  .max(253)
  .refine((text) => text.split('.').every((label) => Label.safeParse(label).success), 'not a domain')

export const Hello = z.object({ m: z.literal('hello'), min: z.int(), max: z.int(), key: Key, proof: Signature })
export type Hello = z.infer<typeof Hello>

/** A relay that knows many others is told of no more than this. */
export const MAX_VOUCHERS = 4
export const Voucher = z.object({ relayKey: Key, label: Label, signature: Signature })
export type Voucher = z.infer<typeof Voucher>

export const Device = z.object({
  m: z.literal('device'),
  version: z.int(),
  key: Key,
  proof: Signature,
  /** `session`: a lane of the tunnel. `observe`: only to be seen from this family's address, then closed. */
  purpose: z.enum(['session', 'observe']),
  /** Lanes of one engine share a random session name; a new name replaces the engine's earlier session. */
  session: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  /** The single-use key of a relay code, base64url. */
  code: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/)
    .optional(),
  /** It can open bypasses (wire/bypass.ts): the relay may offer them. An older one would end the lane. */
  bypass: z.boolean().optional(),
  /** What other relays say of this device (wire/voucher.ts): one that trusts a voucher's signer lets it in under the same label. */
  vouchers: z.array(Voucher).max(MAX_VOUCHERS).optional(),
})
export type Device = z.infer<typeof Device>

export const Welcome = z.object({
  m: z.literal('welcome'),
  domain: Domain,
  label: Label,
  /** Labels that it had before, and that still lead to it. */
  former: z.array(FormerLabel).max(16).default([]),
  /** This relay's word for other relays of its domain. */
  voucher: Signature.optional(),
  lanes: z.int().min(1).max(MAX_LANES),
  observed: z.object({ family: Family, address: Address }),
  /** Where visitors reach the relay, per family. */
  addresses: z.object({ ipv4: Address.optional(), ipv6: Address.optional() }),
  /** The relay's own public HTTPS port, for links. */
  httpsPort: Port,
  /** It keeps the names of services that wish so to itself. An older relay says nothing of it, and gives away the home's address under every name. */
  relayOnly: z.boolean().optional(),
})
export type Welcome = z.infer<typeof Welcome>

export const RefusalCode = z.enum(['version', 'proof', 'code-unknown', 'code-used', 'code-expired', 'closed', 'suspended', 'busy'])
export type RefusalCode = z.infer<typeof RefusalCode>
/** `retryAfterS`: at most a day; a timer of more than 24 days would fire at once. */
export const Refused = z.object({ m: z.literal('refused'), code: RefusalCode, retryAfterS: z.number().min(0).max(86_400).optional() })
export type Refused = z.infer<typeof Refused>

/** The home's own page, on the host of each gated service: it reads the grant behind the `#` and posts it to itself. */
export const OPEN_PATH = '/.porchlight/open'

/** Everything the device wants to stand in the relay's names: it replaces what stood before. */
export const Publication = z.object({
  services: z
    .array(
      z.object({
        name: ServiceName,
        kind: ServiceKind,
        links: z.array(LinkId).max(MAX_LINKS_OF_SERVICE),
        /** Of links that can be dictated. */
        aliases: z
          .array(z.object({ alias: Alias, link: LinkId }))
          .max(MAX_LINKS_OF_SERVICE)
          .optional(),
        /** Of those that end by themselves: when (ms since 1970). */
        ends: z
          .array(z.object({ link: LinkId, atMs: z.int().min(0) }))
          .max(MAX_LINKS_OF_SERVICE)
          .optional(),
        /** Who has no link stays out: links lead to the home's own page ({@link OPEN_PATH}), which takes what stands behind their `#`. */
        gated: z.boolean().optional(),
        /** Which program it is, for words on the page of a service that is no website. */
        preset: Preset.optional(),
        /** For services without TLS: where they are reached directly, if they are. */
        direct: z.array(Endpoint).max(2),
        /** For services without TLS: the public port of the relay that this one would like best. Absent: it wants none, and its engine may
         *  know neither {@link RawMeta} nor flows. */
        port: Port.optional(),
        /** Its names always lead to the relay, whatever else is direct. */
        relayOnly: z.boolean().optional(),
      }),
    )
    .max(80),
  /** Families in which the front door is wanted direct. The relay agrees only where its own probe of port 443 succeeded. */
  direct: z.array(Family).max(2),
  /** To which of the device's labels its links lead. Absent, or one that no longer answers: to the one it is called by now. */
  label: Label.optional(),
})
export type Publication = z.infer<typeof Publication>

/** What came of a publication: the relay's public port of each service that asked for one. `null`: there is none to be had now. A relay that
 *  gives no ports at all says nothing of them. `taken`: aliases that are another device's, and lead there. */
export const Published = z.object({
  taken: z
    .array(Alias)
    .max(80 * MAX_LINKS_OF_SERVICE)
    .optional(),
  ports: z
    .array(z.object({ service: ServiceName, port: Port.nullable() }))
    .max(80)
    .default([]),
})
export type Published = z.infer<typeof Published>

export const ProbeRequest = z.object({
  kind: z.literal('probe'),
  /** 16 bytes, base64url: the only probe the engine will answer. */
  id: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  /** `direct`: dial the device's own observed address. `tunnel`: come in through the relay's public side, as a visitor does. */
  via: z.enum(['direct', 'tunnel']),
  family: Family,
  transport: z.enum(['tls', 'tcp', 'udp']),
  port: Port,
  /** Host name for TLS. */
  host: z.string().max(253).optional(),
  /** For TLS: who vouches for the page's certificate, the authorities that every browser knows, or one that the owner has named. Without
   *  it the certificate is not looked at. */
  authority: z.enum(['public', 'named']).optional(),
  /** For UDP, directly over IPv6: the service itself holds the port and signs nothing, so it is asked in its own language. An IPv4 address
   *  may be shared with strangers, whose service would answer as well. */
  ping: PingName.optional(),
})
export type ProbeRequest = z.infer<typeof ProbeRequest>

/** `accountUri` holds no semicolon, which would end it in a CAA record. */
export const Issuance = z.object({
  issuers: z.array(Domain).min(1).max(4),
  accountUri: z.string().regex(/^https:\/\/[!-:<-~]{1,200}$/),
})
export type Issuance = z.infer<typeof Issuance>

/** What the relay says of each channel: whether it may be used, and why the last message did not arrive. */
export const AlertReports = z.object({
  channels: z.array(z.object({ id: AlertId, state: AlertState, reason: z.string().max(100).optional() })).max(MAX_ALERT_CHANNELS),
})
export type AlertReports = z.infer<typeof AlertReports>

export const Ask = z.discriminatedUnion('kind', [
  ProbeRequest,
  z.object({ kind: z.literal('publish'), publication: Publication }),
  /** Who alone may issue certificates for the device's names, and on whose behalf: its CAA records (RFC 8659, RFC 8657). */
  z.object({ kind: z.literal('issuance'), issuance: Issuance }),
  /** Whom to tell when the house is dark. */
  z.object({ kind: z.literal('alerts'), alerts: Alerts }),
  /** Tell them now, as a test. */
  z.object({ kind: z.literal('test-alerts') }),
  /** Might this device be called so? Answered by a {@link LabelStanding}. */
  z.object({ kind: z.literal('label'), label: z.string().max(63) }),
  /** From now on it wants to be called so. Answered by {@link Renamed}. */
  z.object({ kind: z.literal('rename'), label: z.string().max(63) }),
  /** It leaves for good: its names and links rest. The relay closes its lanes after the answer. */
  z.object({ kind: z.literal('release') }),
  /** A name of the device for its owner's router, which updates it by itself (dyndns2). `on`: with this name, under a new password. Answered by
   *  {@link RouterName}. */
  z.object({ kind: z.literal('router-name'), action: z.enum(['on', 'off', 'show']), name: ServiceName.optional() }),
  /** Names of its owner's own that it wants carried, all of them, each to one of its services: what it no longer names, the relay lets go. It
   *  looks for the proof of those it has not seen lately. Answered by {@link OwnHosts}. */
  z.object({
    kind: z.literal('own-hosts'),
    hosts: z.array(z.object({ host: CarriedHost, service: ServiceName })).max(MAX_CARRIED_HOSTS),
  }),
  /** The dns-01 text of the device's own `_acme-challenge`, set or removed. */
  z.object({ kind: z.literal('challenge'), action: z.enum(['set', 'clear']), value: z.string().regex(/^[A-Za-z0-9_-]{43}$/) }),
])
export type Ask = z.infer<typeof Ask>

/** What came of a wish for another name, and what the device is called now. `own`: granted. */
export const Renamed = z.object({
  standing: LabelStanding,
  label: Label,
  former: z.array(FormerLabel).max(16),
  voucher: Signature.optional(),
})
export type Renamed = z.infer<typeof Renamed>

/** The name that a router updates, in full; null: there is none. */
export const RouterName = z.object({
  host: z.string().max(253).nullable(),
  /** Only in the answer to `on`: the relay keeps its hash alone. */
  password: z.string().max(64).optional(),
  ipv4: Address.nullable(),
  ipv6: Address.nullable(),
  /** When an address changed last (ms since 1970). */
  changedAtMs: z.number().nullable(),
})
export type RouterName = z.infer<typeof RouterName>

/** In the order of the wish. */
export const OwnHosts = z.object({ hosts: z.array(CarriedStanding).max(MAX_CARRIED_HOSTS) })
export type OwnHosts = z.infer<typeof OwnHosts>

export const Asked = z.object({ m: z.literal('ask'), id: z.int(), ask: Ask })

/** What came of a probe: the verdict, and the address that was tried. */
export const ProbeResult = z.object({ verdict: Verdict, outside: Endpoint.optional() })
export type ProbeResult = z.infer<typeof ProbeResult>

export const RejectionCode = z.enum(['malformed', 'rate-limited', 'no-address', 'forbidden-port', 'name-taken', 'internal'])
export const Answer = z.object({
  m: z.literal('answer'),
  id: z.int(),
  result: z.unknown().optional(),
  rejected: RejectionCode.optional(),
})
export type Answer = z.infer<typeof Answer>

/** Nothing new is to come by this lane: others stand. The relay closes it when what it carries has ended. */
export const Leave = z.object({ m: z.literal('leave') })

/** From this share of the month's allowance on, a device is told of it. */
export const QUOTA_TOLD_PERCENT = 80
/** A device with more is told of the latest. */
export const MAX_NOTED_TAKEDOWNS = 20

/** At any time after the welcome: all that the operator has decided about this device. A relay that says nothing of something knows no such
 *  decision. */
export const Notice = z.object({
  m: z.literal('notice'),
  /** He will suspend it then (ms since 1970), or, null, will not after all. */
  suspendAtMs: z.int().min(0).nullable(),
  /** Of what it may be carried in this month (UTC), so much is used; null: little, or there is no limit. */
  quota: z
    .object({ monthlyBytes: z.int().min(1), usedPercent: z.int().min(0).max(100), renewsAtMs: z.int().min(0) })
    .nullable()
    .default(null),
  /** What leads nowhere until he puts it back: services by name, share links by id or alias. */
  takenDown: z
    .array(z.object({ kind: z.enum(['service', 'link']), name: z.string().max(40), reason: z.string().max(200).nullable() }))
    .max(MAX_NOTED_TAKEDOWNS)
    .default([]),
})
export type Notice = z.infer<typeof Notice>

/** The device's computer is about to sleep: what visitors are told until its next session. */
export const Sleep = z.object({ m: z.literal('sleep') })

export const FromRelay = z.discriminatedUnion('m', [Hello, Welcome, Refused, Answer, Notice])
export type FromRelay = z.infer<typeof FromRelay>
export const FromEngine = z.discriminatedUnion('m', [Device, Asked, Leave, Sleep])

/** Why a stream was opened: somebody came to `host` (the name in the ClientHello), from this address. */
export const StreamMeta = z.object({ host: z.string().max(253), peer: Peer })
export type StreamMeta = z.infer<typeof StreamMeta>

/** Why a stream or a flow was opened: somebody came from this address to the public port of a service without TLS. */
export const RawMeta = z.object({ service: ServiceName, peer: Peer })
export type RawMeta = z.infer<typeof RawMeta>
