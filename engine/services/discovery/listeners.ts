/** The programs of this computer that listen for others, as its system tells. */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { parseAddress } from '../../../protocol/model/address.ts'
import { runTool } from '../../network/run-tool.ts'

export interface Listener {
  readonly protocol: 'tcp' | 'udp'
  /** `0.0.0.0` and `::`: every address of this computer. */
  readonly address: string
  readonly port: number
}

const MAX_LISTENERS = 500
const TOOL_TIMEOUT_MS = 4000

/** Without our own. Never rejects: what the system does not tell is not there. */
export async function findListeners(signal: AbortSignal): Promise<Listener[]> {
  try {
    if (process.platform === 'linux') return await ofLinux()
    if (process.platform === 'win32') return readNetstat(await runTool('netstat', ['-ano'], TOOL_TIMEOUT_MS, signal), process.pid)
    if (process.platform !== 'darwin') return []
    return readLsof(await runTool('lsof', ['-nP', '-iTCP', '-sTCP:LISTEN', '-FpPn'], TOOL_TIMEOUT_MS, signal, [0, 1]), process.pid)
  } catch {
    return []
  }
}

async function ofLinux(): Promise<Listener[]> {
  const own = await ownInodes()
  const tables = await Promise.all(
    (['tcp', 'tcp6', 'udp', 'udp6'] as const).map(async (name) =>
      readProcNet(await readFile(`/proc/net/${name}`, 'latin1').catch(() => ''), name, own),
    ),
  )
  return tables.flat().slice(0, MAX_LISTENERS)
}

async function ownInodes(): Promise<Set<string>> {
  const names = await readdir('/proc/self/fd').catch(() => [])
  const links = await Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')))
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []))
}

/** `/proc/net/tcp` and its kin (proc(5)): addresses in hexadecimal, each four bytes the wrong way round. `own`: inodes to leave out. Pure. */
export function readProcNet(text: string, table: 'tcp' | 'tcp6' | 'udp' | 'udp6', own: ReadonlySet<string>): Listener[] {
  const protocol = table.startsWith('tcp') ? 'tcp' : 'udp'
  // 0A: listening. A UDP socket that is connected to nobody stands as 07.
  const wanted = protocol === 'tcp' ? '0A' : '07'
  return text.split('\n').flatMap((line): Listener[] => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
    const [, hex = '', port = ''] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local) ?? []
    if (hex === '' || state !== wanted || own.has(inode)) return []
    const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)))
    return [{ protocol, address: textOf(bytes), port: Number.parseInt(port, 16) }]
  })
}

function textOf(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.')
  if (bytes.every((byte) => byte === 0)) return '::'
  return (Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []).map((four) => Number.parseInt(four, 16).toString(16)).join(':')
}

/** `netstat -ano` of Windows. Its words for states are in the system's language; who listens is told by a foreign address without a port. Pure. */
export function readNetstat(text: string, ownPid: number): Listener[] {
  return text
    .split('\n')
    .flatMap((line): Listener[] => {
      const match = /^\s*(TCP|UDP)\s+(\S+):(\d{1,5})\s+(\S+):(0|\*)\s+(?:\D*\s)?(\d+)\s*$/i.exec(line)
      const [, protocol = '', address = '', port = '', , , pid = ''] = match ?? []
      return match && Number(pid) !== ownPid ? listener(protocol.toLowerCase() as 'tcp' | 'udp', address, port) : []
    })
    .slice(0, MAX_LISTENERS)
}

/** `lsof -F pPn` of macOS: a line a field, `p` before those of its process. Pure. */
export function readLsof(text: string, ownPid: number): Listener[] {
  const found: Listener[] = []
  let pid = 0
  let protocol: 'tcp' | 'udp' = 'tcp'
  for (const line of text.split('\n')) {
    const value = line.slice(1).trim()
    if (line.startsWith('p')) pid = Number(value)
    if (line.startsWith('P')) protocol = value === 'UDP' ? 'udp' : 'tcp'
    const [, address = '', port = ''] = line.startsWith('n') ? (/^(\S+):(\d{1,5})$/.exec(value) ?? []) : []
    if (address !== '' && pid !== ownPid) found.push(...listener(protocol, address === '*' ? '0.0.0.0' : address, port))
  }
  return found.slice(0, MAX_LISTENERS)
}

function listener(protocol: 'tcp' | 'udp', text: string, port: string): Listener[] {
  const address = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '')
  const number = Number(port)
  return parseAddress(address) && number > 0 && number < 65536 ? [{ protocol, address, port: number }] : []
}
