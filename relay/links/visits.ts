/** What a visitor gets behind a share link: sent on to the service, or a page. Asking (GET, HEAD) changes nothing, so that whoever only
 *  looks, as message previews do, uses nothing up. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { formatEndpoint } from '../../protocol/model/address.ts'
import { LinkId, readAlias } from '../../protocol/model/link.ts'
import { isWeb } from '../../protocol/model/service.ts'
import { OPEN_PATH } from '../../wire/messages.ts'
import { escapeHtml, SAFE_HEADERS, sendPage } from '../pages/html.ts'
import type { PageWords } from '../pages/words.ts'
import { peerOf } from '../peer.ts'
import type { Guesses } from './guesses.ts'
import type { Destination, Links } from './links.ts'
import { PAGE_SCRIPT } from './script.ts'
import { LINK_WORDS, type LinkWords } from './words.ts'

export interface VisitsOptions {
  readonly links: Links
  readonly guesses: Guesses
  /** The public HTTPS port: part of the addresses when it is not 443. */
  httpsPort(): number
}

/** True when the path is a link's, and has been answered. */
export type AnswerLink = (path: string, request: IncomingMessage, response: ServerResponse, words: PageWords) => boolean

type Known = Extract<Destination, { state: 'known' }>

const RETRY_AFTER_S = 30

export function createVisits({ links, guesses, httpsPort }: VisitsOptions): AnswerLink {
  return (path, request, response, words) => {
    const [, kind, text = ''] = /^\/([sa])\/([^/]{1,40})$/.exec(path) ?? []
    if (kind === undefined) return false
    const visitor = peerOf(request.socket)?.address ?? ''
    const answering = kind === 'a' ? answerAlias(text, visitor, response, words) : answerId(text, visitor, response, words)
    answering.catch(() => response.destroy())
    return true
  }

  async function answerAlias(text: string, visitor: string, response: ServerResponse, { lang, locale }: PageWords): Promise<void> {
    const words = LINK_WORDS[lang]
    if (!guesses.mayLook(visitor)) {
      const headers = { 'Retry-After': String(RETRY_AFTER_S) }
      return sendPage(response, 429, lang, { title: words.busyTitle, body: `<p>${words.busyText}</p>`, isLit: false, headers })
    }
    const found = await find(readAlias(text), visitor)
    if (found.state === 'unknown') guesses.missed()
    answer(found, words.aliasGoneText, response, lang, locale)
  }

  async function answerId(text: string, visitor: string, response: ServerResponse, { lang, locale }: PageWords): Promise<void> {
    answer(await find(LinkId.safeParse(text).data, visitor), LINK_WORDS[lang].goneText, response, lang, locale)
  }

  async function find(link: string | undefined, visitor: string): Promise<Destination> {
    return link === undefined ? { state: 'unknown' } : await links.find(link, visitor)
  }

  function answer(found: Destination, goneText: string, response: ServerResponse, lang: PageWords['lang'], locale: string): void {
    const words = LINK_WORDS[lang]
    const tell = (status: number, title: string, body: string): void =>
      sendPage(response, status, lang, { title, body: `<p>${body}</p>`, isLit: false })
    if (found.state === 'unknown') tell(404, words.goneTitle, goneText)
    else if (found.state === 'ended') tell(410, words.endedTitle, words.endedText)
    else if (found.state === 'taken-down') tell(410, words.takenDownTitle, words.takenDownText)
    else if (found.state === 'used-up') tell(503, words.usedUpTitle, words.usedUpText(timeHtml(found.renewsAtMs, locale, words)))
    else if (!isWeb(found.kind) && !found.gated) sendAddressPage(response, lang, locale, words, found)
    else if (found.away) sendAwayPage(response, lang, locale, words, found.away)
    else {
      const port = httpsPort() === 443 ? '' : `:${httpsPort()}`
      // 303: whatever the visitor's method was, the home gets a GET. What stands behind the `#` survives, and was never sent here.
      const location = `https://${found.host}${port}${found.gated ? OPEN_PATH : '/'}`
      response.writeHead(303, { ...SAFE_HEADERS, Location: location }).end()
    }
  }
}

