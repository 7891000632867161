/** What a device may have probed: enough for a home, too little for a port scanner. Numbers and reasons stand in docs/threat-model.md too. */
import { REFLECTING_UDP_PORTS } from '../reflecting-ports.ts'

const HOUR_MS = 3_600_000
/** Every home's front door has the same port, so asking for it scans nothing: it stands beside these. */
const FRONT_DOOR_PORT = 443
const MAX_PORTS_AN_HOUR = 20
/** An engine looks twice a second at most, however many ways it has (engine/core/reduce-path.ts), and again at what it doubts. */
const MAX_PROBES_A_MINUTE = 240
/** Of all devices together: a look holds a socket for six seconds at the longest. */
const MAX_PROBES_AT_ONCE = 1000

export interface ProbeLimits {
  /** `port`: the one at the device's own address; undefined when the relay's own front is asked. */
  admit(deviceKey: string, transport: 'tls' | 'tcp' | 'udp', port: number | undefined): 'ok' | 'rate-limited' | 'forbidden-port'
  /** Looks when not too many look already; undefined else. */
  run<T>(look: () => Promise<T>): Promise<T> | undefined
}

export function createProbeLimits(now: () => number = () => performance.now()): ProbeLimits {
  const devices = new Map<string, { ports: Map<string, number>; probes: number[] }>()
  let running = 0
  const sweep = (): void => {
    for (const [key, { ports, probes }] of devices)
      if ([...ports.values(), ...probes].every((atMs) => now() - atMs > HOUR_MS)) devices.delete(key)
  }
  return {
    admit(deviceKey, transport, port) {
      // A probe at a reflector would look like an attack.
      if (transport === 'udp' && port !== undefined && REFLECTING_UDP_PORTS.has(port)) return 'forbidden-port'
      if (devices.size > 10_000) sweep()
      const device = devices.get(deviceKey) ?? { ports: new Map<string, number>(), probes: [] }
      devices.set(deviceKey, device)
      for (const [name, atMs] of device.ports) if (now() - atMs > HOUR_MS) device.ports.delete(name)
      device.probes = device.probes.filter((atMs) => now() - atMs < 60_000)
      if (device.probes.length >= MAX_PROBES_A_MINUTE) return 'rate-limited'
      const isCounted = port !== undefined && (transport === 'udp' || port !== FRONT_DOOR_PORT)
      const name = `${transport === 'udp' ? 'udp' : 'tcp'} ${port}`
      if (isCounted && !device.ports.has(name) && device.ports.size >= MAX_PORTS_AN_HOUR) return 'rate-limited'
      if (isCounted) device.ports.set(name, now())
      device.probes.push(now())
      return 'ok'
    },
    run(look) {
      if (running >= MAX_PROBES_AT_ONCE) return undefined
      running++
      return look().finally(() => {
        running--
      })
    },
  }
}
