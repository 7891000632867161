/** The page a visitor gets instead of the service's own: small, nothing foreign, never stored. */
import { createHash } from 'node:crypto'
import type { VisitorAnswer, VisitorRequest } from './visitor-request.ts'
import { openWords, type VisitorMessage, visitorWords } from './visitor-words.ts'

const STYLE = `:root{color-scheme:light dark;--page:#fbf7f0;--card:#fff;--text:#1f2430;--muted:#5a6070;--border:#85796a;--link:#4b3fa0;--alert:#b3261e}
@media(prefers-color-scheme:dark){:root{--page:#141821;--card:#1d2330;--text:#f3eee4;--muted:#a9b0bf;--border:#737c8e;--link:#c3b8ff;--alert:#ff8a80}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;font:1.125rem/1.55 system-ui,sans-serif;background:var(--page);color:var(--text)}
main{width:min(36rem,100%);padding:2rem;background:var(--card);border-radius:12px}
[role=alert]{padding:.625rem .75rem;border-left:4px solid var(--alert);font-weight:600}
code{display:block;padding:.625rem .75rem;border:1px solid var(--border);border-radius:8px;font:1.0625rem/1.5 ui-monospace,monospace;overflow-wrap:anywhere;user-select:all}
h1{margin:0 0 .75rem;font-size:1.5rem;line-height:1.25;text-wrap:balance}
p,form{margin:0 0 1rem}
label{display:block;margin-bottom:.25rem;font-weight:600}
input{width:100%;padding:.625rem .75rem;border:1px solid var(--border);border-radius:8px;background:var(--card);color:var(--text);font:1.0625rem/1.5 ui-monospace,monospace}
button{margin-top:.75rem;padding:.625rem 1.25rem;border:0;border-radius:8px;background:var(--text);color:var(--page);font:inherit;font-weight:600;cursor:pointer}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
[hidden]{display:none!important}
.host{margin:0;color:var(--muted);font-size:1rem;overflow-wrap:anywhere}
@media(max-width:30rem){main{padding:1.5rem 1.25rem}button{width:100%}}`

/** Sent as its own text: it sees nothing of this file. */
function onOpenPage(): void {
  // The whole link, opened in the window where a cut one was: a browser only moves within the page.
  addEventListener('hashchange', () => location.reload())
  const grant = location.hash.slice(1)
  const form = document.querySelector('form')
  const field = document.querySelector('input')
  const opening = document.querySelector<HTMLElement>('#opening')
  if (grant === '' || !form || !field || !opening) return
  // It shall not stay in the history, nor be seen over somebody's shoulder.
  history.replaceState(null, '', location.pathname)
  for (const part of document.querySelectorAll<HTMLElement>('#by-hand,h1')) part.hidden = true
  opening.hidden = false
  field.value = grant
  form.submit()
}
const OPEN_SCRIPT = `(${onOpenPage})()`

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** The one style, and the one script, are named by their hashes, so that nothing that slipped into a page could ever run or load. */
const policy = (more: string): string => `default-src 'none'; style-src ${hashOf(STYLE)}; ${more}base-uri 'none'; frame-ancestors 'none'`

/** Of every answer that is the home's own. */
export const PAGE_HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': policy("form-action 'none'; "),
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
export const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')

function framed(language: string, title: string, body: string, host: string, script = ''): string {
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escaped(title)}</h1>${body}<p class="host">${escaped(host)}</p></main>${script}</body>
</html>
`
}

/** Answers `request` in its visitor's language: with a page where a browser opens one, in short where a program asks. The answer must not have
 *  begun. */
export function sendPage(
  request: VisitorRequest,
  answer: VisitorAnswer,
  status: number,
  message: VisitorMessage,
  host: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  const { language, title, text } = visitorWords(message, request.header('accept-language'))
  sendWords(request, answer, status, { error: message, language, title, text: [text], host }, headers)
}

/** Plain text, a paragraph each; `error` is for programs. */
export interface PageWords {
  readonly error: string
  readonly language: string
  readonly title: string
  readonly text: readonly string[]
  readonly host: string
}

/** The same, where the words depend on more than a message. */
export function sendWords(
  request: VisitorRequest,
  answer: VisitorAnswer,
  status: number,
  { error, language, title, text, host }: PageWords,
  headers: Readonly<Record<string, string>> = {},
): void {
  const kind = wantedKind(request.header('accept'))
  const html = (): string => framed(language, title, text.map((part) => `<p>${escaped(part)}</p>`).join(''), host)
  if (kind === 'html') return void send(answer, status, html(), language, PAGE_HEADERS['Content-Security-Policy'], headers)
  const message = [`${title}.`, ...text].join(' ')
  const body = kind === 'json' ? JSON.stringify({ status, error, message }) : message
  const type = kind === 'json' ? 'application/json' : 'text/plain; charset=utf-8'
  answer.send(status, { 'Content-Type': type, 'Content-Language': language, ...PAGE_HEADERS, ...headers }, `${body}\n`)
}

/** Every browser that opens a page names text/html (RFC 9110 §12.5.1); a program asks for anything, for JSON, or for nothing in particular. */
export function wantedKind(accept: string | undefined): 'html' | 'json' | 'text' {
  const wanted = (accept ?? '').slice(0, 1000).toLowerCase()
  if (/\b(text\/html|application\/xhtml\+xml)\b/.test(wanted)) return 'html'
  return /\bapplication\/([a-z0-9.-]+\+)?json\b/.test(wanted) ? 'json' : 'text'
}

/** The page that takes a grant: by itself where scripts run, else by hand. */
export function sendOpenPage(request: VisitorRequest, answer: VisitorAnswer, host: string): void {
  const { language, title, text } = visitorWords('link-needed', request.header('accept-language'))
  const { label, button, opening } = openWords(language)
  const form = `<form method="post"><label for="grant">${escaped(label)}</label><input id="grant" name="grant" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="40" required><button>${escaped(button)}</button></form>`
  const body = `<p id="opening" role="status" hidden>${escaped(opening)}</p><div id="by-hand"><p>${escaped(text)}</p>${form}</div>`
  const html = framed(language, title, body, host, `<script>${OPEN_SCRIPT}</script>`)
  send(answer, 200, html, language, policy(`script-src ${hashOf(OPEN_SCRIPT)}; form-action 'self'; `))
}

/** A page with a form of ours, or with facts for its visitor. `body` is HTML. */
export function sendForm(
  answer: VisitorAnswer,
  status: number,
  page: {
    readonly language: string
    readonly title: string
    readonly body: string
    readonly host: string
    readonly images?: readonly string[]
  },
  headers: Readonly<Record<string, string>> = {},
): void {
  send(
    answer,
    status,
    framed(page.language, page.title, page.body, page.host),
    page.language,
    policy(`form-action 'self'; ${page.images?.length ? `img-src ${page.images.join(' ')}; ` : ''}`),
    headers,
  )
}

function send(answer: VisitorAnswer, status: number, html: string, language: string, csp: string, more = {}): void {
  const type = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Language': language }
  answer.send(status, { ...type, ...PAGE_HEADERS, 'Content-Security-Policy': csp, ...more }, html)
}
