/** One small page without scripts or anything foreign, readable on any telephone, dark and light. */
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'

const STYLE = `:root{color-scheme:light dark}body{font:18px/1.5 system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.25rem;background:#fbf7f0;color:#1f2430}
h1{font-size:1.5rem}code{font:1.1rem ui-monospace,monospace;user-select:all;overflow-wrap:anywhere}a{color:#4b3fa0}
@media(prefers-color-scheme:dark){body{background:#141821;color:#f3eee4}a{color:#c3b8ff}}`
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** Every answer of the relay: nothing is kept, nothing is told on, nothing foreign is loaded (a capability stands in these addresses). */
export const SAFE_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
} as const

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** `body` is HTML already; `title` is text. */
export function sendPage(response: ServerResponse, status: number, lang: string, title: string, body: string): void {
  const html = `<!doctype html><html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title><style>${STYLE}</style><main><h1>${escapeHtml(title)}</h1>${body}</main></html>`
  response.writeHead(status, { ...SAFE_HEADERS, 'Content-Type': 'text/html; charset=utf-8' }).end(html)
}
