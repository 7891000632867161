/** The certificate that an https target shows, and whether it is the right one: vouched for by an authority, or accepted by its owner. */
import { createHash } from 'node:crypto'
import { isIP, type Socket } from 'node:net'
import tls, { type PeerCertificate, type TLSSocket } from 'node:tls'
import type { Target } from '../../protocol/model/service.ts'
import type { ShownCertificate } from '../../protocol/model/shown-certificate.ts'

/** `vouched`: a public authority says that it belongs to the target's name. */
export interface Shown extends ShownCertificate {
  readonly vouched: boolean
}

/** TLS on a connected socket, before anything is believed. */
export function startUnverified(socket: Socket, target: Target): TLSSocket {
  return tls.connect({
    socket,
    host: target.host,
    ...(isIP(target.host) ? {} : { servername: target.host }),
    // Judged below, by `isRight`: web servers inside a home practically always sign their certificates themselves.
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  })
}

/** Undefined: it showed none. */
export function shownBy(socket: TLSSocket): Shown | undefined {
  const certificate = socket.getPeerCertificate()
  if (!certificate.raw) return undefined
  return {
    fingerprint: createHash('sha256').update(certificate.raw).digest('hex'),
    subject: subjectOf(certificate),
    notAfterMs: Date.parse(certificate.valid_to) || 0,
    vouched: socket.authorized,
  }
}

export const isRight = (shown: Shown | undefined, { pin }: Target): boolean =>
  shown !== undefined && (shown.vouched || shown.fingerprint === pin)

/** Foreign words: shortened, and without what could move a terminal's cursor. */
function subjectOf({ subject, subjectaltname }: PeerCertificate): string {
  const { CN, O } = subject ?? {}
  const names = [CN, O].flat().filter((name) => name !== undefined)
  return (names.length > 0 ? names.join(', ') : (subjectaltname ?? '')).replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '').slice(0, 100)
}
