/** What somebody has set as the way to the web, in the form that every source is brought into. */
import { BlockList, isIP } from 'node:net'

export interface ProxySettings {
  /** `http://HOST:PORT`, with a name and a password where there are any: never to be logged or shown. */
  readonly proxy: URL
  /** Hosts that are to be reached without it: names, `*.names`, addresses, `addresses/prefix`; `<local>` is every name without a dot. */
  readonly except: readonly string[]
}

/** `HOST:PORT` or a URL of a plain HTTP proxy; undefined for anything else, such as SOCKS, and for nothing at all. */
export function readProxy(text: string, port?: number): URL | undefined {
  const trimmed = text.trim()
  if (trimmed === '' || trimmed.length > 1000) return undefined
  const url = URL.parse(trimmed.includes('://') ? trimmed : `http://${trimmed}`)
  if (url?.protocol !== 'http:' || url.hostname === '') return undefined
  if (port !== undefined && port > 0) url.port = String(port)
  return url
}

/** Is this host (a name, or an address without brackets) to be reached without the proxy? */
export function isExcepted(host: string, except: readonly string[]): boolean {
  return except.some((entry) => matches(host.toLowerCase(), entry.trim().toLowerCase()))
}

function matches(host: string, entry: string): boolean {
  if (entry === '') return false
  if (entry === '*') return true
  if (entry === '<local>') return !host.includes('.') && !host.includes(':')
  if (isIP(host) !== 0) return entry === host || isInSubnet(host, entry) || (entry.endsWith('.*') && host.startsWith(entry.slice(0, -1)))
  const name = entry.replace(/^\*?\./, '')
  return host === name || host.endsWith(`.${name}`)
}

function isInSubnet(address: string, entry: string): boolean {
  const [, net = '', prefix] = /^([0-9a-f.:]+)\/(\d{1,3})$/.exec(entry) ?? []
  const family = isIP(net) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(net) === 0 || isIP(net) !== isIP(address) || Number(prefix) > (family === 'ipv6' ? 128 : 32)) return false
  const subnet = new BlockList()
  subnet.addSubnet(net, Number(prefix), family)
  return subnet.check(address, family)
}
