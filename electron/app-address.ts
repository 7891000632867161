/** Addresses of the page, `app://porchlight/…`, and the files behind them. */
import { resolve, sep } from 'node:path'

export const SCHEME = 'app'
const HOST = 'porchlight'
export const ORIGIN = `${SCHEME}://${HOST}`

/** The file an address names, inside `folder`; undefined for another host, a broken escape, and every way out of the folder. */
export function fileOf(address: string, folder: string): string | undefined {
  const url = URL.parse(address)
  if (!url || url.protocol !== `${SCHEME}:` || url.host !== HOST) return undefined
  let pathname: string
  try {
    pathname = decodeURIComponent(url.pathname)
  } catch {
    return undefined
  }
  if (pathname.includes('\0') || pathname.includes('\\')) return undefined
  const path = resolve(folder, `.${pathname === '/' ? '/index.html' : pathname}`)
  return path.startsWith(folder + sep) ? path : undefined
}
