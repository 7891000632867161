/** The frame of the operator's pages: wider than the visitors', with its sections, in the same colours. */
import type { ServerResponse } from 'node:http'
import { OWN_SERVER } from '../../protocol/own-pages.ts'
import { hashOf, PALETTE } from '../pages/html.ts'
import { Html, html } from './markup.ts'
import type { OperatorWords } from './words.ts'

const STYLE = `${PALETTE}
*{box-sizing:border-box}
body{margin:0;padding:1rem;font:1.0625rem/1.5 system-ui,sans-serif;background:var(--page);color:var(--text)}
header,main{width:min(64rem,100%);margin:0 auto 1rem}
main{padding:1.5rem;background:var(--card);border-radius:12px}
header p{margin:0 0 .5rem;font-weight:600}
nav{display:flex;flex-wrap:wrap;gap:.5rem}
nav a{padding:.5rem 1rem;border-radius:8px;color:var(--text);text-decoration:none}
nav a[aria-current]{background:var(--text);color:var(--page);font-weight:600}
h1{margin:0 0 1rem;font-size:1.375rem}
p{margin:0 0 1rem}
ul{padding-left:1.25rem}
.good{color:var(--good)}.bad{color:var(--bad)}
small{color:var(--muted);font-size:.9375rem}
dl{margin:0}
dl div{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.625rem 0;border-top:1px solid var(--border)}
dt{flex:0 0 15rem;color:var(--muted)}
dd{margin:0}
form{margin:0 0 1.5rem}
td form{margin:0}
label{font-weight:600}
input:not([type=hidden]){width:min(32rem,100%);padding:.5rem .75rem;border:1px solid var(--border);border-radius:8px;background:var(--page);color:var(--text);font:inherit}
button{padding:.5rem 1rem;border:0;border-radius:8px;background:var(--text);color:var(--page);font:inherit;font-weight:600;cursor:pointer}
code{font:1rem/1.5 ui-monospace,monospace;overflow-wrap:anywhere;user-select:all}
section{margin:0 0 1.5rem;padding:1rem;border:1px solid var(--border);border-radius:8px}
table{width:100%;border-collapse:collapse}
th,td{padding:.625rem .75rem .625rem 0;text-align:left;vertical-align:middle;border-top:1px solid var(--border)}
thead th{border-top:0;color:var(--muted);font-weight:400}
@media(max-width:40rem){
table,tbody,tr,th,td{display:block}
thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
tr{padding:.75rem 0;border-top:1px solid var(--border)}
th,td{padding:.125rem 0;border:0;overflow-wrap:anywhere}
td:not(:last-child)::before{content:attr(data-head) ": ";color:var(--muted)}
td:last-child{padding-top:.5rem}
td:empty{display:none}
}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}`

const STYLE_HTML = new Html(`<style>${STYLE}</style>`)
const CURRENT = new Html(' aria-current="page"')

export const SAFE_HEADERS = {
  Server: OWN_SERVER,
  'Cache-Control': 'no-store',
  'Content-Security-Policy': `default-src 'none'; style-src ${hashOf(STYLE)}; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
} as const

export interface PageParts {
  readonly words: OperatorWords
  readonly relay: string
  /** The section that this is; undefined: none, and no other one is offered. */
  readonly path: string | undefined
  readonly content: Html
}

export function sendPage(response: ServerResponse, status: number, { words, relay, path, content }: PageParts): void {
  const sections = Object.entries(words.sections)
  const heading = sections.find(([section]) => section === path)?.[1] ?? words.title(relay)
  const links = sections.map(([section, name]) => html`<a href="${section}"${section === path && CURRENT}>${name}</a>`)
  const { text } =
    html`<html lang="${words.lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${heading} – ${words.title(relay)}</title>${STYLE_HTML}</head><body>
<header><p>${words.title(relay)}</p>${path !== undefined && html`<nav aria-label="${words.sectionsLabel}">${links}</nav>`}</header>
<main><h1>${heading}</h1>${content}</main></body></html>`
  response.writeHead(status, { ...SAFE_HEADERS, 'Content-Type': 'text/html; charset=utf-8' }).end(`<!doctype html>${text}`)
}
