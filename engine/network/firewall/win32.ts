/** Windows Defender Firewall, out of the registry: the same words in every language, readable for everybody. */
import { runTool } from '../run-tool.ts'
import type { FirewallFinding, Opening } from './finding.ts'

const TOOL_TIMEOUT_MS = 8000
const POLICY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\SharedAccess\\Parameters\\FirewallPolicy'

/** `profiles`: `reg query POLICY /s /v EnableFirewall`; `rules`: `reg query POLICY\FirewallRules`. Pure. */
export function readWin32(profiles: string, rules: string, opening: Opening, program: string): 'passes' | 'drops' | 'off' {
  if (!/\bEnableFirewall\s+REG_DWORD\s+0x0*1\b/i.test(profiles)) return 'off'
  const about = rules
    .split('\n')
    .flatMap((line) => /\bREG_SZ\s+(v[\d.]+\|.*)$/.exec(line.trimEnd())?.[1] ?? [])
    .map(fieldsOf)
    .filter((rule) => isAbout(rule, opening, program))
  // A rule that blocks wins over every one that allows, which is what a press of "Cancel" leaves behind at the first start.
  if (about.some((rule) => rule.get('action') === 'block')) return 'drops'
  return about.some((rule) => rule.get('action') === 'allow') ? 'passes' : 'drops'
}

/** `v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=443|App=C:\…|…` ([MS-FASP] §2.2.3). A name may come more than once. */
function fieldsOf(text: string): Map<string, string> {
  const fields = new Map<string, string>()
  for (const part of text.split('|').slice(1, 60)) {
    const [name = '', ...value] = part.toLowerCase().split('=')
    const before = fields.get(name)
    fields.set(name, before === undefined ? value.join('=') : `${before},${value.join('=')}`)
  }
  return fields
}

function isAbout(rule: Map<string, string>, { protocol, port }: Opening, program: string): boolean {
  if (rule.get('active') !== 'true' || rule.get('dir') !== 'in') return false
  const app = rule.get('app')
  if (app !== undefined && app !== program.toLowerCase()) return false
  const wanted = rule.get('protocol')
  if (wanted !== undefined && wanted !== (protocol === 'tcp' ? '6' : '17')) return false
  // Without a program and a port it is about something else: a service, a package of the store.
  const ports = rule.get('lport')
  if (ports === undefined) return app !== undefined
  return [rule.get('lport2_10'), ports].some((list) => list?.split(',').some((one) => holdsPort(one, port)))
}

function holdsPort(text: string, port: number): boolean {
  const [first = Number.NaN, last = first] = text.split('-').map(Number)
  return first <= port && port <= last
}

/** For exactly our program and this port. To be run as administrator. */
export function win32Command({ protocol, port }: Opening, program: string): string {
  const name = `Porchlight ${protocol.toUpperCase()} ${port}`
  return `netsh advfirewall firewall add rule name="${name}" dir=in action=allow program="${program}" protocol=${protocol.toUpperCase()} localport=${port}`
}

export async function win32Firewall(opening: Opening, signal: AbortSignal): Promise<FirewallFinding | null> {
  const ask = (...args: string[]) => runTool('reg', ['query', ...args], TOOL_TIMEOUT_MS, signal)
  const [profiles, rules] = await Promise.all([ask(POLICY, '/s', '/v', 'EnableFirewall'), ask(`${POLICY}\\FirewallRules`)])
  const found = readWin32(profiles, rules, opening, process.execPath)
  return found === 'drops' ? { name: 'Windows Defender', passage: 'drops', command: win32Command(opening, process.execPath) } : null
}
