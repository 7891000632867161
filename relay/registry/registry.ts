/** What a relay must still know tomorrow: devices and their labels, relay codes, what each device publishes, what was proven.
 *
 *  Every call answers at once and in full: when it returns, what it wrote is on disk and survives a power cut, and when it throws,
 *  nothing of it was written. One process may serve while another (`porchlight-relay code`) writes to the same store.
 *  Presence, who is connected now, is not here: it ends with the process. */
import type { Family } from '../../protocol/model/address.ts'
import type { Alerts } from '../../protocol/model/alerts.ts'
import type { FormerLabel, LabelStanding } from '../../protocol/model/label.ts'
import type { Issuance, Publication } from '../../wire/messages.ts'
import type { CodeRow } from './codes.ts'
import type { PageKeys } from './page-keys.ts'
import type { Takedowns } from './takedowns.ts'
import type { TrafficBook } from './traffic.ts'

/** base64url of the 32 raw bytes of an Ed25519 public key. */
export type DeviceKey = string

export interface Device {
  readonly key: DeviceKey
  /** One DNS label, unique in this relay for as long as the device stays. */
  readonly label: string
  readonly createdAtMs: number
  readonly lastSeenAtMs: number
  /** Set: the operator shuts this device out from then on, which may be in the future. */
  readonly suspendedAtMs: number | null
}

export type Redeemed = 'ok' | 'unknown' | 'used' | 'expired'

/** A home address that an outsider has reached, on the port of browsers. */
export interface DirectProof {
  readonly address: string
  readonly port: 443
  readonly sinceMs: number
}

/** A port of the relay at which visitors of a raw service arrive. */
export interface PublicPort {
  readonly service: string
  readonly protocol: 'tcp' | 'udp'
  readonly port: number
}

/** `port` is the one it would like best. */
export type PortWish = PublicPort

/** A name of the device for its router, which updates its addresses itself. */
export interface RouterName {
  /** One label, such as `router`. */
  readonly name: string
  readonly passwordHash: Uint8Array
  readonly ipv4: string | null
  readonly ipv6: string | null
  /** Null: never updated yet. */
  readonly changedAtMs: number | null
}

/** A name of an owner's own, led to his device for as long as the proof stands. */
export interface CarriedHostRow {
  /** As it was asked for; `*.` stands for one label. */
  readonly host: string
  readonly deviceKey: DeviceKey
  readonly service: string
  /** When its proof was last seen. */
  readonly provenAtMs: number
  /** Since when it has been gone; null: it stands. */
  readonly missingSinceMs: number | null
}

/** Both ends included. */
export interface PortRange {
  readonly first: number
  readonly last: number
}

/** Whom a device wants told when its house is dark, and what they were told. */
export interface KeptAlerts {
  readonly deviceKey: DeviceKey
  readonly alerts: Alerts
  /** When they were last told that it is dark. */
  readonly toldAtMs: number | null
  /** Since when it was dark then; null once they have been told that it is back. */
  readonly darkSinceMs: number | null
  /** It said that it goes to sleep, and has not been here since. */
  readonly asleepAtMs: number | null
}

/** Whether a mail address may be written to for a device. */
export interface MailConsent {
  readonly number: number
  readonly deviceKey: DeviceKey
  readonly address: string
  readonly askedAtMs: number
  /** Null: not answered. */
  readonly answer: 'given' | 'refused' | null
}

/** A released label or port, and a share link taken back, can be had by nobody else for this long: who still holds the old address must
 *  not land in a stranger's house. */
export const QUARANTINE_MS = 90 * 24 * 3600_000
/** After a change of name the old one goes on answering for this long; its quarantine begins then. */
export const GRACE_MS = 30 * 24 * 3600_000
/** So many old names answer at one time. Who changes again waits until the first has ended, unless he goes back to one of them. */
export const MAX_FORMER_LABELS = 3

/** Methods that take a device key throw `key-malformed` for what is none, and `device-unknown` where a registered one is needed. */
export interface Registry extends Takedowns, TrafficBook, PageKeys {
  /** `told`: how many seconds each write took. One at a time. */
  onWrite(told: (seconds: number) => void): void

  meta(name: string): string | undefined
  setMeta(name: string, value: string): void

  device(key: DeviceKey): Device | undefined
  /** By its label, or by a former one that still answers. */
  deviceByLabel(label: string, nowMs: number): Device | undefined
  /** Its old labels that still answer, the one that ends first at the front. None while the device is not registered. */
  formerLabels(key: DeviceKey, nowMs: number): FormerLabel[]
  /** Might this device be called so? */
  labelStanding(key: DeviceKey, label: string, nowMs: number): LabelStanding
  /** From now on the device is called so, if the answer is `own`; any other says why not, and nothing has changed. The old label answers for
   *  {@link GRACE_MS} more, and then goes into quarantine. Back to a label that was its own it may go
   *  however often, unless it was reserved since. */
  renameDevice(key: DeviceKey, label: string, nowMs: number): LabelStanding
  /** In the order of their registration. */
  devices(): Device[]
  /** Known: itself, unchanged. Released before: with its old label and, if it was suspended, still so. New: with a random label such
   *  as `amber-otter-42`. `wishedLabel` stands in for the random or old one: throws `label-refused`. */
  registerDevice(key: DeviceKey, nowMs: number, wishedLabel?: string): Device
  /** It was registered, has left, and may come back as if it had not: its quarantine has not ended. */
  mayReturn(key: DeviceKey, nowMs: number): boolean
  /** These devices were here; one that is not registered any more is passed over. */
  touchDevices(keys: readonly DeviceKey[], nowMs: number): void
  suspendDevice(key: DeviceKey, suspendedAtMs: number | null): void
  /** Of registered devices, past and to come. */
  suspensions(): (Pick<Device, 'key' | 'label'> & { readonly suspendedAtMs: number })[]
  /** The device leaves: what it published and proved is forgotten; its label, links and ports go into quarantine, where it finds them
   *  again. Its former labels answer no more, and rest until the same day as if it had stayed. */
  releaseDevice(key: DeviceKey, nowMs: number): void

