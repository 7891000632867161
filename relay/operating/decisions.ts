/** The operator's decisions as the running relay acts on them: who is shut out, what is taken down, who has used up his month. Another
 *  process writes them into the registry, so they are read every second; whoever asks in between is answered from memory. */
import type { Log } from '../log.ts'
import { monthlyBytesForAll } from '../registry/device-facts.ts'
import type { DeviceKey, Registry } from '../registry/registry.ts'
import type { Takedown } from '../registry/takedowns.ts'
import { type Carried, type MonthlyBytes, monthOf, nextMonthMs } from '../registry/traffic.ts'
import type { Carriage, Meter } from './meter.ts'

/** Why nobody is let through. */
export type Closed = 'suspended' | 'taken-down' | 'used-up'

export interface Allowance {
  readonly monthlyBytes: number
  readonly usedBytes: number
  readonly renewsAtMs: number
}

export interface Decisions {
  /** To a service, whether by its name, a link or its port. */
  closed(carriage: Carriage): Closed | undefined
  isLinkDown(deviceKey: DeviceKey, link: string): boolean
  suspensionOf(deviceKey: DeviceKey): { readonly label: string; readonly atMs: number } | undefined
  takedownsOf(deviceKey: DeviceKey): readonly Takedown[]
  /** Undefined: without a limit. */
  allowanceOf(deviceKey: DeviceKey): Allowance | undefined
  /** Reads what was decided, counts what was carried, ends what must not go on. Called every second by whoever made this. */
  look(): void
  /** Writes what was counted. */
  close(): void
}

export interface DecisionsOptions {
  readonly registry: Pick<Registry, 'suspensions' | 'takedowns' | 'quotas' | 'traffic' | 'addTraffic' | 'meta'>
  readonly meter: Pick<Meter, 'collect' | 'end'>
  readonly log: Log
  /** Visitors of this device are now sent elsewhere, or nowhere. */
  onChanged?(deviceKey: DeviceKey): void
  /** The system's clock. */
  readonly now?: () => number
}

/** What a crash may forget of what was carried. */
const WRITE_EVERY_MS = 5000
/** Who has used up his month: what is open may come to its end within this, a page or a song, not an evening. */
const GRACE_MS = 60_000

export function createDecisions({ registry, meter, log, onChanged = () => {}, now = Date.now }: DecisionsOptions): Decisions {
  let suspensions = new Map<DeviceKey, { label: string; atMs: number }>()
  let takedowns: readonly Takedown[] = []
  let down = new Set<string>()
  let quotas = new Map<DeviceKey, MonthlyBytes>()
  let forAll: MonthlyBytes = null
  let month = monthOf(now())
  let used = new Map<DeviceKey, number>()
  let unwritten = new Map<DeviceKey, Carried>()
  let writtenAtMs = now()
  const usedUpSince = new Map<DeviceKey, number>()

  const begin = (): void => {
    used = new Map([...registry.traffic(month)].map(([key, { inBytes, outBytes }]) => [key, inBytes + outBytes]))
  }

  const read = (): void => {
    suspensions = new Map(registry.suspensions().map(({ key, label, suspendedAtMs }) => [key, { label, atMs: suspendedAtMs }]))
    takedowns = registry.takedowns()
    down = new Set(takedowns.map(({ deviceKey, kind, name }) => `${deviceKey} ${kind} ${name}`))
    quotas = registry.quotas()
    forAll = monthlyBytesForAll(registry)
  }

  const write = (): void => {
    if (unwritten.size > 0) registry.addTraffic(month, unwritten)
    unwritten = new Map()
    writtenAtMs = now()
  }

  const count = (): void => {
    for (const [key, { inBytes, outBytes }] of meter.collect()) {
      const before = unwritten.get(key) ?? { inBytes: 0, outBytes: 0 }
      unwritten.set(key, { inBytes: before.inBytes + inBytes, outBytes: before.outBytes + outBytes })
      used.set(key, (used.get(key) ?? 0) + inBytes + outBytes)
    }
    const isNewMonth = monthOf(now()) !== month
    if (isNewMonth || now() - writtenAtMs >= WRITE_EVERY_MS) write()
    if (!isNewMonth) return
    month = monthOf(now())
    begin()
  }

  const allowanceOf = (deviceKey: DeviceKey): Allowance | undefined => {
    const own = quotas.get(deviceKey)
    const monthlyBytes = own === undefined ? forAll : own
    return monthlyBytes === null ? undefined : { monthlyBytes, usedBytes: used.get(deviceKey) ?? 0, renewsAtMs: nextMonthMs(now()) }
  }

  const isUsedUp = (deviceKey: DeviceKey): boolean => {
    const allowance = allowanceOf(deviceKey)
    return allowance !== undefined && allowance.usedBytes >= allowance.monthlyBytes
  }

  const noteUsedUp = (): void => {
    for (const key of usedUpSince.keys()) if (!isUsedUp(key)) usedUpSince.delete(key)
    for (const key of used.keys())
      if (isUsedUp(key) && !usedUpSince.has(key)) {
        usedUpSince.set(key, now())
        log('quota-used-up', { month })
      }
  }

  const closed = ({ deviceKey, service }: Carriage): Closed | undefined => {
    const suspendedAtMs = suspensions.get(deviceKey)?.atMs
    if (suspendedAtMs !== undefined && suspendedAtMs <= now()) return 'suspended'
    if (down.has(`${deviceKey} service ${service}`)) return 'taken-down'
    return isUsedUp(deviceKey) ? 'used-up' : undefined
  }

  const isOver = (carriage: Carriage): boolean => {
    const reason = closed(carriage)
    return reason === 'used-up' ? now() - (usedUpSince.get(carriage.deviceKey) ?? now()) >= GRACE_MS : reason !== undefined
  }

  /** What stands against each device, as one text. */
  const standing = (): Map<DeviceKey, string> => {
    const all = new Map<DeviceKey, string>([...usedUpSince.keys()].map((key) => [key, 'used-up ']))
    const add = (key: DeviceKey, text: string): void => void all.set(key, `${all.get(key) ?? ''}${text} `)
    for (const [key, { atMs }] of suspensions) if (atMs <= now()) add(key, 'suspended')
    for (const { deviceKey, kind, name } of takedowns) if (kind === 'service') add(deviceKey, name)
    return all
  }

  begin()
  read()
  let stood = standing()
  const tellChanges = (): void => {
    const stands = standing()
    for (const key of new Set([...stood.keys(), ...stands.keys()])) if (stood.get(key) !== stands.get(key)) onChanged(key)
    stood = stands
  }
  return {
    closed,
    isLinkDown: (deviceKey, link) => down.has(`${deviceKey} link ${link}`),
    suspensionOf: (deviceKey) => suspensions.get(deviceKey),
    takedownsOf: (deviceKey) => takedowns.filter((each) => each.deviceKey === deviceKey),
    allowanceOf,
    look() {
      try {
        read()
        count()
      } catch (error) {
        // What was known holds; what was counted is written the next time.
        log('decisions-unread', { error: String(error) })
      }
      noteUsedUp()
      meter.end(isOver)
      tellChanges()
    },
    close() {
      try {
        count()
        write()
      } catch (error) {
        log('traffic-unwritten', { error: String(error) })
      }
    },
  }
}
