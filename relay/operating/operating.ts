/** The operator's part of a running relay: his decisions, looked at every second, and every visitor's way past them. */
import type { OperatingOptions } from '../command-line/operating-options.ts'
import type { Log } from '../log.ts'
import { MONTHLY_BYTES } from '../registry/device-facts.ts'
import type { Registry } from '../registry/registry.ts'
import { createNotices } from '../tunnel/notices.ts'
import type { Presence } from '../tunnel/presence.ts'
import { type Carrier, type CarrierOptions, createCarrier, type Refusal } from './carrier.ts'
import { createDecisions, type Decisions } from './decisions.ts'
import { Meter } from './meter.ts'

/** The operator's command is another process, which writes into the registry: this is how long he waits for it to work. */
const EVERY_MS = 1000

export interface Operating {
  readonly decisions: Decisions
  readonly carrier: Carrier
  readonly meter: Meter
  /** Writes what was counted. */
  close(): void
}

export interface OperatingInput {
  readonly options: OperatingOptions
  readonly registry: Registry
  readonly presence: Presence
  readonly log: Log
  readonly serviceOf?: CarrierOptions['serviceOf']
  onRefused(reason: Refusal): void
  /** Visitors of this device are now sent elsewhere, or nowhere. */
  onChanged(deviceKey: string): void
}

export function startOperating({ options, registry, presence, log, serviceOf, onRefused, onChanged }: OperatingInput): Operating {
  // Where the commands, other processes, find it.
  registry.setMeta(MONTHLY_BYTES, String(options.monthlyBytes ?? 0))
  const meter = new Meter()
  const decisions = createDecisions({ registry, meter, log, onChanged })
  const tell = createNotices({ decisions, presence, log })
  const onVisitor: CarrierOptions['onVisitor'] = ({ deviceKey, service }, address) =>
    log('visitor', { device: registry.device(deviceKey)?.label, service, address })
  const timer = setInterval(() => {
    decisions.look()
    tell()
  }, EVERY_MS)
  return {
    decisions,
    carrier: createCarrier({
      ...{ presence, decisions, meter, onRefused },
      ...(serviceOf && { serviceOf }),
      ...(options.logVisitors && { onVisitor }),
    }),
    meter,
    close() {
      clearInterval(timer)
      decisions.close()
    },
  }
}
