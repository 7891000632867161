/** What an answer of a service says about who asked. Pure.
 *
 *  A wrong ban is worse than a scan that goes on for a while: apps whose service answers 401 or 404 all day are everyday life. What they have in
 *  common is that they ask the same again and again, with the same credentials, for things of the same kind. Who guesses never asks
 *  the same twice. So only what is new counts, and what succeeds makes up for what is not there. */
import type { Asked } from '../../protocol/model/guest.ts'
import type { Offence } from './limits.ts'

export interface Judgement {
  readonly offence: Offence
  /** Counts once for each of these; undefined: every time. */
  readonly novelty: string | undefined
}

/** `status` is the service's own. Undefined: it says nothing. Statuses below 400 are not asked about. */
export function judge(asked: Asked, status: number): Judgement | undefined {
  const path = pathOf(asked.url)
  const isTheirs = !isOthers(asked)
  if (isTheirs && isMissing(status) && SCANNED.test(path)) return { offence: 'scanner-path', novelty: path }
  if (status === 401) return onUnauthorized(asked, path)
  if (status === 403 && isSignIn(asked, path)) return { offence: 'sign-in', novelty: undefined }
  if (isTheirs && (status === 404 || status === 403 || status === 410) && READING.has(asked.method))
    return { offence: 'not-found', novelty: shapeOf(path) }
  return undefined
}

/** What another site's page makes a visitor's browser ask for (Fetch metadata: w3.org/TR/fetch-metadata, §2.3): five pictures in it would shut him
 *  out. A scanner may say the same and scan on; guesses at passwords count whatever is said. */
const isOthers = (asked: Asked): boolean => /^(?:cross|same)-site$/.test(asked.header('sec-fetch-site') ?? '')

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST'])

const isMissing = (status: number): boolean => status >= 400 && status < 500 && status !== 408 && status !== 421 && status !== 429

/** A 401 is also how a conversation begins (RFC 9110 §11.2): CalDAV and WebDAV clients, git and docker send their credentials only
 *  when they are asked for them. NTLM and Negotiate are refused once or twice in every good conversation (RFC 4559 §4). */
function onUnauthorized(asked: Asked, path: string): Judgement | undefined {
  const authorization = asked.header('authorization')
  // Some programs name themselves in this header, and send the password in the body.
  if (isSignIn(asked, path) && !/^basic\b/i.test(authorization ?? '')) return { offence: 'sign-in', novelty: undefined }
  if (authorization === undefined || CONVERSING.test(authorization)) return undefined
  // Signed anew for each request: the same password never looks the same.
  if (SIGNING.test(authorization)) return { offence: 'sign-in', novelty: undefined }
  return { offence: 'credentials', novelty: authorization }
}

const CONVERSING = /^(?:ntlm|negotiate)\b/i
const SIGNING = /^(?:digest|hawk|oauth|signature|sharedkey|dpop|aws4|acs)/i

/** Passwords in a body, which is not read. */
const isSignIn = ({ method }: Asked, path: string): boolean => (method === 'POST' || method === 'PUT') && SIGN_IN.test(path)
const SIGN_IN = /log-?[io]n|sign-?in|auth|session|token|passw/i

const MAX_PATH = 300
export const pathOf = (url: string): string => {
  const end = url.indexOf('?')
  return url.slice(0, Math.min(MAX_PATH, end === -1 ? url.length : end))
}

/** In every scanner's list, and not what people's browsers and apps ask for where it is not there. `.well-known` is everybody's (RFC 8615), and
 *  `cgi-bin` is where cameras keep their pictures. */
const SCANNED = new RegExp(
  [
    /\/\.(?:env|git|svn|hg|aws|ssh|kube|docker|vscode|idea|htpasswd|htaccess|DS_Store|npmrc|bash_history)(?:[/.]|$)/,
    /\/(?:wp-login|wp-config|xmlrpc|phpinfo|adminer|eval-stdin|shell|c99|r57|webshell)\.php/,
    /\/wlwmanifest\.xml$/,
    /\/(?:phpmyadmin|pma|myadmin|mysqladmin|phppgadmin)(?:\/|$)/,
    /\/(?:boaform|HNAP1|GponForm|_ignition|actuator\/(?:env|heapdump|gateway)|jmx-console|solr\/admin|manager\/html|vendor\/phpunit|telescope\/requests)(?:\/|$)/,
    /\/server-status$|\/etc\/passwd|\/id_rsa$/,
    /\/[\w-]+\.(?:sql|bak)(?:\.gz|\.zip)?$/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'i',
)

/** Thumbnails, tiles, songs and days of a calendar are one kind of thing each, however many there are; the words of a scanner's list are not. */
export function shapeOf(path: string): string {
  const segments = path.split('/')
  const last = segments.length - 1
  return segments
    .map((segment, index) => {
      if (index === last && PARTS_OF_PAGES.test(segment)) return '*'
      return segment.length > 20 || /[\d%]/.test(segment) ? '*' : segment
    })
    .join('/')
}

const PARTS_OF_PAGES =
  /\.(?:jpe?g|png|gif|webp|avif|svg|ico|bmp|m?js|css|map|woff2?|ttf|mp[34]|m4[as]|webm|ogg|flac|ts|m3u8|mpd|vtt|srt|pdf|ics|vcf)$/i
