/** What answers on port 80: sends everybody on to HTTPS, and tells those who come to what was taken down, the only place where it can. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { LINK_WORDS } from '../links/words.ts'
import { sendPage } from './html.ts'
import { pageWords } from './words.ts'

export interface RedirectOptions {
  readonly domain: string
  httpsPort(): number
  isTakenDown(host: string): boolean
}

export function createRedirect({ domain, httpsPort, isTakenDown }: RedirectOptions) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const host = /^[a-zA-Z0-9.-]{1,253}/.exec(request.headers.host ?? '')?.[0]?.toLowerCase() ?? domain
    if (isTakenDown(host)) {
      const { lang } = pageWords(request.headers['accept-language'])
      const { takenDownTitle, takenDownText } = LINK_WORDS[lang]
      sendPage(response, 410, lang, { title: takenDownTitle, body: `<p>${takenDownText}</p>`, isLit: false })
      return
    }
    const port = httpsPort()
    const location = `https://${host}${port === 443 ? '' : `:${port}`}${request.url ?? '/'}`
    response.writeHead(308, { Location: location, 'Cache-Control': 'no-store' }).end()
  }
}
