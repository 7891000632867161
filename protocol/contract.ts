/** What a face may ask of the engine. One value types both ends; it travels over the local socket, the page's WebSocket and Electron's IPC alike. */
import { z } from 'zod'
import { DiagnosisRun } from './diagnosis.ts'
import { FirstLook, Safety } from './finding.ts'
import { Access, MAX_ALLOWED, PASSWORD_LETTERS, Pin } from './model/access.ts'
import { MAX_BAN_S } from './model/ban.ts'
import { AuthorityWish, CertificateTrial } from './model/certificate.ts'
import { Discovery } from './model/discovery.ts'
import { GuideId } from './model/guide-choice.ts'
import { HistoryView, TrafficRange, TrafficView, VisitorsView } from './model/history.ts'
import { LabelStanding } from './model/label.ts'
import { LinkLabel, LinkVia, MAX_USES } from './model/link.ts'
import { LogEntry, LogFilter, MAX_LOG_PAGE } from './model/log.ts'
import { NameProvider } from './model/name-provider.ts'
import { OwnDomain } from './model/own-domain.ts'
import { NameCredentials } from './model/own-name.ts'
import { PhoneLook } from './model/phone.ts'
import { Preferences } from './model/preferences.ts'
import { PresetFacts } from './model/preset.ts'
import { RouterWish } from './model/router-api.ts'
import { RouterNameView, RouterNameWish } from './model/router-name.ts'
import { MAX_UPLOAD_MB } from './model/service.ts'
import { ServiceTest } from './model/service-test.ts'
import { Setup } from './model/setup.ts'
import { ShownCertificate } from './model/shown-certificate.ts'
import { call, live } from './rpc.ts'
import { Snapshot } from './snapshot.ts'

const Nothing = z.object({})
const ByName = z.object({ name: z.string().max(100) })
const ByHost = z.object({ host: z.string().max(260) })
const Checked = z.object({ checked: z.boolean() })
/** A message to the engine may have a megabyte (engine/control/page.ts). */
export const MAX_SEALED_LETTERS = 900_000

/** `pin`: SHA-256 of the certificate that its https target shows and that is accepted though no authority vouches for it. */
const ServiceWish = z.object({
  name: z.string().max(100),
  target: z.string().max(1100),
  preset: z.string().max(40).optional(),
  pin: z.string().max(200).optional(),
})

