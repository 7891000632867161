/** Counts what is carried for each device, by looking at what is open: streams and flows know how much they have carried, so that nothing is
 *  added to the way of the bytes themselves. */
import type { LaneFlow } from '../../wire/lane-flow.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import type { DeviceKey } from '../registry/registry.ts'
import type { Carried } from '../registry/traffic.ts'

export interface Carriage {
  readonly deviceKey: DeviceKey
  readonly service: string
}

interface Entry extends Carriage {
  readonly of: LaneStream | LaneFlow
  countedIn: number
  countedOut: number
}

export class Meter {
  readonly #entries = new Set<Entry>()
  /** Since the start of this process. */
  readonly total = { inBytes: 0, outBytes: 0, streams: 0, flows: 0 }

  add(carriage: Carriage, of: LaneStream | LaneFlow): void {
    this.#entries.add({ ...carriage, of, countedIn: 0, countedOut: 0 })
    if ('dropped' in of) this.total.flows += 1
    else this.total.streams += 1
  }

  /** By device, since the last call. What has ended is counted once more, and then forgotten. */
  collect(): Map<DeviceKey, Carried> {
    const carried = new Map<DeviceKey, Carried>()
    for (const entry of this.#entries) {
      const { deviceKey, of } = entry
      const [inBytes, outBytes] = [of.sentBytes - entry.countedIn, of.receivedBytes - entry.countedOut]
      entry.countedIn += inBytes
      entry.countedOut += outBytes
      if (inBytes + outBytes > 0) {
        const before = carried.get(deviceKey) ?? { inBytes: 0, outBytes: 0 }
        carried.set(deviceKey, { inBytes: before.inBytes + inBytes, outBytes: before.outBytes + outBytes })
        this.total.inBytes += inBytes
        this.total.outBytes += outBytes
      }
      if (of.closed) this.#entries.delete(entry)
    }
    return carried
  }

  /** Ends what must not go on. */
  end(isOver: (carriage: Carriage) => boolean): void {
    for (const entry of this.#entries)
      if (isOver(entry)) {
        if ('destroy' in entry.of) entry.of.destroy(new Error('ended by the operator'))
        else entry.of.close()
      }
  }
}
