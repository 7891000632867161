/** The application firewall of macOS. It knows programs and no ports. */
import { runTool } from '../run-tool.ts'
import type { FirewallFinding } from './finding.ts'

const TOOL = '/usr/libexec/ApplicationFirewall/socketfilterfw'
const TOOL_TIMEOUT_MS = 5000

/** `state`: of `--getglobalstate`; `all`: of `--getblockall`; `app`: of `--getappblocked PROGRAM`. Pure. */
export function readDarwin(state: string, all: string, app: string): 'passes' | 'drops' | 'unknown' | 'off' {
  if (!/\bState = [12]\b|\benabled\b/i.test(state)) return 'off'
  if (/State = 2\b/.test(state) || /block all.*\benabled\b|\bset to block all\b/i.test(all)) return 'drops'
  if (/\bis blocked\b|\bare blocked\b|\bblock incoming\b/i.test(app)) return 'drops'
  if (/\bpermitted\b|\ballowed\b|\ballow incoming\b/i.test(app)) return 'passes'
  // Not on its list: it asks its owner at the program's first start, and whoever is not there to answer has said nothing.
  return 'unknown'
}

/** Nothing but our program: this firewall opens no ports. */
export const darwinCommand = (program: string): string => `sudo ${TOOL} --add "${program}" && sudo ${TOOL} --unblockapp "${program}"`

export async function darwinFirewall(signal: AbortSignal): Promise<FirewallFinding | null> {
  const ask = (...args: string[]) => runTool(TOOL, args, TOOL_TIMEOUT_MS, signal, [0, 1])
  const program = process.execPath
  const [state, all, app] = await Promise.all([ask('--getglobalstate'), ask('--getblockall'), ask('--getappblocked', program)])
  const passage = readDarwin(state, all, app)
  return passage === 'drops' || passage === 'unknown' ? { name: 'macOS', passage, command: darwinCommand(program) } : null
}
