/** Which program holds a port of this machine, by Linux's /proc. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Undefined: nobody, or another account's program that this one may not look at. */
export function holderOf(protocol: 'tcp' | 'udp', port: number): string | undefined {
  const pid = pidOf(protocol, port)
  return pid === undefined ? undefined : readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
}

export function pidOf(protocol: 'tcp' | 'udp', port: number): number | undefined {
  const sockets = new Set([protocol, `${protocol}6`].flatMap((table) => inodes(table, port)).map((inode) => `socket:[${inode}]`))
  if (sockets.size === 0) return undefined
  for (const pid of entries('/proc').filter((name) => /^\d+$/.test(name)))
    for (const fd of entries(`/proc/${pid}/fd`)) if (sockets.has(linkOf(`/proc/${pid}/fd/${fd}`))) return Number(pid)
  return undefined
}

/** proc_net_tcp: local address and state are the second and fourth fields, the inode the tenth; 0A is TCP_LISTEN. */
function inodes(table: string, port: number): string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = readIfAllowed(`/proc/net/${table}`).split('\n').slice(1)
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
    return local.endsWith(wanted) && (table.startsWith('udp') || state === '0A') ? [inode] : []
  })
}

export function readIfAllowed(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** Processes end while one looks. */
function entries(path: string): string[] {
  try {
    return readdirSync(path)
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}
