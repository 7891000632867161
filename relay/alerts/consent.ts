/** The page on which the recipient of a mail says that alerts are welcome, or ends them. */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Identity } from '../../wire/identity.ts'
import { escapeHtml, SAFE_HEADERS, sendPage } from '../pages/html.ts'
import type { Registry } from '../registry/registry.ts'
import { ALERT_WORDS } from './words.ts'

export interface ConsentOptions {
  readonly registry: Pick<Registry, 'mailConsentByNumber' | 'answerMailConsent' | 'device' | 'alertsOf'>
  readonly identity: Identity
  readonly domain: string
  /** Without a slash at its end. */
  baseUrl(): string
}

export interface ConsentPages {
  /** Nobody can make one up: it holds a code that only this relay can make. */
  url(number: number): string
  /** False: the request is about something else. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
}

const MAX_BODY_BYTES = 1024

export function createConsentPages({ registry, identity, domain, baseUrl }: ConsentOptions): ConsentPages {
  const secret = identity.privateKey.export({ type: 'pkcs8', format: 'der' })
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'porchlight mail consent', 32))
  const codeOf = (number: number): string => createHmac('sha256', key).update(String(number)).digest('base64url').slice(0, 22)

  return {
    url: (number) => `${baseUrl()}/alerts/${number}/${codeOf(number)}`,
    handle(request, response) {
      const match = /^\/alerts\/(\d{1,12})\/([A-Za-z0-9_-]{22})(?:\?answer=(yes|no))?$/.exec(request.url ?? '')
      if (!match) return false
      const [, digits = '', code = '', answer] = match
      const number = Number(digits)
      const isOurs = timingSafeEqual(Buffer.from(code), Buffer.from(codeOf(number)))
      const asked = isOurs ? registry.mailConsentByNumber(number) : undefined
      const device = asked && registry.device(asked.deviceKey)
      const kept = device && registry.alertsOf(device.key)
      // In the language in which the device's owner has his alerts: the recipient has just read a mail in it.
      const language = kept?.alerts.language ?? 'en'
      const words = ALERT_WORDS[language].page
      if (!asked || !device)
        sendPage(response, 404, language, { title: words.unknownTitle, body: `<p>${words.unknownText}</p>`, isLit: false })
      else if (request.method === 'POST') {
        // Programs that look at links in mails follow them, and never press a button. One that ends a list with a click sends no answer (RFC 8058).
        drain(request)
        const given = answer === 'yes' ? 'given' : 'refused'
        registry.answerMailConsent(number, given)
        sendPage(response, 200, language, { title: words[`${given}Title`], body: `<p>${words[`${given}Text`]}</p>` })
      } else if (request.method === 'GET' || request.method === 'HEAD') {
        const button = (to: string, text: string): string =>
          `<form method="post" action="?answer=${to}"><button class="button">${text}</button></form>`
        const text = escapeHtml(words.askText(`${device.label}.${domain}`, asked.address))
        const body = `<p>${text}</p>${button('yes', words.yes)}${button('no', words.no)}`
        sendPage(response, 200, language, { title: words.askTitle, body })
      } else response.writeHead(405, { ...SAFE_HEADERS, Allow: 'GET, HEAD, POST' }).end()
      return true
    },
  }
}

/** Whatever it says, its address has said already. */
function drain(request: IncomingMessage): void {
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) request.destroy()
  })
  request.on('error', () => {})
}
