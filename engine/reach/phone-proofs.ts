/** Where no relay can look: an address that the owner opens on his phone, over mobile data. It goes to the very port that visitors come to, by
 *  plain HTTP, whatever that port speaks otherwise, so that it needs no certificate. Who does not know the token is none of it. */
import { randomBytes } from 'node:crypto'
import type { Duplex } from 'node:stream'
import { LANGUAGES, preferredLanguage, type Words } from '../../languages/index.ts'
import { type Judged, leave, readOpening } from './opening.ts'

const TOKEN_FOR_MS = 10 * 60_000
const MAX_TOKENS = 20
const PATH = '/.porchlight/phone/'
const BEFORE_TOKEN = `GET ${PATH}`
/** 128 bits in base64url. */
const TOKEN_LETTERS = 22
/** Of a browser's request; what it sends is about 1 KB. */
const MAX_HEAD_BYTES = 16_384
const HEAD_TIMEOUT_MS = 3000
const HANG_UP_MS = 5000

export interface PhoneProofs {
  /** A path that is taken for a proof, and until when (ms since 1970). `at`: the address that its owner has given for this home. */
  issue(at?: string | null): { readonly path: string; readonly untilMs: number }
  /** True when it was the owner's phone, which has its answer; else the stream is as it came. At once false while no token is out. `onCame`:
   *  does this visit count? It is told what {@link issue} was. */
  intercept(stream: Duplex, onCame: (at: string | null) => boolean): Promise<boolean> | false
}

interface Issued {
  readonly untilMs: number
  readonly at: string | null
}

export function createPhoneProofs(now: () => number = Date.now): PhoneProofs {
  const tokens = new Map<string, Issued>()
  const forgetOld = (): void => {
    for (const [token, { untilMs }] of tokens) if (untilMs <= now()) tokens.delete(token)
  }
  return {
    issue(at = null) {
      forgetOld()
      const [oldest] = tokens.keys()
      if (tokens.size >= MAX_TOKENS && oldest !== undefined) tokens.delete(oldest)
      const token = randomBytes(16).toString('base64url')
      const untilMs = now() + TOKEN_FOR_MS
      tokens.set(token, { untilMs, at })
      return { path: PATH + token, untilMs }
    },
    intercept(stream, onCame) {
      forgetOld()
      if (tokens.size === 0) return false
      return readOpening(stream, HEAD_TIMEOUT_MS, (seen) => judge(seen, tokens)).then((came) => {
        if (came === undefined) return false
        const words = LANGUAGES[preferredLanguage(/^accept-language: *([^\r\n]*)/im.exec(came.head)?.[1])]
        leave(stream, page(onCame(came.at), words), HANG_UP_MS)
        return true
      })
    },
  }
}

/** A whole head that asks for one of the paths. */
function judge(seen: Buffer, tokens: ReadonlyMap<string, Issued>): Judged<{ readonly head: string; readonly at: string | null }> {
  const text = seen.toString('latin1')
  if (!text.startsWith(BEFORE_TOKEN.slice(0, text.length)) || seen.length > MAX_HEAD_BYTES) return 'other'
  const end = BEFORE_TOKEN.length + TOKEN_LETTERS
  if (text.length <= end) return 'more'
  const issued = tokens.get(text.slice(BEFORE_TOKEN.length, end))
  if (text[end] !== ' ' || !issued) return 'other'
  return text.includes('\r\n\r\n') ? { taken: { head: text, at: issued.at } } : 'more'
}

function page(counts: boolean, { locale, wizard: { phone } }: Words): Buffer {
  const [title, text] = counts ? [phone.proven, phone.provenText] : [phone.fromHome, phone.fromHomeText]
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title>`
  const style = '<style>body{max-width:32rem;margin:20vh auto;padding:0 1.5rem;font:1.125rem/1.5 system-ui,sans-serif}</style>'
  const body = Buffer.from(
    `<!doctype html><html lang="${locale}"><head>${head}${style}</head><body><h1>${title}</h1><p>${text}</p></body></html>`,
  )
  const fields = [
    'HTTP/1.1 200 OK',
    'Content-Type: text/html; charset=utf-8',
    `Content-Length: ${body.length}`,
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'Cache-Control: no-store',
    'Referrer-Policy: no-referrer',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
  ]
  return Buffer.concat([Buffer.from(`${fields.join('\r\n')}\r\n\r\n`), body])
}
