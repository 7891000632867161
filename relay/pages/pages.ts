/** The relay's own pages: share links, and the page behind a relay code's link. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { formatEndpoint } from '../../protocol/model/address.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { LinkTarget, Names } from '../names/names.ts'
import { escapeHtml, SAFE_HEADERS, sendPage } from './html.ts'
import { type PageWords, pageWords } from './words.ts'

export interface PagesOptions {
  readonly names: Pick<Names, 'link' | 'hostOf'>
  /** The public HTTPS port: part of the addresses when it is not 443. */
  httpsPort(): number
}

export function createPages({ names, httpsPort }: PagesOptions): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const words = pageWords(request.headers['accept-language'])
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...SAFE_HEADERS, Allow: 'GET, HEAD' }).end()
      return
    }
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const link = /^\/s\/([a-z2-7]{12,32})$/.exec(path)?.[1]
    const code = /^\/join\/(plr1[a-z2-7]{20,500})$/.exec(path)?.[1]
    if (path === '/') sendPage(response, 200, words.lang, words.homeTitle, `<p>${words.homeText}</p>`)
    else if (code !== undefined) sendJoinPage(response, words, code)
    else sendLink(response, words, link === undefined ? undefined : names.link(link))
  }

  function sendLink(response: ServerResponse, words: PageWords, target: LinkTarget | undefined): void {
    if (!target) sendPage(response, 404, words.lang, words.goneTitle, `<p>${words.goneText}</p>`)
    else if (!target.live) sendAwayPage(response, words, target)
    else if (isWeb(target.service.kind)) {
      const port = httpsPort() === 443 ? '' : `:${httpsPort()}`
      // 303: whatever the visitor's method was, the home gets a GET. The fragment, where a grant would stand, survives (design rule 27).
      response.writeHead(303, { ...SAFE_HEADERS, Location: `https://${names.hostOf(target.label, target.service.name)}${port}/` }).end()
    } else sendAddressPage(response, words, target)
  }

  function sendAddressPage(response: ServerResponse, words: PageWords, { label, service, port }: LinkTarget): void {
    const address = port === undefined ? undefined : formatEndpoint({ address: names.hostOf(label, service.name), port })
    const body =
      address === undefined ? `<p>${words.notDirect}</p>` : `<p>${words.addressText}</p><p><code>${escapeHtml(address)}</code></p>`
    sendPage(response, address === undefined ? 503 : 200, words.lang, words.addressTitle, body)
  }
}

function sendAwayPage(response: ServerResponse, words: PageWords, { lastSeenAtMs, asleepSinceMs }: LinkTarget): void {
  const time = new Intl.DateTimeFormat(words.locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
  const [title, text, sinceMs] =
    asleepSinceMs === undefined ? [words.awayTitle, words.awayText, lastSeenAtMs] : [words.asleepTitle, words.asleepText, asleepSinceMs]
  sendPage(
    response,
    503,
    words.lang,
    title,
    `<p>${escapeHtml(text(`${time.format(sinceMs)} UTC`))}</p><p><a href="">${words.tryAgain}</a></p>`,
  )
}

function sendJoinPage(response: ServerResponse, words: PageWords, code: string): void {
  const body = `<p>${words.joinText}</p><p><code>${code}</code></p><p><a href="porchlight://join/${code}">${words.openApp}</a></p>`
  sendPage(response, 200, words.lang, words.joinTitle, body)
}
