/** The frame of a folder's pages: small, nothing foreign, no script. */
import { createHash } from 'node:crypto'
import { LANGUAGES, type Language, type Words } from '../../languages/index.ts'

const STYLE = `:root{color-scheme:light dark;--page:#fbf7f0;--text:#1f2430;--muted:#5a6070;--line:#d9d0c3;--link:#4b3fa0}
@media(prefers-color-scheme:dark){:root{--page:#141821;--text:#f3eee4;--muted:#a9b0bf;--line:#353d4d;--link:#c3b8ff}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1.5rem 1rem 3rem;font:1.0625rem/1.5 system-ui,sans-serif;background:var(--page);color:var(--text)}
h1{margin:.25rem 0 1rem;font-size:1.5rem;line-height:1.25;overflow-wrap:anywhere}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:2px}
nav ol{display:flex;flex-wrap:wrap;gap:.25rem .5rem;margin:0;padding:0;list-style:none}
nav li+li::before{content:"/";margin-right:.5rem;color:var(--muted)}
nav a{display:inline-block;padding:.125rem 0;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse}
th,td{padding:.5rem .75rem .5rem 0;text-align:left;font-weight:inherit;border-top:1px solid var(--line)}
thead th{border:0;color:var(--muted)}
th:first-child{width:100%}
tbody th{overflow-wrap:anywhere}
tbody th a{display:block;padding-left:1.25em;text-indent:-1.25em}
.size{text-align:right}
td{white-space:nowrap}
time,.size,p.note{color:var(--muted)}
.folder a::before{content:"▸";display:inline-block;width:1.25em;text-decoration:none}
.file a::before{content:"";display:inline-block;width:1.25em}
.turn{display:flex;flex-wrap:wrap;gap:.5rem 1.5rem;margin-top:1.5rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
@media(max-width:36rem){.when{display:none}}`

/** Of every page: nothing may load or run, and the pages that somebody else makes may not show it within theirs. */
export const PAGE_HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  Vary: 'Accept-Language',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
} as const

/** `body` is HTML already, `title` is text. */
export const pageOf = (title: string, body: string, words: Words): string => `<!doctype html>
<html lang="${words.locale}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<body>
${body}
`

export function told(what: 'absent' | 'closed', language: Language): string {
  const words = LANGUAGES[language]
  const { title, text } = words.folder[what]
  return pageOf(
    title,
    `<main><h1>${escaped(title)}</h1><p>${escaped(text)}</p><p><a href="/">${escaped(words.folder.back)}</a></p></main>`,
    words,
  )
}

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
