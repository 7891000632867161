/** Tells owners when their house is dark, and when it is back: only somebody outside can. */
import type { Alerts } from '../../protocol/model/alerts.ts'
import type { Log } from '../log.ts'
import type { Device, DeviceKey, KeptAlerts, Registry } from '../registry/registry.ts'
import type { Presence } from '../tunnel/presence.ts'
import { type ChannelReport, type ChannelsOptions, createChannels } from './channels.ts'
import { newsOf } from './dark.ts'
import type { News } from './words.ts'

export interface HouseAlerts {
  /** What the device wants from now on; asks new mail addresses whether they agree. */
  set(deviceKey: DeviceKey, alerts: Alerts): ChannelReport[]
  /** Sends a test to each channel that may be written to, and says what came of it. */
  test(deviceKey: DeviceKey): Promise<ChannelReport[]>
  /** The device has come or gone. */
  changed(deviceKey: DeviceKey): void
  close(): Promise<void>
}

export interface AlertOptions extends Omit<ChannelsOptions, 'registry' | 'signal'> {
  readonly registry: ChannelsOptions['registry'] & Pick<Registry, 'device' | 'setAlerts' | 'alerts' | 'alertsOf' | 'noteAlert'>
  readonly presence: Pick<Presence, 'isUp' | 'asleepSinceMs'>
  /** How long a house must be dark. */
  readonly afterMs: number
  /** Whether this relay can be reached itself: one that cannot must not blame others. */
  seesItself(): Promise<boolean>
  readonly log: Log
}

const LOOK_EVERY_MS = 5000
/** Each is a connection to somebody else's server. */
const MAX_AT_ONCE = 8

export function watchHouses(options: AlertOptions): HouseAlerts {
  const { registry, presence, afterMs, log } = options
  const stop = new AbortController()
  const channels = createChannels({ ...options, signal: stop.signal })
  const startedAtMs = Date.now()
  const upSince = new Map<DeviceKey, number>()
  /** What is being told just now: a house that changes meanwhile is not told of twice. */
  const telling = new Map<DeviceKey, { readonly news: News; readonly over: AbortController; readonly done: Promise<void> }>()

  const tell = (device: Device, kept: KeptAlerts, news: 'dark' | 'back'): void => {
    const over = new AbortController()
    const signal = AbortSignal.any([over.signal, stop.signal])
    const nowMs = Date.now()
    const sinceMs = news === 'dark' ? device.lastSeenAtMs : (kept.darkSinceMs ?? nowMs)
    const note = (): void => {
      const told = news === 'dark' ? { toldAtMs: nowMs, darkSinceMs: sinceMs } : { toldAtMs: kept.toldAtMs, darkSinceMs: null }
      registry.noteAlert(device.key, { ...told, asleepAtMs: null })
    }
    const work = async (): Promise<void> => {
      if (news === 'dark' && !(await options.seesItself())) return
      // Whoever has read it must neither read it again from a relay that starts anew, nor miss that it is over, while others are tried again.
      const delivered = await channels.tell(device, kept.alerts, news, sinceMs, { signal, onDelivered: note })
      if (!delivered.includes(true)) note()
      log('owner-told', { device: device.label, news, channels: delivered.length, delivered: delivered.filter(Boolean).length })
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

  return {
    set(deviceKey, alerts) {
      registry.setAlerts(deviceKey, alerts)
      const device = registry.device(deviceKey)
      for (const { id, channel } of alerts.channels)
        if (device && channel.kind === 'mail')
          channels
            .askConsent(device, id, channel.to, alerts.language)
            .catch((error: unknown) => log('consent-not-asked', { error: String(error) }))
      return channels.reports(deviceKey, alerts)
    },
    async test(deviceKey) {
      const device = registry.device(deviceKey)
      const kept = registry.alertsOf(deviceKey)
      if (!device || !kept) return []
      await channels.tell(device, kept.alerts, 'test', Date.now(), { signal: stop.signal })
      return channels.reports(deviceKey, kept.alerts)
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
