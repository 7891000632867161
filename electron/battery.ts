/** Will this computer sleep because somebody closes it? */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere } from '../system/atomic-file.ts'

/** Linux: a battery that feeds the system itself, not a mouse or a keyboard (kernel, Documentation/ABI/testing/sysfs-class-power, "scope").
 *  Null where nobody says. */
export function hasBattery(folder = '/sys/class/power_supply'): boolean | null {
  try {
    return readdirSync(folder).some((name) => {
      const read = (what: string): string => readIfThere(join(folder, name, what))?.trim() ?? ''
      return read('type') === 'Battery' && read('scope') !== 'Device' && read('present') !== '0'
    })
  } catch {
    return null
  }
}
