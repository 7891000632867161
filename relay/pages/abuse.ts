/** Where somebody complains about what he met behind this relay, and where programs look for that (RFC 9116). Only with a contact. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { escapeHtml, offerAbuse, SAFE_HEADERS, sendPage } from './html.ts'
import { type PageWords, pageWords } from './words.ts'

export interface AbuseOptions {
  /** A `mailto:` or `https:` address. Undefined: the operator has named none, and nothing is offered. */
  readonly contact: string | undefined
  /** `https://relay.example` */
  baseUrl(): string
  readonly now?: () => number
}

/** Less than a year ahead (RFC 9116 §2.5.5); it is made anew whenever somebody asks. */
const VALID_MS = 180 * 24 * 3_600_000

/** True when the request has been answered. Every other page of this answer then links to the one about abuse. */
export function createAbusePages({ contact, baseUrl, now = Date.now }: AbuseOptions) {
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (contact === undefined) return false
    const path = (request.url ?? '/').split('?')[0]
    if (path !== '/abuse') offerAbuse(response)
    if (request.method !== 'GET' && request.method !== 'HEAD') return false
    if (path === '/abuse') sendAbusePage(response, pageWords(request.headers['accept-language']), contact)
    else if (path === '/.well-known/security.txt')
      response.writeHead(200, { ...SAFE_HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(securityTxt(contact, baseUrl(), now()))
    else return false
    return true
  }
}

function sendAbusePage(response: ServerResponse, words: PageWords, contact: string): void {
  const shown = escapeHtml(contact.replace(/^mailto:/, ''))
  const body = `<p>${words.abuseWhat}</p><p>${words.abuseHow}</p><p><a class="button" href="${escapeHtml(contact)}">${shown}</a></p><p class="muted">${words.abuseThen}</p>`
  sendPage(response, 200, words.lang, { title: words.abuseTitle, body })
}

function securityTxt(contact: string, baseUrl: string, nowMs: number): string {
  return [
    `Contact: ${contact}`,
    `Expires: ${new Date(nowMs + VALID_MS).toISOString()}`,
    'Preferred-Languages: en, fr',
    `Canonical: ${baseUrl}/.well-known/security.txt`,
    '',
  ].join('\n')
}
