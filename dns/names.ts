/** Domain names as labels. A label's bytes stand as the characters U+0000 to U+00FF, so that any byte survives and can be echoed. */

export type Name = readonly string[]

/** `ns1.example` or `ns1.example.` → labels. For names of our own, which hold no escaped dots. */
export function nameOf(text: string): Name {
  const bare = text.endsWith('.') ? text.slice(0, -1) : text
  return bare === '' ? [] : bare.split('.')
}

/** Only A–Z: the other bytes of a name have no case (RFC 4343 §3). */
export const lowerCase = (label: string): string => label.replace(/[A-Z]/g, (letter) => letter.toLowerCase())

export const isSameName = (a: Name, b: Name): boolean =>
  a.length === b.length && a.every((label, at) => lowerCase(label) === lowerCase(b[at] ?? ''))

/** The labels of `name` in front of `zone`, in lower case; empty at the zone's own top, undefined outside the zone. */
export function labelsBelow(name: Name, zone: Name): Name | undefined {
  const cut = name.length - zone.length
  if (cut < 0) return undefined
  const inside = zone.every((label, index) => lowerCase(name[cut + index] ?? '') === lowerCase(label))
  return inside ? name.slice(0, cut).map(lowerCase) : undefined
}

/** (length u8, bytes)… 0. Throws RangeError on an empty label or one over 63 bytes. */
export const uncompressed = (name: Name): number[] => [...name.flatMap(encodeLabel), 0]

export function encodeLabel(text: string): number[] {
  if (text.length === 0 || text.length > 63) throw new RangeError(`a label of ${text.length} bytes`)
  return [text.length, ...Buffer.from(text, 'latin1')]
}
