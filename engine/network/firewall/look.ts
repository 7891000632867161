/** Does the firewall of this computer keep visitors out? */
import { darwinFirewall } from './darwin.ts'
import type { FirewallFinding, Opening } from './finding.ts'
import { linuxFirewall, linuxSource } from './linux.ts'
import { win32Firewall } from './win32.ts'

/** Null: none is on, it lets this in, or nobody knows. A few seconds at most; never rejects. */
export async function lookAtFirewall(opening: Opening, signal: AbortSignal): Promise<FirewallFinding | null> {
  try {
    if (process.platform === 'linux') return await linuxFirewall(opening, linuxSource(signal))
    if (process.platform === 'win32') return await win32Firewall(opening, signal)
    return process.platform === 'darwin' ? await darwinFirewall(signal) : null
  } catch {
    return null
  }
}