  /** The 16 bytes of a new single-use key. Only their hash is kept: they are never seen again. */
  createCode(expiresAtMs: number): Uint8Array
  /** Uses the key up, for this device. `ok` again and again for the same one: it may have crashed before it could note its success.
   *  The device need not be registered yet. */
  redeemCode(codeKey: Uint8Array, deviceKey: DeviceKey, nowMs: number): Redeemed
  /** Open, used and expired ones; those that expire first come first. */
  codes(): CodeRow[]
  /** By the id that {@link codes} gives. False: there is no such code, or it is used. */
  revokeCode(id: string): boolean

  /** Replaces what the device published. `taken`: one of the link ids is another device's; nothing is changed. Throws
   *  `publication-malformed` when two services share a name or a link id, or the document is not valid. An alias that is another device's
   *  is left out. */
  setPublished(deviceKey: DeviceKey, publication: Publication, nowMs: number): 'ok' | 'taken'
  /** Undefined: nothing yet, or a document that this version cannot read (the device publishes again when it connects). */
  published(deviceKey: DeviceKey): Publication | undefined
  /** Whose link this is, by its id or alias, and to which service, by its name. */
  linkOwner(link: string): { readonly deviceKey: DeviceKey; readonly service: string } | undefined

  /** Who alone may issue certificates for the device's names. Kept until it says otherwise or leaves. */
  setIssuance(deviceKey: DeviceKey, issuance: Issuance): void
  issuance(deviceKey: DeviceKey): Issuance | undefined

  /** Throws `address-malformed` when the address is not of that family. */
  setDirect(deviceKey: DeviceKey, family: Family, proof: DirectProof | null): void
  direct(deviceKey: DeviceKey): Partial<Record<Family, DirectProof>>

  /** The device's raw services, all of them: who stood before keeps its port, who is new gets one of the range, the wanted one if it can
   *  be had; the ports of the others go into quarantine. Gives the ports in the order of the wishes, without those services for which
   *  there is none: the range, or what one device may have, is used up. `unusable`: of these, what the device has is forgotten at once, and
   *  none is given. Throws `publication-malformed` when two services share a name. */
  setPublicPorts(
    deviceKey: DeviceKey,
    wishes: readonly PortWish[],
    range: PortRange,
    nowMs: number,
    unusable?: readonly PublicPort[],
  ): PublicPort[]
  publicPorts(deviceKey: DeviceKey): PublicPort[]

  /** Without channels: nobody is told any more. */
  setAlerts(deviceKey: DeviceKey, alerts: Alerts): void
  /** Of every registered device that wants somebody told. */
  alerts(): KeptAlerts[]
  /** Of this one; undefined: it wants nobody told. */
  alertsOf(deviceKey: DeviceKey): KeptAlerts | undefined
  /** Passed over when the device wants nobody told. */
  noteAlert(deviceKey: DeviceKey, told: Pick<KeptAlerts, 'toldAtMs' | 'darkSinceMs' | 'asleepAtMs'>): void
  /** Notes that the address is asked now; its answer, if there was one, stays. */
  askMailConsent(deviceKey: DeviceKey, address: string, nowMs: number): MailConsent
  mailConsent(deviceKey: DeviceKey, address: string): MailConsent | undefined
  mailConsentByNumber(number: number): MailConsent | undefined
  /** How many devices have asked this address since then. */
  mailsAsked(address: string, sinceMs: number): number
  /** Passed over when there is no such question. */
  answerMailConsent(number: number, answer: 'given' | 'refused'): void

  /** In the place of the one there was, without addresses yet; null: none any more. */
  setRouterName(deviceKey: DeviceKey, wanted: Pick<RouterName, 'name' | 'passwordHash'> | null): void
  routerName(deviceKey: DeviceKey): RouterName | undefined
  setRouterAddresses(deviceKey: DeviceKey, addresses: Pick<RouterName, 'ipv4' | 'ipv6'>, nowMs: number): void

  /** In the place of what stood for this host, whosever it was. */
  setCarriedHost(row: CarriedHostRow): void
  /** Passed over when it is another device's. */
  dropCarriedHost(deviceKey: DeviceKey, host: string): void
  /** Exactly so: what a wildcard stands for is for whoever asks to know. */
  carriedHost(host: string): CarriedHostRow | undefined
  /** Of one device, or of all. */
  carriedHosts(deviceKey?: DeviceKey): CarriedHostRow[]

  close(): void
}

export type RegistryErrorCode =
  | 'key-malformed'
  | 'device-unknown'
  | 'label-refused'
  | 'publication-malformed'
  | 'address-malformed'
  /** The store was written by a newer version of the relay. */
  | 'store-newer'
  /** The file is no store, or is damaged. */
  | 'store-damaged'
  /** The file cannot be opened or written. */
  | 'store-unusable'

export class RegistryError extends Error {
  readonly code: RegistryErrorCode

  constructor(code: RegistryErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'RegistryError'
    this.code = code
  }
}
