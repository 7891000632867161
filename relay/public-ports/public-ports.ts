/** Public ports for services without TLS: reserved in the registry, open only while their device is here, so that a visitor of a home that is
 *  away is refused at once instead of waiting. */
import { isIPv6 } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { Endpoint } from '../../protocol/model/address.ts'
import type { LaneFlow } from '../../wire/lane-flow.ts'
import type { LaneStream } from '../../wire/lane-stream.ts'
import type { Publication, Published, RawMeta } from '../../wire/messages.ts'
import type { Log } from '../log.ts'
import type { PortRange, PortWish, PublicPort, Registry } from '../registry/registry.ts'
import { Bucket } from './bucket.ts'
import type { OpenPort } from './open-port.ts'
import { STRANGERS_BYTES_PER_S } from './reply-allowance.ts'
import { openTcpPort } from './tcp-port.ts'
import { openUdpPort } from './udp-port.ts'
import { createVisitors, type Visitors } from './visitors.ts'

export interface PublicPorts {
  /** Opens what this device's raw services need, and closes what they no longer do. Resolves when visitors may come. */
  serve(deviceKey: string, label: string, services: Publication['services']): Promise<Pick<Published, 'ports'>>
  /** The device may have gone. */
  left(deviceKey: string): void
  close(): Promise<void>
}

export interface PublicPortsOptions {
  readonly registry: Pick<Registry, 'setPublicPorts' | 'publicPorts'>
  readonly presence: {
    isUp(deviceKey: string): boolean
    openStream(deviceKey: string, meta: RawMeta): LaneStream | undefined
    openFlow(deviceKey: string, meta: RawMeta): LaneFlow | undefined
  }
  /** `off`: this relay gives none. */
  readonly range: PortRange | 'off'
  /** Addresses to listen at. */
  readonly hosts: readonly string[]
  readonly log: Log
}

/** Connections: what one process can hold with two sockets' buffers each, and what the home's end takes. */
const CONNECTIONS = { ofAll: 10_000, ofDevice: 512, ofVisitor: 64 }
/** Flows are smaller; a household or a class behind one address plays together. */
const FLOWS = { ofAll: 20_000, ofDevice: 1024, ofVisitor: 64 }

interface DeviceHere {
  readonly key: string
  readonly label: string
  readonly open: Map<string, OpenPort>
  readonly connections: Visitors
  readonly flows: Visitors
  /** One change at a time. */
  turn: Promise<void>
}

export function createPublicPorts(options: PublicPortsOptions): PublicPorts {
  const { registry, presence, range, hosts, log } = options
  const devices = new Map<string, DeviceHere>()
  const connections = createVisitors(CONNECTIONS)
  const flows = createVisitors(FLOWS)
  const strangers = new Bucket(STRANGERS_BYTES_PER_S, STRANGERS_BYTES_PER_S)

  const openPort = ({ key, label, ...device }: DeviceHere, { service, protocol, port }: PublicPort): Promise<OpenPort> => {
    const meta = (peer: Endpoint): RawMeta => ({ service, peer })
    if (protocol === 'tcp')
      return openTcpPort({ hosts, port, visitors: device.connections, openStream: (peer) => presence.openStream(key, meta(peer)) })
    return openUdpPort({
      ...{ hosts, port, visitors: device.flows, strangers },
      openFlow: (peer) => presence.openFlow(key, meta(peer)),
      onDropped: (count) => log('datagrams-dropped', { device: label, service, count }),
    })
  }

  /** Resolves to those that are open. */
  const change = async (device: DeviceHere, wanted: readonly PublicPort[]): Promise<PublicPort[]> => {
    const keys = new Set(wanted.map(keyOf))
    const leaving = [...device.open].filter(([key]) => !keys.has(key))
    for (const [key] of leaving) device.open.delete(key)
    await Promise.all(leaving.map(([, port]) => port.close()))
    await Promise.all(
      wanted
        .filter((port) => !device.open.has(keyOf(port)))
        .map(async (port) => {
          try {
            device.open.set(keyOf(port), await openPort(device, port))
          } catch (error) {
            // Another program of this machine has it.
            log('public-port-taken', { device: device.label, protocol: port.protocol, port: port.port, error: String(error) })
          }
        }),
    )
    return wanted.filter((port) => device.open.has(keyOf(port)))
  }

  const inTurn = <T>(device: DeviceHere, work: () => Promise<T>): Promise<T> => {
    const result = device.turn.then(work)
    device.turn = result.then(
      () => {},
      () => {},
    )
    return result
  }

  const closeAll = (deviceKey: string, device: DeviceHere): Promise<unknown> => {
    devices.delete(deviceKey)
    return inTurn(device, () => change(device, []))
  }

  return {
    async serve(deviceKey, label, services) {
      if (range === 'off') return { ports: [] }
      const wishes = services.flatMap(wishOf)
      const before = registry.publicPorts(deviceKey).map(keyOf)
      const reserved = registry.setPublicPorts(deviceKey, wishes, range, Date.now())
      const known = devices.get(deviceKey)
      const device: DeviceHere = known ?? {
        key: deviceKey,
        label,
        open: new Map(),
        connections: connections(),
        flows: flows(),
        turn: Promise.resolve(),
      }
      if (!known && wishes.length > 0) devices.set(deviceKey, device)
      const open = await inTurn(device, async () => {
        if (!presence.isUp(deviceKey)) return []
        const opened = await change(device, reserved)
        // One that nobody was ever told can be another; an old one stays, and is tried again when the device says its services again.
        const unusable = reserved.filter((port) => !opened.includes(port) && !before.includes(keyOf(port)))
        if (unusable.length === 0) return opened
        return await change(device, registry.setPublicPorts(deviceKey, wishes, range, Date.now(), unusable))
      })
      return { ports: wishes.map(({ service }) => ({ service, port: open.find((each) => each.service === service)?.port ?? null })) }
    },
    left(deviceKey) {
      const device = devices.get(deviceKey)
      if (device && !presence.isUp(deviceKey)) void closeAll(deviceKey, device)
    },
    async close() {
      await Promise.all([...devices].map(([deviceKey, device]) => closeAll(deviceKey, device)))
    },
  }
}

const keyOf = ({ service, protocol, port }: PublicPort): string => `${protocol} ${port} ${service}`

function wishOf({ name, kind, port }: Publication['services'][number]): PortWish[] {
  return port === undefined || (kind !== 'tcp' && kind !== 'udp') ? [] : [{ service: name, protocol: kind, port }]
}

/** Where public ports listen. A socket at all addresses would answer a datagram from whichever the system prefers, so each public address of
 *  this machine gets its own; one that is translated on the way (a rented server behind its provider's NAT) is nobody's here. */
export function publicHosts(host: string, addresses: { readonly ipv4?: string; readonly ipv6?: string }): string[] {
  if (host !== '::' && host !== '0.0.0.0') return [host]
  const own = new Set(Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []))
  const wanted = host === '::' ? [addresses.ipv4, addresses.ipv6] : [addresses.ipv4]
  return wanted.flatMap((address) => {
    if (address === undefined) return []
    return own.has(address) ? [address] : [isIPv6(address) ? '::' : '0.0.0.0']
  })
}
