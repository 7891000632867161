/** What answers on port 80: sends who asks for a name of ours on to HTTPS, and tells those who come to what was taken down, the only place
 *  where it can. Nobody else gets an answer. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { LINK_WORDS } from '../links/words.ts'
import { sendPage } from './html.ts'
import { pageWords } from './words.ts'

export interface RedirectOptions {
  readonly domain: string
  /** The relay's own name, which may lie outside of its domain. */
  readonly host: string
  httpsPort(): number
  /** A name of an owner's own that leads to his home. */
  leadsHome?(host: string): boolean
  isTakenDown(host: string): boolean
}

export function createRedirect({ domain, host: own, httpsPort, leadsHome = () => false, isTakenDown }: RedirectOptions) {
  const isOurs = (host: string): boolean => host === own || `.${host}`.endsWith(`.${domain}`) || leadsHome(host)
  return (request: IncomingMessage, response: ServerResponse): void => {
    const host = /^([a-z0-9.-]{1,253})(?::\d{1,5})?$/i.exec(request.headers.host ?? '')?.[1]?.toLowerCase()
    if (host === undefined || !isOurs(host)) return void request.socket.destroy()
    // What else was sent has crossed the network in the clear: that shall not seem to work.
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return void response.writeHead(405, { Allow: 'GET, HEAD', Connection: 'close' }).end()
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