function sendAwayPage(
  response: ServerResponse,
  lang: PageWords['lang'],
  locale: string,
  words: LinkWords,
  away: NonNullable<Known['away']>,
): void {
  const [title, text] = away.asleep ? [words.asleepTitle, words.asleepText] : [words.awayTitle, words.awayText]
  const body = `<p>${text(timeHtml(away.sinceMs, locale, words))}</p><p>${words.hope[hopeOf(away, Date.now())]}</p>${retryHtml(words)}`
  sendPage(response, 503, lang, {
    title,
    body,
    isLit: false,
    script: PAGE_SCRIPT,
    headers: { 'Retry-After': String(RETRY_AFTER_S) },
  })
}

const RESTART_MS = 10 * 60_000
const DAY_MS = 24 * 3_600_000

/** Whether waiting helps. */
function hopeOf({ sinceMs, asleep }: NonNullable<Known['away']>, nowMs: number): keyof LinkWords['hope'] {
  if (asleep) return 'asleep'
  const awayMs = nowMs - sinceMs
  return awayMs < RESTART_MS ? 'soon' : awayMs < DAY_MS ? 'later' : 'never'
}

function sendAddressPage(response: ServerResponse, lang: PageWords['lang'], locale: string, words: LinkWords, found: Known): void {
  const { away, host, port, preset } = found
  const canComeIn = !away && port !== undefined
  const address = port === undefined ? undefined : formatEndpoint({ address: host, port })
  const where = (preset !== undefined && Object.hasOwn(words.addressIn, preset) && words.addressIn[preset]) || words.addressText
  const body = [
    port === undefined && !away ? `<p>${words.noPort}</p>` : stateHtml(words, away, locale),
    away ? `<p>${words.hope[hopeOf(away, Date.now())]}</p>` : '',
    address === undefined ? '' : `<p>${where}</p><p><code id="address">${escapeHtml(address)}</code></p>${copyHtml(words)}`,
    canComeIn ? '' : retryHtml(words),
  ].join('')
  sendPage(response, canComeIn ? 200 : 503, lang, { title: words.addressTitle, body, isLit: canComeIn, script: PAGE_SCRIPT })
}

const CHECK = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="m4 10.5 4 4 8-9"/></svg>'
const CROSS = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="m5 5 10 10M15 5 5 15"/></svg>'
const BARS = '<svg viewBox="0 0 20 20" aria-hidden="true"><path d="M7 4v12M13 4v12"/></svg>'

function stateHtml(words: LinkWords, away: Known['away'], locale: string): string {
  if (!away) return `<p class="state good">${CHECK}<span>${words.isHere}</span></p>`
  const since = timeHtml(away.sinceMs, locale, words)
  return away.asleep
    ? `<p class="state wait">${BARS}<span>${words.isAsleep(since)}</span></p>`
    : `<p class="state bad">${CROSS}<span>${words.isAway(since)}</span></p>`
}

/** Shown by the script, because nothing else can copy. */
const copyHtml = ({ copy, copied, copyFailed }: LinkWords): string =>
  `<p><button class="button" id="copy" type="button" hidden data-done="${escapeHtml(copied)}" data-failed="${escapeHtml(copyFailed)}">${copy}</button></p><p id="said" class="muted" role="status"></p>`

const retryHtml = ({ tryAgain, waiting }: LinkWords): string =>
  `<p><a class="button" id="again" href="">${tryAgain}</a></p><p id="waiting" class="muted" hidden>${waiting}</p>`

/** In UTC, until a script that knows where the visitor is says it in his own time. */
function timeHtml(atMs: number, locale: string, { beforeDate }: LinkWords): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  return `<time datetime="${new Date(atMs).toISOString()}" data-before="${beforeDate}">${beforeDate}${format.format(atMs)} UTC</time>`
}
