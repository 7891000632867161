/** Tells owners when their house is dark, and when it is back: only somebody outside can. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Range } from '../../protocol/model/address.ts'
import type { AlertChannel, AlertState, Alerts } from '../../protocol/model/alerts.ts'
import type { Log } from '../log.ts'
import type { Device, DeviceKey, KeptAlerts, Registry } from '../registry/registry.ts'
import type { Presence } from '../tunnel/presence.ts'
import { type Alert, AlertError } from './alert.ts'
import { newsOf } from './dark.ts'
import { sendHttp } from './send-http.ts'
import { mailOf, type SendMail } from './send-mail.ts'
import { ALERT_WORDS, messageOf, type News } from './words.ts'

export interface ChannelReport {
  readonly id: string
  readonly state: AlertState
  /** Why the last message could not be delivered. */
  readonly reason?: string
}

export interface HouseAlerts {
  /** What the device wants from now on; asks new mail addresses whether they agree. */
  set(deviceKey: DeviceKey, alerts: Alerts): ChannelReport[]
  /** Sends a test to each channel that may be written to, and says what came of it. */
  test(deviceKey: DeviceKey): Promise<ChannelReport[]>
  /** The device has come or gone. */
  changed(deviceKey: DeviceKey): void
  close(): Promise<void>
}

export interface AlertOptions {
  readonly registry: Pick<
    Registry,
    'device' | 'setAlerts' | 'alerts' | 'alertsOf' | 'noteAlert' | 'askMailConsent' | 'mailConsent' | 'mailsAsked'
  >
  readonly presence: Pick<Presence, 'isUp' | 'asleepSinceMs'>
  readonly domain: string
  readonly publicRanges: readonly Range[]
  /** Undefined: this relay sends no mail. */
  readonly sendMail: SendMail | undefined
  /** Where the recipient of a mail says yes or no. */
  consentUrl(number: number): string
  /** How long a house must be dark. */
  readonly afterMs: number
  /** Whether this relay can be reached itself: one that cannot must not blame others. */
  seesItself(): Promise<boolean>
  readonly log: Log
}

const LOOK_EVERY_MS = 5000
const RETRY_AFTER_MS = [0, 60_000, 5 * 60_000, 15 * 60_000] as const
const DAY_MS = 24 * 3_600_000
/** Whoever gets mail that he never asked for, from several devices, gets no more of it that day. */
const MAX_ASKED_A_DAY = 3
/** Each is a connection to somebody else's server. */
const MAX_AT_ONCE = 8

