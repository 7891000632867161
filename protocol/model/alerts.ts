/** Whom the relay tells when the house is dark, and how. */
import { z } from 'zod'

export const MAX_ALERT_CHANNELS = 5

/** One address, as RFC 5321 has it without quoted parts and literals: it ends up in a header of a mail. */
const MailAddress = z
  .string()
  .max(254)
  .regex(
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$/,
  )

/** Only with TLS, and without a name and password in it, which would stand in logs. */
const HttpsAddress = z
  .string()
  .max(400)
  .refine((text) => {
    if (!URL.canParse(text)) return false
    const { protocol, username, password, hash } = new URL(text)
    return protocol === 'https:' && username === '' && password === '' && hash === ''
  }, 'not an https:// address')

/** `to` of ntfy: `https://SERVER/TOPIC` (docs.ntfy.sh/publish). */
export const AlertChannel = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('mail'), to: MailAddress }),
  z.object({ kind: z.literal('ntfy'), to: HttpsAddress.refine((text) => ntfyTopic(text) !== undefined, 'not an address of a topic') }),
  z.object({ kind: z.literal('webhook'), to: HttpsAddress }),
])
export type AlertChannel = z.infer<typeof AlertChannel>
export type AlertKind = AlertChannel['kind']

export const AlertId = z.string().regex(/^[a-z2-7]{8}$/)

/** `language`: of the messages. */
export const Alerts = z.object({
  language: z.enum(['en', 'fr']),
  channels: z.array(z.object({ id: AlertId, channel: AlertChannel })).max(MAX_ALERT_CHANNELS),
})
export type Alerts = z.infer<typeof Alerts>

/** `unconfirmed`: the mail asking whether alerts are welcome there has not been answered. `refused`: it was, with no. `unsupported`: this relay
 *  sends no mail. `failing`: the last message could not be delivered. `untold`: no relay knows of it yet. */
export const AlertState = z.enum(['ready', 'unconfirmed', 'refused', 'unsupported', 'failing', 'untold'])
export type AlertState = z.infer<typeof AlertState>

/** What a person types: `me@home.example`, `ntfy:https://ntfy.sh/my-topic`, `https://hooks.example/…`. Undefined: none of these. */
export function parseAlertChannel(text: string): AlertChannel | undefined {
  const [, kind, to] = /^(?:(mail|ntfy|webhook):)?(.*)$/s.exec(text.trim()) ?? []
  return AlertChannel.safeParse({ kind: kind ?? guessed(to ?? ''), to }).data
}

function guessed(to: string): AlertKind {
  if (!to.includes('://')) return 'mail'
  return URL.canParse(to) && new URL(to).hostname === 'ntfy.sh' && ntfyTopic(to) !== undefined ? 'ntfy' : 'webhook'
}

/** Where to publish, and the topic. */
export function ntfyTopic(address: string): { readonly server: string; readonly topic: string } | undefined {
  if (!URL.canParse(address)) return undefined
  const { origin, pathname, search } = new URL(address)
  const topic = /^\/([-_A-Za-z0-9]{1,64})$/.exec(pathname)?.[1]
  return topic === undefined || search !== '' ? undefined : { server: `${origin}/`, topic }
}

/** For people: an address of the web may itself be a secret, so only its host is shown. */
export function shownChannel({ kind, to }: AlertChannel): string {
  return kind === 'mail' ? to : `${new URL(to).host}/…`
}
