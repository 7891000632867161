/** The IPv6 firewall of the scripted router, with the answers of miniupnpd 2.3.1. */

import type { FakeAnswer, FakeCall } from './gateway.ts'

export interface FakePinhole {
  readonly client: string
  readonly port: number
  /** IANA's number. */
  readonly protocol: number
  readonly leaseS: number
}

/** Undefined for actions that are none of a firewall's. */
export function behaveAsFirewall({ action, values }: FakeCall, pinholes: Map<string, FakePinhole>): FakeAnswer | undefined {
  const id = values.UniqueID ?? ''
  const pinhole = pinholes.get(id)
  // 402, where the standard has 704.
  const unknown = { kind: 'fault', code: 402 } as const
  switch (action) {
    case 'GetFirewallStatus':
      return { kind: 'result', values: { FirewallEnabled: 1, InboundPinholeAllowed: 1 } }
    case 'AddPinhole':
      return addPinhole(values, pinholes)
    case 'UpdatePinhole':
      if (!pinhole) return unknown
      pinholes.set(id, { ...pinhole, leaseS: Number(values.NewLeaseTime) })
      return { kind: 'result', values: {} }
    case 'GetPinholePackets':
      return pinhole ? { kind: 'result', values: { PinholePackets: 0 } } : unknown
    case 'CheckPinholeWorking':
      return pinhole ? { kind: 'fault', code: 709 } : unknown
    case 'DeletePinhole':
      return pinholes.delete(id) ? { kind: 'result', values: {} } : unknown
    default:
      return undefined
  }
}

function addPinhole(values: FakeCall['values'], pinholes: Map<string, FakePinhole>): FakeAnswer {
  const wanted: FakePinhole = {
    client: values.InternalClient ?? '',
    port: Number(values.InternalPort),
    protocol: Number(values.Protocol),
    leaseS: Number(values.LeaseTime),
  }
  if (wanted.leaseS < 1 || wanted.leaseS > 86_400) return { kind: 'fault', code: 402 }
  if (wanted.port < 1_024) return { kind: 'fault', code: 606 }
  const same = [...pinholes].find(
    ([, { client, port, protocol }]) => client === wanted.client && port === wanted.port && protocol === wanted.protocol,
  )
  const id = same?.[0] ?? String(Math.max(0, ...[...pinholes.keys()].map(Number)) + 1)
  pinholes.set(id, wanted)
  return { kind: 'result', values: { UniqueID: id } }
}
