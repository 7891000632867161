/** SSDP: the question "who is here that speaks UPnP?", and the head of its answers (UPnP Device Architecture 1.1 §1.3). */

export const SSDP_PORT = 1900
export const SSDP_GROUP = '239.255.255.250'
const MAX_REPLY_BYTES = 8 * 1024

/** `MAN` in quotes, and the empty line at the end: some devices need both (libplum, April 2025). */
export function buildSearch(target: string, group = SSDP_GROUP): Buffer {
  const host = group.includes(':') ? `[${group.toUpperCase()}]` : group
  const lines = ['M-SEARCH * HTTP/1.1', `HOST: ${host}:${SSDP_PORT}`, 'MAN: "ssdp:discover"', 'MX: 1', `ST: ${target}`]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
}

/** Names in lower case; of several headers of one name the first. Null when the datagram is too long, or begins with another line. */
export function parseHeaders(datagram: Uint8Array, firstLine: RegExp): Map<string, string> | null {
  if (datagram.length > MAX_REPLY_BYTES) return null
  const [first = '', ...lines] = Buffer.from(datagram).toString('latin1').split(/\r?\n/)
  if (!firstLine.test(first)) return null
  const headers = new Map<string, string>()
  for (const line of lines) {
    if (line === '') break
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon > 0 && !headers.has(name)) headers.set(name, line.slice(colon + 1).trim())
  }
  return headers
}

/** The first line of an answer. */
export const SSDP_ANSWER = /^HTTP\/1\.[01] 200(\s|$)/i
