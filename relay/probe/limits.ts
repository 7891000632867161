/** What a device may have probed: enough for a home, too little for a port scanner (20 ports an hour; no amplifier's ports, where a
 *  probe would look like an attack). */
import { REFLECTING_UDP_PORTS } from '../reflecting-ports.ts'

const HOUR_MS = 3_600_000
const MAX_PORTS_AN_HOUR = 20
const MAX_PROBES_A_MINUTE = 40

export type Admission = 'ok' | 'rate-limited' | 'forbidden-port'

export function createProbeLimits(now: () => number = () => performance.now()): {
  admit(deviceKey: string, transport: 'tls' | 'tcp' | 'udp', port: number): Admission
} {
  const devices = new Map<string, { ports: Map<string, number>; probes: number[] }>()
  const sweep = (): void => {
    for (const [key, { ports }] of devices) if ([...ports.values()].every((atMs) => now() - atMs > HOUR_MS)) devices.delete(key)
  }
  return {
    admit(deviceKey, transport, port) {
      if (transport === 'udp' && REFLECTING_UDP_PORTS.has(port)) return 'forbidden-port'
      if (devices.size > 10_000) sweep()
      const device = devices.get(deviceKey) ?? { ports: new Map<string, number>(), probes: [] }
      devices.set(deviceKey, device)
      for (const [name, atMs] of device.ports) if (now() - atMs > HOUR_MS) device.ports.delete(name)
      device.probes = device.probes.filter((atMs) => now() - atMs < 60_000)
      const name = `${transport === 'udp' ? 'udp' : 'tcp'} ${port}`
      if (device.probes.length >= MAX_PROBES_A_MINUTE) return 'rate-limited'
      if (!device.ports.has(name) && device.ports.size >= MAX_PORTS_AN_HOUR) return 'rate-limited'
      device.ports.set(name, now())
      device.probes.push(now())
      return 'ok'
    },
  }
}
