/** The relay's own pages: share links (relay/links/), and the page behind a relay code's link. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AnswerLink } from '../links/visits.ts'
import { SAFE_HEADERS, sendPage } from './html.ts'
import { type PageWords, pageWords } from './words.ts'

export function createPages(answerLink: AnswerLink): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const words = pageWords(request.headers['accept-language'])
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.writeHead(405, { ...SAFE_HEADERS, Allow: 'GET, HEAD' }).end()
      return
    }
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    const code = /^\/join\/(plr1[a-z2-7]{20,500})$/.exec(path)?.[1]
    if (path === '/') sendPage(response, 200, words.lang, { title: words.homeTitle, body: `<p>${words.homeText}</p>` })
    else if (code !== undefined) sendJoinPage(response, words, code)
    else if (!answerLink(path, request, response, words))
      sendPage(response, 404, words.lang, { title: words.nothingTitle, body: `<p>${words.nothingText}</p>`, isLit: false })
  }
}

function sendJoinPage(response: ServerResponse, words: PageWords, code: string): void {
  const body = `<p>${words.joinText}</p><p><code>${code}</code></p><p><a class="button" href="porchlight://join/${code}">${words.openApp}</a></p>`
  sendPage(response, 200, words.lang, { title: words.joinTitle, body })
}
