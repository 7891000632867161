/** What is known of a program that many people run at home. The engine holds the facts (engine/services/presets/), faces show them. */
import { z } from 'zod'
import { isWeb, Preset, ServiceKind } from './service.ts'

/** One family of icons (lucide); a face has a picture for each. */
export const PresetIcon = z.enum([
  'boxes',
  'camera',
  'cctv',
  'cloud',
  'cpu',
  'film',
  'gamepad',
  'globe',
  'hard-drive',
  'headphones',
  'house',
  'images',
  'music',
  'network',
  'printer',
  'school',
  'shield',
  'terminal',
  'vault',
])
export type PresetIcon = z.infer<typeof PresetIcon>

/** `open`: made for whoever knows the address. `own-login`: its own login is good enough to stand before. `link`: better only for who
 *  has a link. `home-only`: whoever gets in has the house; better not to be reached from outside at all. */
export const AccessAdvice = z.enum(['open', 'own-login', 'link', 'home-only'])
export type AccessAdvice = z.infer<typeof AccessAdvice>

/** It begins behind its share link, until its owner opens it. A program that is no website stays open: its players have no browser at hand. */
export const beginsByLink = ({ advice, kind }: Pick<PresetFacts, 'advice' | 'kind'>): boolean =>
  isWeb(kind) && (advice === 'link' || advice === 'home-only')

const Port = z.int().min(1).max(65535)
const Path = z
  .string()
  .regex(/^\/[!-~]*$/)
  .max(200)
const Source = z.url({ protocol: /^https$/ }).max(300)

/** What an answer to GET `path` looks like: everything that is given must hold. `text` is sought in the answer without regard to
 *  capitals and blanks. */
export const Sign = z.strictObject({
  path: Path,
  status: z.array(z.int().min(100).max(599)).min(1).optional(),
  text: z.string().min(3).max(100).optional(),
})
export type Sign = z.infer<typeof Sign>

/** Something that the program must be told before it works behind a proxy, and `where`: its own word for it, in its own place. `shows`: how it
 *  answers a proxy's request while it has not been. `tells`: a path where it says for which address it takes itself. Neither: it cannot be
 *  seen from here. */
export const Setting = z.strictObject({
  need: z.enum(['trusted-proxy', 'trusted-name', 'public-address', 'listen-address']),
  where: z.string().min(1).max(120),
  shows: Sign.optional(),
  tells: Path.optional(),
  source: Source,
})
export type Setting = z.infer<typeof Setting>

/** A user and password that the vendor's own documentation gives for a new installation, and how one logs in with it: a form, posted to `path`.
 *  Anything but `accepted` or `refused` says nothing. */
export const DefaultLogin = z.strictObject({
  user: z.string().min(1).max(40),
  password: z.string().min(1).max(40),
  path: Path,
  form: z.record(z.string(), z.string()),
  accepted: Sign.omit({ path: true }),
  refused: Sign.omit({ path: true }),
  source: Source,
})
export type DefaultLogin = z.infer<typeof DefaultLogin>

export const SsdpSign = z.strictObject({
  deviceType: z.string().min(3).max(100).optional(),
  manufacturer: z.string().min(3).max(100).optional(),
  modelName: z.string().min(3).max(100).optional(),
})
export type SsdpSign = z.infer<typeof SsdpSign>

export const PresetFacts = z.strictObject({
  id: Preset,
  /** As the program calls itself; a language may have another word (`presets.names`). */
  name: z.string().min(2).max(40),
  icon: PresetIcon,
  kind: ServiceKind,
  port: Port,
  /** What else it listens on that outsiders may want: a service of its own each. */
  otherPorts: z.array(z.strictObject({ kind: ServiceKind, port: Port })).optional(),
  /** How it is known again. `http`: any one suffices. `banner`: the first bytes it sends. `mdns`: types it announces itself by. `ssdp`: what its
   *  device description says (UPnP Device Architecture 1.1 §2.3), all that is given. */
  recognise: z.strictObject({
    http: z.array(Sign).optional(),
    banner: z.string().optional(),
    mdns: z.array(z.string().regex(/^_[a-z0-9-]{1,15}\._(tcp|udp)$/)).optional(),
    ssdp: SsdpSign.optional(),
  }),
  /** A page that answers so when the program is well. */
  health: Sign.optional(),
  advice: AccessAdvice,
  /** `optional`: it has one, which may be switched off, or is until somebody sets it up. */
  login: z.enum(['own', 'optional', 'none']),
  /** How a page that only its users may see answers to strangers. */
  guarded: Sign.optional(),
  /** How it answers while nobody has set it up yet: who comes first becomes its owner. */
  unclaimed: Sign.optional(),
  /** How a website takes a path such as /photos/ that it is to lie below. `setting`: once it has been told, at `basePathAt`. `own-path`: it answers
   *  below `basePathAt` already. `relative-links`: where its pages link so. `undocumented`: its makers say nothing of it. */
  basePath: z.enum(['root-only', 'setting', 'own-path', 'relative-links', 'undocumented']).optional(),
  /** Its own word for the setting, in its own place; or its own paths. */
  basePathAt: z.string().min(1).max(120).optional(),
  settings: z.array(Setting).optional(),
  defaultLogins: z.array(DefaultLogin).optional(),
  /** What uploads need of whatever stands in between, as its documentation has it. */
  uploads: z.strictObject({ maxBytes: z.int(), idleS: z.int().optional(), source: Source }).optional(),
  /** Where the facts can be read, and when that was last done. */
  sources: z.array(Source).min(1),
  readOn: z.iso.date(),
})
export type PresetFacts = z.infer<typeof PresetFacts>
