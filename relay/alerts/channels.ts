/** The channels by which owners are told: which of them may be written to, how a message leaves by each, and what came of the last one. Nobody is
 *  written a mail who has not agreed to it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Range } from '../../protocol/model/address.ts'
import type { AlertChannel, AlertState, Alerts } from '../../protocol/model/alerts.ts'
import type { Device, DeviceKey, Registry } from '../registry/registry.ts'
import { type Alert, AlertError } from './alert.ts'
import { sendHttp } from './send-http.ts'
import { mailOf, type SendMail } from './send-mail.ts'
import { ALERT_WORDS, messageOf, type News } from './words.ts'

export interface ChannelReport {
  readonly id: string
  readonly state: AlertState
  /** Why the last message could not be delivered. */
  readonly reason?: string
}

export interface ChannelsOptions {
  readonly registry: Pick<Registry, 'askMailConsent' | 'mailConsent' | 'mailsAsked'>
  readonly domain: string
  readonly publicRanges: readonly Range[]
  /** Undefined: this relay sends no mail. */
  readonly sendMail: SendMail | undefined
  /** Where the recipient of a mail says yes or no. */
  consentUrl(number: number): string
  readonly signal: AbortSignal
}

export interface Channels {
  reports(deviceKey: DeviceKey, alerts: Alerts): ChannelReport[]
  /** By each channel that may be written to: whether it was delivered, at once or later; a test is tried once. `onDelivered`: each time, as
   *  soon as it was. Rejects with the signal's reason. */
  tell(
    device: Device,
    alerts: Alerts,
    news: News,
    sinceMs: number,
    options: { readonly signal: AbortSignal; readonly onDelivered?: () => void },
  ): Promise<boolean[]>
  /** Asks this mail address whether it agrees, unless it has answered, was asked lately, or is asked by too many. */
  askConsent(device: Device, id: string, to: string, language: Alerts['language']): Promise<void>
}

const RETRY_AFTER_MS = [0, 60_000, 5 * 60_000, 15 * 60_000] as const
const DAY_MS = 24 * 3_600_000
/** Whoever gets mail that he never asked for, from several devices, gets no more of it that day. */
const MAX_ASKED_A_DAY = 3

export function createChannels({ registry, domain, publicRanges, sendMail, consentUrl, signal: stop }: ChannelsOptions): Channels {
  const failures = new Map<string, string>()

  const homeOf = ({ label }: Device): string => `${label}.${domain}`

  function reportOf(deviceKey: DeviceKey, id: string, channel: AlertChannel): ChannelReport {
    const reason = failures.get(`${deviceKey} ${id}`)
    if (channel.kind === 'mail') {
      if (!sendMail) return { id, state: 'unsupported' }
      const answer = registry.mailConsent(deviceKey, channel.to)?.answer ?? null
      if (answer === 'refused') return { id, state: 'refused' }
      if (answer === null) return { id, state: 'unconfirmed', ...(reason === undefined ? {} : { reason }) }
    }
    return reason === undefined ? { id, state: 'ready' } : { id, state: 'failing', reason }
  }

  function mayWrite(deviceKey: DeviceKey, id: string, channel: AlertChannel): boolean {
    const { state } = reportOf(deviceKey, id, channel)
    return state === 'ready' || state === 'failing'
  }

  async function deliver(
    deviceKey: DeviceKey,
    channel: AlertChannel,
    language: Alerts['language'],
    alert: Alert,
    signal: AbortSignal,
  ): Promise<void> {
    if (channel.kind !== 'mail') return await sendHttp(channel, alert, publicRanges, signal)
    const consent = registry.mailConsent(deviceKey, channel.to)
    if (!consent || !sendMail) throw new AlertError('no-mail')
    await sendMail(mailOf(alert, language, channel.to, consentUrl(consent.number)), signal)
  }

  /** True when it was delivered. */
  async function attempt(deviceKey: DeviceKey, id: string, work: () => Promise<void>): Promise<boolean> {
    const key = `${deviceKey} ${id}`
    try {
      await work()
      failures.delete(key)
      return true
    } catch (error) {
      if (!(error instanceof AlertError)) throw error
      failures.set(key, error.message)
      return false
    }
  }

  return {
    reports: (deviceKey, { channels }) => channels.map(({ id, channel }) => reportOf(deviceKey, id, channel)),
    async tell(device, { channels, language }, news, sinceMs, { signal, onDelivered }) {
      const alert = { news, home: homeOf(device), sinceMs, message: messageOf(news, language, homeOf(device), sinceMs) }
      const open = channels.filter(({ id, channel }) => mayWrite(device.key, id, channel))
      return await Promise.all(
        open.map(async ({ id, channel }) => {
          for (const waitMs of news === 'test' ? [0] : RETRY_AFTER_MS) {
            await sleep(waitMs, undefined, { signal })
            if (!(await attempt(device.key, id, () => deliver(device.key, channel, language, alert, signal)))) continue
            onDelivered?.()
            return true
          }
          return false
        }),
      )
    },
    async askConsent(device, id, to, language) {
      const nowMs = Date.now()
      const earlier = registry.mailConsent(device.key, to)
      if (!sendMail || earlier?.answer || (earlier && nowMs - earlier.askedAtMs < DAY_MS)) return
      if (registry.mailsAsked(to, nowMs - DAY_MS) >= MAX_ASKED_A_DAY) return
      const { number } = registry.askMailConsent(device.key, to, nowMs)
      const url = consentUrl(number)
      const { title, text } = ALERT_WORDS[language].ask(homeOf(device), domain)
      await attempt(device.key, id, () => sendMail({ to, subject: title, text: `${text}\n\n${url}\n`, stopUrl: url }, stop))
    },
  }
}
