/** The relay's public ports of raw services: the same for as long as a service stands, over every restart, and afterwards nobody else's
 *  for as long as a label. */
import { randomInt } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { REFLECTING_UDP_PORTS } from '../reflecting-ports.ts'
import { endQuarantines, knownDevice } from './devices.ts'
import { checkKey } from './keys.ts'
import { type Device, type DeviceKey, type PortRange, type PortWish, type PublicPort, type Registry, RegistryError } from './registry.ts'
import { inTransaction } from './store.ts'

/** Ports of one device, those in quarantine included: room for a home, and some three hundred homes in the range's ten thousand. */
const MAX_PORTS_A_DEVICE = 32

interface Row extends PublicPort {
  readonly releasedAtMs: number | null
}

export function openPublicPorts(
  db: DatabaseSync,
  device: (key: DeviceKey) => Device | undefined,
): Pick<Registry, 'setPublicPorts' | 'publicPorts'> {
  const ofDevice = db.prepare(
    `SELECT service, protocol, port, released_at_ms AS releasedAtMs FROM public_ports
     WHERE device_key = ? ORDER BY released_at_ms, protocol, port`,
  )
  const taken = db.prepare('SELECT port FROM public_ports WHERE protocol = ?')
  const insert = db.prepare('INSERT INTO public_ports (protocol, port, device_key, service) VALUES (?, ?, ?, ?)')
  const stand = db.prepare('UPDATE public_ports SET released_at_ms = NULL WHERE protocol = ? AND port = ?')
  const release = db.prepare('UPDATE public_ports SET released_at_ms = ? WHERE protocol = ? AND port = ?')
  const forget = db.prepare('DELETE FROM public_ports WHERE protocol = ? AND port = ?')

  const rowsOf = (key: DeviceKey): Row[] => ofDevice.all(checkKey(key)) as unknown as Row[]

  /** A port for a service that has none. A device that has all of its ports gets back one that it gave up longest ago: whoever still
   *  comes there comes to the same house. Undefined: there is none. */
  const reserve = (key: DeviceKey, { service, protocol, port }: PortWish, range: PortRange, unusable: readonly PublicPort[]) => {
    const own = rowsOf(key)
    const givenUp = own.find((row) => row.releasedAtMs !== null)
    if (own.length >= MAX_PORTS_A_DEVICE) {
      if (!givenUp) return undefined
      forget.run(givenUp.protocol, givenUp.port)
    }
    const others = new Set(taken.all(protocol).map((row) => Number(row.port)))
    for (const each of unusable) if (each.protocol === protocol) others.add(each.port)
    const free = freePort(port, range, (candidate) => !others.has(candidate) && mayBeOffered(protocol, candidate))
    if (free !== undefined) insert.run(protocol, free, key, service)
    return free === undefined ? undefined : { service, protocol, port: free }
  }

  const standing = (key: DeviceKey): Row[] => rowsOf(key).filter(({ releasedAtMs }) => releasedAtMs === null)

  return {
    setPublicPorts: (key, wishes, range, nowMs, unusable = []) =>
      inTransaction(db, () => {
        knownDevice(device(key))
        if (new Set(wishes.map(({ service }) => service)).size < wishes.length)
          throw new RegistryError('publication-malformed', 'two services share a name')
        endQuarantines(db, nowMs)
        for (const row of rowsOf(key)) {
          const isWanted = wishes.some((wish) => isSame(wish, row))
          // The operator has moved the range: where it was, a firewall may stand now.
          const isOutside = row.port < range.first || row.port > range.last
          if (isOutside || unusable.some((each) => isSame(each, row) && each.port === row.port)) forget.run(row.protocol, row.port)
          else if (isWanted && row.releasedAtMs !== null) stand.run(row.protocol, row.port)
          else if (!isWanted && row.releasedAtMs === null) release.run(nowMs, row.protocol, row.port)
        }
        const kept = standing(key)
        return wishes.flatMap((wish) => {
          const row = kept.find((each) => isSame(wish, each))
          return row ? [portOf(row)] : (reserve(key, wish, range, unusable) ?? [])
        })
      }),
    publicPorts: (key) => standing(key).map(portOf),
  }
}

const portOf = ({ service, protocol, port }: Row): PublicPort => ({ service, protocol, port })

const isSame = (wish: PortWish, row: Row): boolean => wish.service === row.service && wish.protocol === row.protocol

const mayBeOffered = (protocol: PortWish['protocol'], port: number): boolean => protocol === 'tcp' || !REFLECTING_UDP_PORTS.has(port)

/** The wanted one, else any: the first free one after a random place. */
function freePort(wanted: number, { first, last }: PortRange, isFree: (port: number) => boolean): number | undefined {
  if (wanted >= first && wanted <= last && isFree(wanted)) return wanted
  const count = last - first + 1
  const start = randomInt(count)
  for (let step = 0; step < count; step++) {
    const port = first + ((start + step) % count)
    if (isFree(port)) return port
  }
  return undefined
}
