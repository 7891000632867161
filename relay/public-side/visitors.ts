/** Whether a visitor of a home is let through, and counted while he is there. */
import type { LaneStream } from '../../wire/lane-stream.ts'
import type { StreamMeta } from '../../wire/messages.ts'
import type { Names } from '../names/names.ts'
import type { Carrier } from '../operating/carrier.ts'
import type { Operating } from '../operating/operating.ts'
import { createVisits } from './visits.ts'

export interface VisitorOptions {
  readonly names: Pick<Names, 'deviceOfHost' | 'serviceOfHost'>
  readonly decisions: Operating['decisions']
  readonly carrier: Pick<Carrier, 'openStream'>
  onRefused(reason: 'unknown-name' | 'used-up' | 'too-many'): void
}

/** Undefined: nobody is there. `busy`: there is no room for him now. */
export function createVisitorSide(options: VisitorOptions): (meta: StreamMeta) => LaneStream | 'busy' | undefined {
  const { names, decisions, carrier, onRefused } = options
  const visits = createVisits()
  return (meta) => {
    const deviceKey = names.deviceOfHost(meta.host)
    if (deviceKey === undefined) {
      onRefused('unknown-name')
      return undefined
    }
    // TLS leaves us no page to show: he is cut off, and comes again when there is room.
    if (decisions.closed({ deviceKey, service: names.serviceOfHost(meta.host) }) === 'used-up') {
      onRefused('used-up')
      return 'busy'
    }
    const visit = visits.begin(deviceKey, meta.peer.address)
    if (!visit) {
      onRefused('too-many')
      return 'busy'
    }
    const stream = carrier.openStream(deviceKey, meta)
    if (stream) stream.once('close', () => visit.end())
    else visit.end()
    return stream
  }
}
