/** From the path of an address to a place in a folder. Pure. What is not written plainly is refused, never repaired. */

/** Names longer than this exist on no file system that Node runs on. */
const MAX_NAME_BYTES = 255
const MAX_DEPTH = 64

export interface Place {
  /** The names on the way, from the folder inwards; none: the folder itself. */
  readonly names: readonly string[]
  /** The address ends with a slash, as those of folders do. */
  readonly isFolder: boolean
}

/** `/a%20b/c?page=2` → a place; undefined: no such thing is ever shown. */
export function placeOf(url: string, platform: NodeJS.Platform = process.platform): Place | undefined {
  const [path = ''] = url.split('?', 1)
  if (!path.startsWith('/') || path.includes('#')) return undefined
  const parts = path.slice(1).split('/')
  const isFolder = parts.at(-1) === ''
  if (isFolder) parts.pop()
  if (parts.length > MAX_DEPTH) return undefined
  const names = parts.map(decoded)
  return names.every((name) => name !== undefined && isShown(name, platform)) ? { names: names as string[], isFolder } : undefined
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

/** May an entry of this name be seen? Names with a dot in front hold what people do not look at: `.ssh`, `.git`, `..`. */
export function isShown(name: string, platform: NodeJS.Platform = process.platform): boolean {
  if (name === '' || name.startsWith('.') || Buffer.byteLength(name) > MAX_NAME_BYTES) return false
  // U+FFFD stands for bytes that are no UTF-8: such a name cannot be asked for by any address.
  if (/[/\p{Cc}\ufffd]/u.test(name)) return false
  return platform !== 'win32' || isPlainOnWindows(name)
}

/** Windows reads other things into a name: drives and streams (`:`), wildcards, its own spelling of a hidden one (`GIT~1` is `.git`), devices in
 *  every folder (`nul.txt`), and it drops dots and spaces at the end (learn.microsoft.com, "Naming Files, Paths, and Namespaces"). */
function isPlainOnWindows(name: string): boolean {
  if (/[\\:*?"<>|]/.test(name) || /~\d/.test(name) || /[. ]$/.test(name)) return false
  return !/^(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(\.|$)/i.test(name)
}

/** As it stands in an address. */
export const addressOf = (names: readonly string[], isFolder: boolean): string =>
  `/${names.map((name) => `${encodeURIComponent(name)}${isFolder ? '/' : ''}`).join(isFolder ? '' : '/')}`
