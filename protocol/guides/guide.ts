/** What is known of a family of routers, as data. A fact stands here only with the page that says so; what no source says is left out, and the
 *  generic sentence stands in. The sentences around the labels are in languages. */
import { z } from 'zod'

/** A label as the router shows it, or one for each language in which its page is known. */
const Label = z.union([z.string().min(1).max(60), z.object({ en: z.string().min(1).max(60), fr: z.string().min(1).max(60) })])
export type Label = z.infer<typeof Label>

const Source = z.url({ protocol: /^https?$/ })

/** Where something is on the router's page, from its main menu on. */
const Menu = z.object({ path: z.array(Label).min(1).max(5).readonly(), source: Source })
export type Menu = z.infer<typeof Menu>

/** How one gets in. */
export const Login = z.enum([
  /** "admin", and the first eight characters of the security key on the label. */
  'label-key',
  /** Its own password; who has lost it gets another by a press on the box. */
  'own-lost',
  /** Its button held for five seconds, or the password. */
  'button',
  /** "admin" and the password that was chosen when it was set up. */
  'admin-own',
])
export type Login = z.infer<typeof Login>

/** How a provider that shares its IPv4 addresses gives one of its own: a switch on the router, a wish in the customer's area, or another plan. */
export const CarrierWay = z.enum(['switch', 'account', 'plan'])
export type CarrierWay = z.infer<typeof CarrierWay>

export const RouterGuide = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,20}$/),
  title: z.string().min(2).max(40),
  /** Words in what such a router says of itself. */
  says: z.instanceof(RegExp),
  /** Its page by name; without one by its address. */
  page: z.object({ url: z.url(), source: Source }).optional(),
  /** Set up in this app, and nowhere else. */
  app: z.object({ name: z.string(), source: Source }).optional(),
  login: z.object({ kind: Login, source: Source }).optional(),
  /** `none`: it cannot. */
  forward: z.union([Menu, z.object({ none: z.literal(true), source: Source })]).optional(),
  /** What its form calls the values of a rule. */
  fields: z.object({ name: Label, protocol: Label, port: Label, internal: Label, internalPort: Label }).partial().default({}),
  /** An address for this computer that stays. */
  reserve: Menu.optional(),
  upnp: Menu.optional(),
  ipv6: Menu.optional(),
  carrier: Menu.extend({ way: CarrierWay }).optional(),
  /** The day on which the sources were read. */
  readOn: z.iso.date(),
})
export type RouterGuide = z.infer<typeof RouterGuide>

/** Every page that a guide rests on, each once. */
export function sourcesOf(guide: RouterGuide): string[] {
  const { page, app, login, forward, reserve, upnp, ipv6, carrier } = guide
  return [...new Set([page, app, login, forward, reserve, upnp, ipv6, carrier].flatMap((fact) => fact?.source ?? []))]
}
