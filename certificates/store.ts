/** Certificates on disk. One file holds key, chain and names together, so that a kill in the middle of a renewal leaves the old pair or
 *  the new one, and never a key beside a certificate that it does not fit. The folder is 0700, the file 0600. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { chmod, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createSecureContext } from 'node:tls'
import { z } from 'zod'
import { parseJson } from '../protocol/json.ts'
import { parseAddress } from '../protocol/model/address.ts'

/** What a directory gave and what the front door serves. PEM texts; `certPem` is the leaf followed by its chain. Milliseconds since 1970. */
export interface Certificate {
  readonly names: readonly string[]
  readonly certPem: string
  readonly keyPem: string
  readonly notBeforeMs: number
  readonly notAfterMs: number
  /** Who is to be asked about it. Absent: it was not ordered, or before this was kept. */
  readonly directoryUrl?: string | undefined
  /** Since when there has been one without a break. Absent: since this one. */
  readonly heldSinceMs?: number | undefined
}

export type Loaded =
  | { readonly state: 'loaded'; readonly certificate: Certificate }
  | { readonly state: 'absent' }
  /** The file is left where it is; the next {@link saveCertificate} replaces it. */
  | { readonly state: 'ignored'; readonly reason: IgnoredReason }

/** `names`: it does not cover every name asked for. */
export type IgnoredReason = 'unreadable' | 'malformed' | 'key-mismatch' | 'names' | 'expired' | 'not-yet-valid'

/** How a file of this store lies on the disk, where it does not lie there in clear. `unwrap` gives an empty text for what is damaged. */
export interface Wrapper {
  wrap(text: string, path: string): string
  unwrap(text: string, path: string): string
}
const IN_CLEAR: Wrapper = { wrap: (text) => text, unwrap: (text) => text }

/** A chain of four P-256 certificates is under 8 KB: more is not a certificate of ours. */
const MAX_FILE_BYTES = 256 * 1024
const MAX_NAMES = 100

const Stored = z.object({
  v: z.literal(1),
  names: z.array(z.string().max(255)).min(1).max(MAX_NAMES),
  certPem: z.string(),
  keyPem: z.string(),
  directoryUrl: z.string().max(500).optional(),
  heldSinceMs: z.number().optional(),
})

/** Where the certificate for these names stands inside the data folder. Throws RangeError for a first name that is neither a DNS name nor an address. */
export function certificateFile(dataFolder: string, names: readonly string[]): string {
  const first = names[0]?.toLowerCase() ?? ''
  const isName = /^(\*\.)?[a-z0-9_]([a-z0-9_.-]{0,250}[a-z0-9])?$/.test(first) && !first.includes('..')
  if (!isName && !parseAddress(first)) throw new RangeError(`not a name: ${first}`)
  // No file name on Windows has a colon.
  return join(dataFolder, 'certificates', `${first.replace('*', '_').replaceAll(':', '-')}.json`)
}

/** Written whole or not at all. Throws RangeError when key, names and certificate do not belong together, and the system's errors (ENOSPC, EROFS). */
export async function saveCertificate(dataFolder: string, certificate: Certificate, wrapper: Wrapper = IN_CLEAR): Promise<void> {
  const { names, certPem, keyPem, directoryUrl, heldSinceMs } = certificate
  const checked = examine({ names, certPem, keyPem })
  if (typeof checked === 'string') throw new RangeError(`a certificate that would not load again: ${checked}`)
  const file = certificateFile(dataFolder, names)
  const folder = join(dataFolder, 'certificates')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  const fresh = `${file}.new`
  await rm(fresh, { force: true })
  try {
    const handle = await open(fresh, 'wx', 0o600)
    try {
      await handle.writeFile(wrapper.wrap(JSON.stringify({ v: 1, names, certPem, keyPem, directoryUrl, heldSinceMs }), file))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(fresh, file)
  } catch (error) {
    await rm(fresh, { force: true })
    throw error
  }
  await syncFolder(folder)
}

/** The certificate for `names`, if a usable one is there at `nowMs`. Never throws for what the file holds. */
export async function loadCertificate(
  dataFolder: string,
  names: readonly string[],
  nowMs: number,
  wrapper: Wrapper = IN_CLEAR,
): Promise<Loaded> {
  const file = certificateFile(dataFolder, names)
  let text: string
  try {
    if ((await stat(file)).size > MAX_FILE_BYTES) return ignored('malformed')
    text = await readFile(file, 'utf8')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? { state: 'absent' } : ignored('unreadable')
  }
  const stored = Stored.safeParse(parseJson(wrapper.unwrap(text, file)))
  if (!stored.success) return ignored('malformed')
  const certificate = examine(stored.data)
  if (typeof certificate === 'string') return ignored(certificate)
  const held = new Set(certificate.names.map((name) => name.toLowerCase()))
  if (!names.every((name) => held.has(name.toLowerCase()))) return ignored('names')
  if (nowMs >= certificate.notAfterMs) return ignored('expired')
  if (nowMs < certificate.notBeforeMs) return ignored('not-yet-valid')
  const { directoryUrl, heldSinceMs } = stored.data
  const more = { ...(directoryUrl !== undefined && { directoryUrl }), ...(heldSinceMs !== undefined && { heldSinceMs }) }
  return { state: 'loaded', certificate: { ...certificate, ...more } }
}

const ignored = (reason: IgnoredReason): Loaded => ({ state: 'ignored', reason })

/** Does the key open the certificate, and does the certificate speak for the names? The dates are read from the certificate itself. */
export function examine(parts: Pick<Certificate, 'names' | 'certPem' | 'keyPem'>): Certificate | 'malformed' | 'key-mismatch' | 'names' {
  let leaf: X509Certificate
  let matches: boolean
  try {
    leaf = new X509Certificate(parts.certPem)
    matches = leaf.checkPrivateKey(createPrivateKey(parts.keyPem))
    // The leaf alone says nothing about the rest of the chain, which the front door would trip over.
    if (matches) createSecureContext({ cert: parts.certPem, key: parts.keyPem })
  } catch {
    return 'malformed'
  }
  if (!matches) return 'key-mismatch'
  if (!parts.names.every((name) => speaksFor(leaf, name))) return 'names'
  const { names, certPem, keyPem } = parts
  return { names, certPem, keyPem, notBeforeMs: Date.parse(leaf.validFrom), notAfterMs: Date.parse(leaf.validTo) }
}

/** A wildcard is asked as any host below it: {@link X509Certificate.checkHost} refuses the literal `*`. */
function speaksFor(leaf: X509Certificate, name: string): boolean {
  if (parseAddress(name)) return leaf.checkIP(name) !== undefined
  const host = name.startsWith('*.') ? `any-host-below${name.slice(1)}` : name
  return leaf.checkHost(host, { subject: 'never' }) !== undefined
}

/** A rename is on disk only when its folder is. Windows cannot open a folder and needs no such call. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
