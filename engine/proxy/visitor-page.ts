/** The page a visitor gets instead of the service's own: small, without script, never stored. */
import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type VisitorMessage, visitorWords } from './visitor-words.ts'

const STYLE = `:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;font:1.125rem/1.5 system-ui,sans-serif;background:#faf7f2;color:#231f1a}
main{max-width:34rem;padding:2rem}
h1{font-size:1.5rem;line-height:1.25}
.host{color:#5c554a;overflow-wrap:anywhere}
@media(prefers-color-scheme:dark){body{background:#1b1a18;color:#f3eee6}.host{color:#b8b0a3}}`

/** The one style is named by its hash, so that nothing that slipped into the page could ever run or load. */
const POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

export function pageHtml(message: VisitorMessage, host: string, acceptLanguage: string | undefined): { html: string; language: string } {
  const { language, title, text } = visitorWords(message, acceptLanguage)
  const html = `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escaped(title)}</h1><p>${escaped(text)}</p><p class="host">${escaped(host)}</p></main></body>
</html>
`
  return { html, language }
}

/** Answers `request` with the page in its visitor's language. The response must not have begun. */
export function sendPage(request: IncomingMessage, response: ServerResponse, status: number, message: VisitorMessage, host: string): void {
  const { html, language } = pageHtml(message, host, request.headers['accept-language'])
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(html),
    'Content-Language': language,
    'Cache-Control': 'no-store',
    'Content-Security-Policy': POLICY,
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  })
  response.end(request.method === 'HEAD' ? undefined : html)
}