export const contract = {
  /** The whole state now, then again whenever it changes. */
  snapshot: live(Nothing, Snapshot),
  addService: call(ServiceWish, Nothing),
  /** What strangers would see of it, before it is added. At most ten seconds. */
  lookBefore: call(ServiceWish, FirstLook),
  /** How far somebody is with the first service; null: nobody has begun, or all is done. */
  setup: call(Nothing, z.object({ setup: Setup.nullable() })),
  keepSetup: call(z.object({ setup: Setup.nullable() }), Nothing),
  /** Without a relay: what the owner opens on a phone over mobile data, to prove that TCP visitors get in. `address`: this home's own IPv4
   *  address, as its router shows it to its owner, where nothing else tells; it serves a rule that he makes by hand. */
  beginProof: call(z.object({ service: z.string().max(100), address: z.ipv4().nullable().default(null) }), PhoneLook),
  /** The engine's computer. `battery`: it has one, so it is carried about and falls asleep; null: it does not say. */
  computer: call(Nothing, z.object({ battery: z.boolean().nullable() })),
  /** What an https target shows. Null: nothing to be accepted, because it is not https, an authority vouches for it, or it does not answer. */
  lookAtCertificate: call(z.object({ target: z.string().max(1100) }), z.object({ certificate: ShownCertificate.nullable() })),
  /** This certificate, of the service's own target or of one of its routes, is the right one from now on. */
  acceptCertificate: call(
    z.object({ name: z.string().max(100), prefix: z.string().max(200).nullable(), fingerprint: z.string().max(200) }),
    Nothing,
  ),
  /** Paths below `prefix` lead to another place at home. `strip`: it does not know of the prefix. */
  addRoute: call(
    z.object({
      service: z.string().max(100),
      prefix: z.string().max(200),
      target: z.string().max(300),
      strip: z.boolean(),
      pin: z.string().max(200).optional(),
    }),
    Nothing,
  ),
  removeRoute: call(z.object({ service: z.string().max(100), prefix: z.string().max(200) }), Nothing),
  /** Is a TCP service told its visitors' addresses by the PROXY protocol? */
  /** What a request to a website may carry at most, in MB (10⁶ bytes); null: as much as it likes. */
  setUploadLimit: call(z.object({ name: z.string().max(100), mb: z.int().min(1).max(MAX_UPLOAD_MB).nullable() }), Nothing),
  setProxyProtocol: call(z.object({ name: z.string().max(100), on: z.boolean() }), Nothing),
  /** Do its visitors come through the relay alone? */
  setRelayOnly: call(z.object({ name: z.string().max(100), on: z.boolean() }), Nothing),
  /** Every program that the engine knows something of. */
  presets: call(Nothing, z.object({ presets: z.array(PresetFacts) })),
  /** Look at it from inside, as strangers would see it. `tryDefaultLogins`: also try those its vendor documents, each once; only when its owner
   *  has said so. */
  checkService: call(z.object({ name: z.string().max(100), tryDefaultLogins: z.boolean() }), Safety),
  /** Looks for programs on this computer and in the home's network; nothing is looked for unless somebody asks. At most ten seconds. */
  discover: live(Nothing, Discovery),
  /** Look at the whole way anew, from the service to the visitor: what is known so far, again and again until `done`. At most five seconds, and
   *  two more where something was just found. What serves visitors is not touched. */
  diagnose: live(Nothing, DiagnosisRun),
  removeService: call(ByName, Nothing),
  pauseService: call(ByName, Nothing),
  resumeService: call(ByName, Nothing),
  /** A new share link. `alias`: it can also be dictated, which only a service that is open to everybody allows; `maxUses` and `via: home` need
   *  one that opens by link alone, as a PIN does. */
  addLink: call(
    z.object({
      service: z.string().max(100),
      label: LinkLabel,
      endsAtMs: z.int().nullable(),
      maxUses: z.int().min(1).max(MAX_USES).nullable(),
      alias: z.boolean(),
      via: LinkVia,
      /** Asked for on the home's page. Null: none. */
      pin: Pin.nullable().default(null),
    }),
    z.object({ id: z.string() }),
  ),
  /** It stops working for everybody who has it, and for who came in by it. */
  revokeLink: call(z.object({ service: z.string().max(100), id: z.string().max(40) }), Nothing),
  /** `password`: a new one, which ends every visit by the one before; absent, the one there is stays. `allowed`: addresses, prefixes and names,
   *  instead of those there are. */
  setAccess: call(
    z.object({
      name: z.string().max(100),
      access: Access,
      password: z.string().max(PASSWORD_LETTERS.most).optional(),
      allowed: z.array(z.string().max(260)).max(MAX_ALLOWED).optional(),
    }),
    Nothing,
  ),
  /** Who came in by a link to a service that is no website, and is to come in no more. */
  expel: call(z.object({ service: z.string().max(100), place: z.string().max(45) }), Nothing),
  /** Look again at everything now, instead of at the next turn. Answers when the looking is done. */
  checkNow: call(Nothing, Nothing),
  /** Have one service looked at from outside now. At most ten seconds; 12 s is a good time to wait for it. */
  testService: call(ByName, ServiceTest),
  /** Take a relay, besides those there are: its address (`https://…`) or a relay code. Answers when the relay has let us in, with a problem when it has not. */
  joinRelay: call(z.object({ relay: z.string().max(800) }), Nothing),
  /** Do without this relay from now on, by its address. One that can be told keeps our name for us for 90 days, then gives it to others. */
  leaveRelay: call(z.object({ relay: z.string().max(800) }), Nothing),
  /** Might this device be called so? */
  checkName: call(ByName, LabelStanding),
  /** Call this device so. Answers when the relay does; what it was called before leads to it for some weeks more. */
  rename: call(ByName, Nothing),
  /** Have the relay tell this address when the house is dark: a mail address, `ntfy:https://SERVER/TOPIC`, or an https:// address. */
  addAlert: call(z.object({ to: z.string().max(500), language: z.enum(['en', 'fr']) }), Nothing),
  removeAlert: call(z.object({ id: z.string().max(20) }), Nothing),
  /** Tell them all now. Answers when each was tried. */
  testAlerts: call(Nothing, Nothing),
  /** Its owner agrees to these terms of service of whoever gives the certificates: those that the snapshot asks for. */
  agreeTerms: call(z.object({ url: z.string().max(500) }), Nothing),
  /** Have certificates from there, from the next one on. */
  chooseAuthority: call(AuthorityWish, Nothing),
  /** A name of the owner's own, or `ipv4`, `ipv6` for the home's address, leads to this service. `files`: PEM files on the engine's computer. */
  addOwnName: call(
    z.object({
      host: z.string().max(260),
      service: z.string().max(100),
      files: z.object({ cert: z.string().max(1000), key: z.string().max(1000) }).nullable(),
    }),
    Nothing,
  ),
  removeOwnName: call(ByHost, Nothing),
  /** Who can keep a name of the owner's own, and what each has to be told. */
  nameProviders: call(Nothing, z.object({ providers: z.array(NameProvider) })),
  /** A name of the owner's own whose addresses a provider is told, or which somebody else keeps (`watched`). `service`: what it shows; null:
   *  no website. `credentials`: by field; null: those of another name at this provider. `ipv6Suffix`: it leads to another machine of the home.
   *  `checked`: the provider has taken the credentials, which are asked about without changing anything, where that is possible. */
  addName: call(
    z.object({
      host: z.string().max(260),
      provider: z.string().max(40),
      service: z.string().max(100).nullable(),
      credentials: NameCredentials.nullable(),
      ipv6Suffix: z.string().max(45).nullable(),
    }),
    Checked,
  ),
  /** Other credentials, for this name and those of the same account. */
  updateName: call(z.object({ host: z.string().max(260), credentials: NameCredentials }), Checked),
  /** Try the credentials, and try again what has rested since a failure. */
  testName: call(ByHost, Checked),
  /** It leads here no more. `left`: its last address could not be taken back, and stands at the provider. */
  removeName: call(ByHost, z.object({ left: z.boolean() })),
  /** Which records lead a domain of the owner's own to this service, and what stands of them now, at the domain's own name servers. Changes
   *  nothing; asked again while its owner sets them. */
  checkOwnDomain: call(z.object({ host: z.string().max(260), service: z.string().max(100) }), OwnDomain),
  /** Would the next renewal go well? A whole order at the directory's rehearsal; answers within minutes. */
  tryCertificate: call(Nothing, CertificateTrial),
  /** A name for the owner's router, which updates it by itself (dyndns2): `on` makes it anew, with the password that only this answer holds. */
  routerName: call(RouterNameWish, RouterNameView),
  /** Shut out an address: for so long, or until it is taken back (null). An IPv6 address stands for its network of 64 bits. */
  ban: call(z.object({ address: z.string().max(60), forS: z.int().min(1).max(MAX_BAN_S).nullable() }), Nothing),
  /** Let it in again, and forget what it did. */
  unban: call(z.object({ address: z.string().max(60) }), Nothing),
  /** How services stood, and what happened, since then; without `service` of all of them. */
  history: call(z.object({ service: z.string().max(100).optional(), sinceMs: z.number() }), HistoryView),
  /** What a service carried, or the whole home (null). */
  traffic: call(z.object({ service: z.string().max(100).nullable(), range: TrafficRange }), TrafficView),
  /** Who is here, every two seconds while somebody looks. */
  visitors: live(Nothing, VisitorsView),
  /** What the engine said of itself, newest first; `beforeId`: older than this entry. */
  log: call(
    z.object({ filter: LogFilter, limit: z.int().min(1).max(MAX_LOG_PAGE), beforeId: z.number().optional() }),
    z.object({ entries: z.array(LogEntry) }),
  ),
  /** The same as it is said, oldest first, from now on. */
  followLog: live(LogFilter, z.object({ entries: z.array(LogEntry) })),
  /** All that helps somebody else to help, as text, without secrets. Nothing is sent or written. */
  supportBundle: call(Nothing, z.object({ fileName: z.string(), text: z.string() })),
  /** This home in one sealed file, for a new computer, and the recovery code that opens it, which only this answer holds. `leftOut`: what is too
   *  large for it. */
  exportHome: call(Nothing, z.object({ fileName: z.string(), sealed: z.base64(), code: z.string(), leftOut: z.array(z.string()) })),
  /** Stop, put what stands here aside, and start again as that home. Answers before that, once the file has been opened. */
  importHome: call(
    z.object({ fileName: z.string().max(300), sealed: z.base64().max(MAX_SEALED_LETTERS), code: z.string().max(200) }),
    Nothing,
  ),
  setPreferences: call(Preferences, Nothing),
  /** Which router its owner has, by the id of its guide; null: whatever is recognised. */
  chooseRouter: call(z.object({ router: GuideId.nullable() }), Nothing),
  /** Have its owner let us into the router, by an API of its own: a Freebox asks on its screen, and the snapshot tells what came of it; others
   *  answer at once. */
  connectRouter: call(RouterWish, Nothing),
  /** Do without, and forget what we were let in by. `left`: rules that could not be taken back. */
  forgetRouter: call(Nothing, z.object({ left: z.boolean() })),
  /** This computer is about to sleep: visitors are to read that, and since when. */
  announceSleep: call(Nothing, Nothing),
  /** A fresh single-use address of the page. */
  openPage: call(Nothing, z.object({ url: z.string().nullable() })),
  stop: call(Nothing, Nothing),
  /** Stop and start again, with whatever program lies there now. Connections end; names, links and settings stay. */
  restart: call(Nothing, Nothing),
}
export type EngineContract = typeof contract
