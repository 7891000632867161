/** Every visitor's way to a home: past the operator's decisions, into the tunnel, and onto the meter. */
import { serviceOfRelayOnlyName } from '../../protocol/model/relay-only.ts'
import type { LaneFlow } from '../../wire/lane-flow.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import type { RawMeta, StreamMeta } from '../../wire/messages.ts'
import type { DeviceKey } from '../registry/registry.ts'
import type { Presence } from '../tunnel/presence.ts'
import type { Closed, Decisions } from './decisions.ts'
import type { Carriage, Meter } from './meter.ts'

/** Why a visitor was not let through; `away`: its device is not here, or its lanes are full. */
export type Refusal = Closed | 'away'

/** As presence has it. */
export type Carrier = Pick<Presence, 'isUp' | 'openStream' | 'openFlow'>

export interface CarrierOptions {
  readonly presence: Carrier
  readonly decisions: Pick<Decisions, 'closed'>
  readonly meter: Pick<Meter, 'add'>
  /** To which of its device's services a name leads; absent: {@link serviceOfHost}. */
  serviceOf?(host: string): string
  onRefused(reason: Refusal): void
  /** A visitor from this address is let through. */
  onVisitor?(carriage: Carriage, address: string): void
}

export function createCarrier(options: CarrierOptions): Carrier {
  const { presence, decisions, meter, serviceOf = serviceOfHost, onRefused, onVisitor } = options
  const carriageOf = (deviceKey: DeviceKey, meta: StreamMeta | RawMeta): Carriage => ({
    deviceKey,
    service: 'service' in meta ? meta.service : serviceOf(meta.host),
  })
  const open = <T extends LaneStream | LaneFlow>(
    deviceKey: DeviceKey,
    meta: StreamMeta | RawMeta,
    opened: () => T | undefined,
  ): T | undefined => {
    const carriage = carriageOf(deviceKey, meta)
    const closed = decisions.closed(carriage)
    const carried = closed === undefined ? opened() : undefined
    if (carried) {
      meter.add(carriage, carried)
      onVisitor?.(carriage, meta.peer.address)
    } else onRefused(closed ?? 'away')
    return carried
  }
  return {
    isUp: (deviceKey) => presence.isUp(deviceKey),
    openStream: (deviceKey, meta) => open(deviceKey, meta, () => presence.openStream(deviceKey, meta)),
    openFlow: (deviceKey, meta) => open(deviceKey, meta, () => presence.openFlow(deviceKey, meta)),
  }
}

/** `web.amber-otter-42.relay.example` and `web--relay.…` → `web`. */
export function serviceOfHost(host: string): string {
  const [label = ''] = host.split('.')
  return serviceOfRelayOnlyName(label) ?? label
}
