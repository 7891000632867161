/** The frame of every page of the relay: small, nothing foreign, readable on any telephone, dark and light. */
import { createHash } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { OWN_SERVER } from '../../protocol/own-pages.ts'
import { wordsIn } from './words.ts'

/** Colours of the relay's pages, all of them with a contrast of 4.5 and more on page and card. */
export const PALETTE = `:root{color-scheme:light dark;--page:#fbf7f0;--card:#fff;--text:#1f2430;--muted:#5a6070;--border:#85796a;--link:#4b3fa0;--good:#1b6b3a;--bad:#b3261e;--wait:#5a6070}
@media(prefers-color-scheme:dark){:root{--page:#141821;--card:#1d2330;--text:#f3eee4;--muted:#a9b0bf;--border:#737c8e;--link:#c3b8ff;--good:#6fd694;--bad:#ff8a80;--wait:#a9b0bf}}`

const STYLE = `${PALETTE}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;font:1.125rem/1.55 system-ui,sans-serif;background:var(--page);color:var(--text)}
main{width:min(36rem,100%);padding:2rem;background:var(--card);border-radius:12px}
h1{margin:1rem 0 .75rem;font-size:1.5rem;line-height:1.25;text-wrap:balance}
p{margin:0 0 1rem}
svg{display:block}
[hidden]{display:none!important}
.state{display:flex;gap:.5rem;align-items:center;font-weight:600}
.state svg{flex:none;width:1.25rem;height:1.25rem;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round}
.good{color:var(--good)}.bad{color:var(--bad)}.wait{color:var(--wait)}
.muted{color:var(--muted);font-size:1rem}
a{color:var(--link)}
code{display:block;padding:.75rem 1rem;border:1px solid var(--border);border-radius:8px;font:1.0625rem/1.5 ui-monospace,monospace;user-select:all;overflow-wrap:anywhere}
.button{display:inline-block;padding:.625rem 1.25rem;border:0;border-radius:8px;background:var(--text);color:var(--page);font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
@media(max-width:30rem){main{padding:1.5rem 1.25rem}.button{width:100%;text-align:center}}`

export const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
const STYLE_HASH = hashOf(STYLE)

const policy = (script: string | undefined): string =>
  `default-src 'none'; style-src ${STYLE_HASH}; ${script === undefined ? '' : `script-src ${hashOf(script)}; connect-src 'self'; `}base-uri 'none'; form-action 'self'; frame-ancestors 'none'`

/** Every answer of the relay: nothing is kept, nothing is told on, nothing foreign is loaded (a capability stands in these addresses). */
export const SAFE_HEADERS = {
  Server: OWN_SERVER,
  'Cache-Control': 'no-store',
  'Content-Security-Policy': policy(undefined),
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
} as const

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** The lantern of the tray and the page (renderer/ui/lantern-shapes.ts), dark when nobody is home. Decoration: what it shows is also told in
 *  words. */
const LIT =
  '<path fill="#f5b84a" d="M7.5 1h1a.5.5 0 0 1 .5.5V3H7V1.5a.5.5 0 0 1 .5-.5zM3 6a5 4 0 0 1 10 0zM4 7h8v5H4zM3.5 13h9a.5.5 0 0 1 .5.5v1a.5.5 0 0 1-.5.5h-9a.5.5 0 0 1-.5-.5v-1a.5.5 0 0 1 .5-.5z"/>'
const DARK =
  '<path fill="none" stroke="#f5b84a" stroke-width="1.2" stroke-linecap="round" d="M8 1v2M4 6.25a4.2 3.5 0 0 1 8 0zM4.75 6v8M11.25 6v8M3 14.25h10"/>'
const lamp = (isLit: boolean): string =>
  `<svg width="48" height="48" viewBox="0 0 48 48" aria-hidden="true"><rect width="48" height="48" rx="12" fill="#141821"/><g transform="translate(8 8) scale(2)">${isLit ? LIT : DARK}</g></svg>`

const withAbuse = new WeakSet<ServerResponse>()

/** The page that answers this one links to where abuse is reported. */
export const offerAbuse = (response: ServerResponse): void => void withAbuse.add(response)

export interface PageParts {
  /** Text. */
  readonly title: string
  /** HTML. */
  readonly body: string
  readonly isLit?: boolean
  /** Runs on the page, named in its policy by its hash; it may ask the relay itself, and nobody else. */
  readonly script?: string
  readonly headers?: Readonly<Record<string, string>>
}

export function sendPage(response: ServerResponse, status: number, lang: string, parts: PageParts): void {
  const { title, body, isLit = true, script, headers = {} } = parts
  const abuse = withAbuse.has(response) ? `<p class="muted"><a href="/abuse">${wordsIn(lang).abuseLink}</a></p>` : ''
  const html = `<!doctype html><html lang="${lang}"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style><main>${lamp(isLit)}<h1>${escapeHtml(title)}</h1>${body}${abuse}</main>${script === undefined ? '' : `<script>${script}</script>`}</html>`
  response
    .writeHead(status, {
      ...SAFE_HEADERS,
      'Content-Security-Policy': policy(script),
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Language': lang,
      ...headers,
    })
    .end(html)
}
