/** What a request wants of a file: all of it, a part, or nothing because it has it already (RFC 9110 §13, §14). Pure. */

export interface Validators {
  readonly etag: string
  readonly modifiedMs: number
  readonly size: number
}

export type Wanted =
  | { readonly status: 200 }
  /** Both ends included. */
  | { readonly status: 206; readonly first: number; readonly last: number }
  | { readonly status: 304 | 412 | 416 }

type Header = (name: string) => string | undefined

/** Changes with every write, as the file system's clock has nanoseconds. */
export const etagOf = ({ mtimeNs, size, ino }: { mtimeNs: bigint; size: bigint; ino: bigint }): string =>
  `"${mtimeNs.toString(36)}-${size.toString(36)}-${ino.toString(36)}"`

/** In the order of RFC 9110 §13.2.2. */
export function wanted(header: Header, file: Validators): Wanted {
  const ifMatch = header('if-match')
  const ifUnmodified = header('if-unmodified-since')
  if (ifMatch !== undefined) {
    if (!names(ifMatch, file.etag, false)) return { status: 412 }
  } else if (ifUnmodified !== undefined && isLater(file.modifiedMs, ifUnmodified)) return { status: 412 }
  const ifNone = header('if-none-match')
  const ifModified = header('if-modified-since')
  if (ifNone !== undefined) {
    if (names(ifNone, file.etag, true)) return { status: 304 }
  } else if (ifModified !== undefined && isLater(file.modifiedMs, ifModified) === false) return { status: 304 }
  const range = header('range')
  const ifRange = header('if-range')
  return range !== undefined && (ifRange === undefined || isSame(ifRange, file)) ? partOf(range, file.size) : { status: 200 }
}

/** One of the list; `weak`: marks of weakness do not count (§8.8.3.2). */
function names(list: string, etag: string, weak: boolean): boolean {
  if (list.trim() === '*') return true
  return list.split(',').some((each) => (weak ? each.trim().replace(/^W\//, '') : each.trim()) === etag)
}

/** Undefined: that is no date, and counts for nothing. HTTP knows whole seconds only. */
function isLater(modifiedMs: number, date: string): boolean | undefined {
  const sinceMs = Date.parse(date)
  return Number.isNaN(sinceMs) ? undefined : Math.floor(modifiedMs / 1000) * 1000 > sinceMs
}

const isSame = (ifRange: string, { etag, modifiedMs }: Validators): boolean =>
  ifRange.startsWith('"') ? ifRange === etag : Date.parse(ifRange) === Math.floor(modifiedMs / 1000) * 1000

/** One part; of several, or of what is no range of bytes, the whole is sent, as §14.2 allows. */
function partOf(range: string, size: number): Wanted {
  const match = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(range)
  if (!match || (match[1] === '' && match[2] === '')) return { status: 200 }
  const [from, to] = [match[1], match[2]]
  if (from === '') {
    const length = Math.min(Number(to), size)
    return length === 0 ? { status: 416 } : { status: 206, first: size - length, last: size - 1 }
  }
  const first = Number(from)
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1)
  if (to !== '' && Number(to) < first) return { status: 200 }
  return first >= size ? { status: 416 } : { status: 206, first, last }
}
