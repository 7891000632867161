/** Notes when devices were here, all of a moment in one write: a write waits for the disk, and after a restart a thousand come at once. */
import type { Log } from '../log.ts'
import type { DeviceKey, Registry } from '../registry/registry.ts'

/** What a crash of this process may cost. */
const EVERY_MS = 1000

export interface LastSeen {
  note(deviceKey: DeviceKey): void
  /** Writes what is left. */
  stop(): void
}

export function keepLastSeen(registry: Pick<Registry, 'touchDevices'>, log: Log): LastSeen {
  const noted = new Set<DeviceKey>()
  let timer: NodeJS.Timeout | undefined
  const write = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (noted.size === 0) return
    try {
      registry.touchDevices([...noted], Date.now())
    } catch (error) {
      // A full disk costs a "last seen", not everybody's tunnel.
      log('devices-not-noted', { error: String(error) })
    }
    noted.clear()
  }
  return {
    note(deviceKey) {
      noted.add(deviceKey)
      timer ??= setTimeout(write, EVERY_MS)
    },
    stop: write,
  }
}
