/** An Upgrade (WebSocket, and whatever else a service at home speaks): asked of the backend, and spliced once it agrees. */
import { type Exchange, failWith, watch } from './exchange.ts'
import { answerHeaders, requestHeaders, valuesOf } from './headers.ts'
import { splice } from './splice.ts'

/** HTTP/2 in the clear would take a visitor past every check to the backend's own parser (RFC 9113 §3.1 dropped it); TLS inside TLS likewise. */
const NEVER = /^(h2c?|http\/.*|tls\/.*)$/i

/** May this request leave HTTP? If not, it is answered like any other, without its Upgrade. */
export function mayUpgrade(rawHeaders: readonly string[]): boolean {
  const [protocol, ...others] = valuesOf(rawHeaders, 'upgrade')
  return protocol !== undefined && others.length === 0 && /^[\w!#$%&'*+.^`|~/-]+$/.test(protocol) && !NEVER.test(protocol)
}

/** The exchange's request has an {@link VisitorRequest.upgrade}. */
export function relayUpgrade(exchange: Exchange): void {
  const { request, answer, visit, target, backends } = exchange
  const { method, url: path } = request
  const outgoing = backends.request(target, { method, path, headers: requestHeaders(request, visit), fresh: true })
  watch(exchange, outgoing, (error) => failWith(exchange, error))
  outgoing.on('upgrade', (agreed, backend, head) => {
    if (answer.isClosed) return void backend.destroy()
    exchange.onSuccess()
    const headers = ['Connection', 'Upgrade', 'Upgrade', agreed.headers.upgrade ?? '']
    headers.push(...answerHeaders(agreed.rawHeaders, exchange.host, false))
    const visitor = answer.switchProtocols(agreed.statusMessage || 'Switching Protocols', headers)
    if (head.length > 0) backend.unshift(head)
    splice(visitor, backend)
  })
  outgoing.end()
}
