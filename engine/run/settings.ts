/** What the owner decided, in one readable file. Nothing secret stands in it. Written whole, atomically, before a call is answered. */
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import { Access, Admission, Allowed, MAX_ADMISSIONS, MAX_ALLOWED } from '../../protocol/model/access.ts'
import { GuideId } from '../../protocol/model/guide-choice.ts'
import { LinkId, LinkUse, MAX_LINKS, MAX_LINKS_OF_SERVICE, plainLink, ShareLink } from '../../protocol/model/link.ts'
import { MAX_OWN_NAMES, OwnName } from '../../protocol/model/own-name.ts'
import { NO_PREFERENCES, Preferences } from '../../protocol/model/preferences.ts'
import { MAX_ROUTES, Route } from '../../protocol/model/route.ts'
import { MAX_UPLOAD_MB, ServiceName, ServiceTarget } from '../../protocol/model/service.ts'
import { Setup } from '../../protocol/model/setup.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import { putAside, readIfThere, writeAtomic } from '../../system/atomic-file.ts'
import { Issuance } from '../../wire/messages.ts'

/** What fits into one message to the relay, with room to spare. */
export const MAX_SERVICES = 80

/** Each costs lanes; more would only be forgotten ones. */
export const MAX_RELAYS = 4

const JoinedRelay = z.object({ url: z.string().max(300), key: z.string().length(43) })
export type JoinedRelay = z.infer<typeof JoinedRelay>

const VERSION = 3
/** Version 1 knew a single relay, or none. */
const Settings1 = z.looseObject({ v: z.literal(1), relay: JoinedRelay.nullable() })
/** Version 2 knew one link for each service, and no other way in. */
const Settings2 = z.looseObject({ v: z.literal(2), services: z.array(z.looseObject({ linkId: LinkId })) })

const Settings = z.object({
  v: z.literal(VERSION),
  services: z
    .array(
      z.object({
        name: ServiceName,
        target: ServiceTarget,
        paused: z.boolean(),
        access: Access,
        allowed: z.array(Allowed).max(MAX_ALLOWED).readonly().optional(),
        links: z.array(ShareLink).max(MAX_LINKS_OF_SERVICE).readonly(),
        routes: z.array(Route).max(MAX_ROUTES).readonly().optional(),
        proxyProtocol: z.boolean().optional(),
        uploadLimitMb: z.int().min(1).max(MAX_UPLOAD_MB).nullable().optional(),
        relayOnly: z.boolean().optional(),
        preset: z.string().max(40).optional(),
        mac: z
          .string()
          .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/)
          .optional(),
      }),
    )
    .max(MAX_SERVICES),
  /** The relays this computer has joined, in the order in which they are to serve, each with its key for ever. */
  relays: z.array(JoinedRelay).max(MAX_RELAYS),
  /** Our own port behind each exposure, kept so that a rule left on the router is found again after a crash. */
  ports: z.record(z.string().max(60), z.int().min(1).max(65535)),
  /** The ports that the relay which served last gave our raw services, by their names. */
  publicPorts: z.record(ServiceName, z.int().min(1).max(65535)).default({}),
  /** What this device is to be called, by the domain of the relays; absent: as they like. */
  labels: z.record(z.string().max(253), z.string().max(63)).default({}),
  /** Who issues our certificates, and for which account: what every relay is to say in DNS. Absent: nobody has yet. */
  issuance: Issuance.optional(),
  linkUses: z.record(LinkId, LinkUse).default({}),
  /** How many wrong PINs were given to a link. */
  wrongPins: z.record(LinkId, z.int().min(1)).default({}),
  /** Who has opened the link of a raw service, and until when that is good. */
  admitted: z.array(Admission).max(MAX_ADMISSIONS).default([]),
  /** Names of the owner's own that lead here. */
  ownNames: z.array(OwnName).max(MAX_OWN_NAMES).default([]),
  /** Whom certificates are asked of. Absent: the public directory. */
  authority: z
    .object({
      directory: z.string().startsWith('https://').max(500),
      email: z.string().max(254).optional(),
      caFile: z.string().max(1000).optional(),
    })
    .optional(),
  /** By directory and domain: until when it gives none, and why. A restart is no reason to ask before. */
  limits: z.record(z.string().max(800), z.object({ untilMs: z.number(), reason: z.string().max(500) })).default({}),
  /** By directory: which terms of service its owner has agreed to, and when. */
  terms: z.record(z.string().max(500), z.object({ url: z.string().max(500), atMs: z.number() })).default({}),
  /** How far its owner is with making a service reachable. One that cannot be read is begun anew. */
  setup: Setup.optional().catch(undefined),
  preferences: Preferences.default(NO_PREFERENCES),
  /** Which router its owner says he has: the id of a guide. Absent: whatever is recognised. */
  router: GuideId.optional(),
  /** Links that a relay, by its address, was told last. */
  registered: z.record(z.string().max(300), z.array(z.string().max(32)).max(2 * MAX_LINKS)).default({}),
})
export type Settings = z.infer<typeof Settings>

const DEFAULTS: Settings = {
  v: VERSION,
  services: [],
  relays: [],
  ports: {},
  publicPorts: {},
  labels: {},
  linkUses: {},
  wrongPins: {},
  admitted: [],
  registered: {},
  limits: {},
  terms: {},
  ownNames: [],
  preferences: NO_PREFERENCES,
}

export interface SettingsFile {
  readonly current: Settings
  /** Throws ProblemError `disk-full` or `data-unwritable`; then nothing has changed. */
  change(change: Partial<Settings>): void
}

/** A damaged file is kept aside under a name that says when, and defaults are used: nothing is lost, and it is said so. */
export function openSettings(folder: string, onDamaged: (notice: Problem) => void): SettingsFile {
  const path = join(folder, 'settings.json')
  let current = read(path, onDamaged)
  return {
    get current() {
      return current
    },
    change(change) {
      const next = { ...current, ...change }
      writeAtomic(path, `${JSON.stringify(next, null, 2)}\n`)
      current = next
    },
  }
}

function read(path: string, onDamaged: (notice: Problem) => void): Settings {
  const text = readIfThere(path)
  if (text === undefined) return DEFAULTS
  const version = versionOf(text)
  // Written by a newer Porchlight: to put it aside would lose what the owner has there.
  if (version !== undefined && version > VERSION)
    throw new ProblemError(problem('settings-newer', { ours: String(VERSION), theirs: String(version) }))
  const parsed = Settings.safeParse(upToDate(parseJson(text)))
  if (parsed.success) return parsed.data
  onDamaged(problem('settings-damaged', { keptAs: putAside(path) }))
  return DEFAULTS
}

function upToDate(value: unknown): unknown {
  const first = Settings1.safeParse(value)
  if (first.success) {
    const { relay, ...rest } = first.data
    return upToDate({ ...rest, v: 2, relays: relay ? [relay] : [] })
  }
  const second = Settings2.safeParse(value)
  if (!second.success) return value
  const services = second.data.services.map(({ linkId, ...service }) => ({
    ...service,
    access: 'public',
    links: [plainLink(linkId, null)],
  }))
  return { ...second.data, v: VERSION, services }
}

function versionOf(text: string): number | undefined {
  const version = (parseJson(text) as { v?: unknown } | null | undefined)?.v
  return typeof version === 'number' ? version : undefined
}
