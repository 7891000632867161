/** The firewall of a Linux computer. Its rules are readable by root alone; whether one is on, files and systemd tell everybody. */
import { readFile } from 'node:fs/promises'
import { runTool } from '../run-tool.ts'
import { type FirewallFinding, firewalldCommand, iptablesCommand, nftCommand, type Opening, ufwCommand } from './finding.ts'
import { readNft } from './nftables.ts'

const TOOL_TIMEOUT_MS = 3000

/** What the system says; a test brings its own. Each resolves with undefined when it says nothing. */
export interface LinuxSource {
  readonly file: (path: string) => Promise<string | undefined>
  readonly isActive: (unit: string) => Promise<boolean>
  /** `nft -j list ruleset`. */
  readonly ruleset: () => Promise<string | undefined>
}

export const linuxSource = (signal: AbortSignal): LinuxSource => ({
  file: (path) => readFile(path, 'utf8').catch(() => undefined),
  isActive: (unit) =>
    runTool('systemctl', ['is-active', unit], TOOL_TIMEOUT_MS, signal).then(
      (text) => text.trim() === 'active',
      () => false,
    ),
  ruleset: () => runTool('nft', ['-j', 'list', 'ruleset'], TOOL_TIMEOUT_MS, signal).catch(() => undefined),
})

/** Null: none is on, or it lets this in. */
export async function linuxFirewall(opening: Opening, source: LinuxSource): Promise<FirewallFinding | null> {
  const [ruleset, manager] = await Promise.all([source.ruleset(), managerOf(source)])
  const read = ruleset === undefined ? undefined : readNft(ruleset, opening)
  if (read?.passage === 'passes') {
    // iptables as it was before nftables keeps its rules where nft does not see them.
    const hasOld = opening.family === 'ipv4' && /^filter$/m.test((await source.file('/proc/net/ip_tables_names')) ?? '')
    return hasOld ? { name: 'iptables', passage: 'unknown', command: iptablesCommand(opening) } : null
  }
  const passage = read?.passage ?? 'unknown'
  if (manager === 'ufw') return { name: 'ufw', passage, command: ufwCommand(opening) }
  if (manager === 'firewalld') return { name: 'firewalld', passage, command: firewalldCommand(opening) }
  // The table that iptables keeps for itself: a rule that nft put into it would be lost, or in its way.
  const isTablesOwn = read?.at && read.at.table === 'filter' && read.at.chain === 'INPUT'
  if (isTablesOwn || (!read && manager === 'iptables')) return { name: 'iptables', passage, command: iptablesCommand(opening) }
  const chain = read?.at
    ? `${read.at.family} ${read.at.table} ${read.at.chain}`
    : manager === 'nftables'
      ? await chainInFile(source)
      : undefined
  const command = chain === undefined ? undefined : nftCommand(opening, chain)
  return command === undefined ? null : { name: 'nftables', passage, command }
}

async function managerOf({ file, isActive }: LinuxSource): Promise<'ufw' | 'firewalld' | 'nftables' | 'iptables' | undefined> {
  if (/^\s*ENABLED\s*=\s*"?yes"?\s*$/im.test((await file('/etc/ufw/ufw.conf')) ?? '')) return 'ufw'
  const [firewalld, nftables, persistent, iptables] = await Promise.all(
    ['firewalld', 'nftables', 'netfilter-persistent', 'iptables'].map(isActive),
  )
  return firewalld ? 'firewalld' : nftables ? 'nftables' : persistent || iptables ? 'iptables' : undefined
}

/** Which chain keeps visitors out, by the file that everybody may read: the first one for what comes in that drops what it does not know. */
async function chainInFile({ file }: LinuxSource): Promise<string | undefined> {
  const text = (await file('/etc/nftables.conf'))?.slice(0, 100_000) ?? ''
  let table: string | undefined
  let chain: string | undefined
  for (const line of text.replaceAll(/#.*$/gm, '').split(/[\n;{]/)) {
    table = /^\s*table\s+((?:inet|ip|ip6)\s+[\w-]+)\s*$/.exec(line)?.[1]?.replace(/\s+/, ' ') ?? table
    const named = /^\s*chain\s+([\w-]+)\s*$/.exec(line)?.[1]
    if (named !== undefined) chain = undefined
    chain = named ?? chain
    if (chain !== undefined && /\bhook\s+(?!input\b)/.test(line)) chain = undefined
    if (table !== undefined && chain !== undefined && /^\s*policy\s+drop\b/.test(line)) return `${table} ${chain}`
  }
  return undefined
}