export function watchHouses(options: AlertOptions): HouseAlerts {
  const { registry, presence, domain, afterMs, log } = options
  const stop = new AbortController()
  const startedAtMs = Date.now()
  const upSince = new Map<DeviceKey, number>()
  const failures = new Map<string, string>()
  /** What is being told just now: a house that changes meanwhile is not told of twice. */
  const telling = new Map<DeviceKey, { readonly news: News; readonly over: AbortController; readonly done: Promise<void> }>()

  const reportOf = (deviceKey: DeviceKey, id: string, channel: AlertChannel): ChannelReport => {
    const reason = failures.get(`${deviceKey} ${id}`)
    if (channel.kind === 'mail') {
      if (!options.sendMail) return { id, state: 'unsupported' }
      const answer = registry.mailConsent(deviceKey, channel.to)?.answer ?? null
      if (answer === 'refused') return { id, state: 'refused' }
      if (answer === null) return { id, state: 'unconfirmed', ...(reason === undefined ? {} : { reason }) }
    }
    return reason === undefined ? { id, state: 'ready' } : { id, state: 'failing', reason }
  }
  const reports = (deviceKey: DeviceKey, alerts: Alerts): ChannelReport[] =>
    alerts.channels.map(({ id, channel }) => reportOf(deviceKey, id, channel))
  const homeOf = ({ label }: Device): string => `${label}.${domain}`

  const deliver = async (
    deviceKey: DeviceKey,
    channel: AlertChannel,
    language: 'en' | 'fr',
    alert: Alert,
    signal: AbortSignal,
  ): Promise<void> => {
    if (channel.kind !== 'mail') return await sendHttp(channel, alert, options.publicRanges, signal)
    const consent = registry.mailConsent(deviceKey, channel.to)
    if (!consent || !options.sendMail) throw new AlertError('no-mail')
    await options.sendMail(mailOf(alert, language, channel.to, options.consentUrl(consent.number)), signal)
  }

  /** True when it was delivered. */
  const attempt = async (deviceKey: DeviceKey, id: string, work: () => Promise<void>): Promise<boolean> => {
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

  const mayWrite = ({ state }: ChannelReport): boolean => state === 'ready' || state === 'failing'

  const tellAll = async (device: Device, { alerts }: KeptAlerts, news: News, sinceMs: number, signal: AbortSignal): Promise<boolean[]> => {
    const alert = { news, home: homeOf(device), sinceMs, message: messageOf(news, alerts.language, homeOf(device), sinceMs) }
    return await Promise.all(
      alerts.channels
        .filter(({ id, channel }) => mayWrite(reportOf(device.key, id, channel)))
        .map(async ({ id, channel }) => {
          for (const waitMs of news === 'test' ? [0] : RETRY_AFTER_MS) {
            await sleep(waitMs, undefined, { signal })
            if (await attempt(device.key, id, () => deliver(device.key, channel, alerts.language, alert, signal))) return true
          }
          return false
        }),
    )
  }

  const tell = (device: Device, kept: KeptAlerts, news: 'dark' | 'back'): void => {
    const over = new AbortController()
    const signal = AbortSignal.any([over.signal, stop.signal])
    const nowMs = Date.now()
    const sinceMs = news === 'dark' ? device.lastSeenAtMs : (kept.darkSinceMs ?? nowMs)
    const work = async (): Promise<void> => {
      if (news === 'dark' && !(await options.seesItself())) return
      const delivered = await tellAll(device, kept, news, sinceMs, signal)
      log('owner-told', { device: device.label, news, channels: delivered.length, delivered: delivered.filter(Boolean).length })
      const told = news === 'dark' ? { toldAtMs: nowMs, darkSinceMs: sinceMs } : { toldAtMs: kept.toldAtMs, darkSinceMs: null }
      registry.noteAlert(device.key, { ...told, asleepAtMs: null })
    }
    const done = work()
      .catch((error: unknown) => {
        if (!signal.aborted) log('owner-not-told', { device: device.label, error: String(error) })
      })
      .finally(() => telling.delete(device.key))
    telling.set(device.key, { news, over, done })
  }

  const look = (): void => {
    const nowMs = Date.now()
    for (const kept of registry.alerts()) {
      const device = registry.device(kept.deviceKey)
      if (!device) continue
      const { key, suspendedAtMs, lastSeenAtMs } = device
      const isUp = presence.isUp(key)
      const asleepAtMs = isUp ? null : (presence.asleepSinceMs(key) ?? kept.asleepAtMs)
      if (asleepAtMs !== kept.asleepAtMs) registry.noteAlert(key, { ...kept, asleepAtMs })
      const isExpected = asleepAtMs !== null || (suspendedAtMs !== null && suspendedAtMs <= nowMs)
      const { toldAtMs, darkSinceMs } = kept
      const house = { isUp, upSinceMs: upSince.get(key) ?? nowMs, isExpected, lastSeenAtMs, toldAtMs, darkSinceMs }
      const news = newsOf(house, { nowMs, startedAtMs, afterMs })
      const current = telling.get(key)
      // Nobody needs to hear any more that it is dark once it is back.
      if (current?.news === 'dark' && isUp) current.over.abort()
      if (news && !current && telling.size < MAX_AT_ONCE) tell(device, { ...kept, asleepAtMs }, news)
    }
  }
  const timer = setInterval(() => {
    try {
      look()
    } catch (error) {
      log('alerts-unread', { error: String(error) })
    }
  }, LOOK_EVERY_MS)

  const ask = async (device: Device, id: string, to: string, language: 'en' | 'fr'): Promise<void> => {
    const nowMs = Date.now()
    const earlier = registry.mailConsent(device.key, to)
    if (!options.sendMail || earlier?.answer || (earlier && nowMs - earlier.askedAtMs < DAY_MS)) return
    if (registry.mailsAsked(to, nowMs - DAY_MS) >= MAX_ASKED_A_DAY) return
    const { number } = registry.askMailConsent(device.key, to, nowMs)
    const url = options.consentUrl(number)
    const { title, text } = ALERT_WORDS[language].ask(homeOf(device), domain)
    await attempt(device.key, id, async () => {
      await options.sendMail?.({ to, subject: title, text: `${text}\n\n${url}\n`, stopUrl: url }, stop.signal)
    })
  }

  return {
    set(deviceKey, alerts) {
      registry.setAlerts(deviceKey, alerts)
      const device = registry.device(deviceKey)
      for (const { id, channel } of alerts.channels)
        if (device && channel.kind === 'mail')
          ask(device, id, channel.to, alerts.language).catch((error: unknown) => log('consent-not-asked', { error: String(error) }))
      return reports(deviceKey, alerts)
    },
    async test(deviceKey) {
      const device = registry.device(deviceKey)
      const kept = registry.alertsOf(deviceKey)
      if (!device || !kept) return []
      await tellAll(device, kept, 'test', Date.now(), stop.signal)
      return reports(deviceKey, kept.alerts)
    },
    changed(deviceKey) {
      if (!presence.isUp(deviceKey)) upSince.delete(deviceKey)
      else if (!upSince.has(deviceKey)) upSince.set(deviceKey, Date.now())
    },
    async close() {
      clearInterval(timer)
      stop.abort()
      await Promise.all([...telling.values()].map(({ done }) => done))
    },
  }
}
