/** An Upgrade (WebSocket, and whatever else a service at home speaks): asked of the backend, and spliced once it agrees. */
import { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Exchange, failWith, watch } from './exchange.ts'
import { answerHeaders, pairs, requestHeaders, valuesOf } from './headers.ts'
import { splice } from './splice.ts'

/** HTTP/2 in the clear would take a visitor past every check to the backend's own parser (RFC 9113 §3.1 dropped it); TLS inside TLS likewise. */
const NEVER = /^(h2c?|http\/.*|tls\/.*)$/i

/** May this request leave HTTP? If not, it is answered like any other, without its Upgrade. */
export function mayUpgrade(rawHeaders: readonly string[]): boolean {
  const [protocol, ...others] = valuesOf(rawHeaders, 'upgrade')
  return protocol !== undefined && others.length === 0 && /^[\w!#$%&'*+.^`|~/-]+$/.test(protocol) && !NEVER.test(protocol)
}

/** A response for a socket that node has already let go. It ends the connection when it is finished. */
export function responseOn(socket: Duplex, request: Exchange['request']): ServerResponse {
  const response = new ServerResponse(request)
  response.shouldKeepAlive = false
  response.assignSocket(socket as never)
  // Both were node's work until it let the socket go.
  socket.on('error', () => undefined)
  socket.on('drain', () => response.emit('drain'))
  response.once('finish', () => {
    response.detachSocket(socket as never)
    socket.end(() => socket.destroy())
  })
  return response
}

/** `head`: what the visitor sent behind his request. The response of the exchange comes from {@link responseOn}. */
export function relayUpgrade(exchange: Exchange, socket: Duplex, head: Buffer): void {
  const { request, response, visit, target, backends } = exchange
  const headers = requestHeaders(request.rawHeaders, visit, request.headers.upgrade)
  const outgoing = backends.request(target, { method: request.method ?? 'GET', path: request.url ?? '/', headers, fresh: true })
  watch(exchange, outgoing, (error) => failWith(exchange, error))
  outgoing.on('upgrade', (answer, backend, backendHead) => {
    if (socket.destroyed) return void backend.destroy()
    exchange.onSuccess()
    response.detachSocket(socket as never)
    const lines = [
      `HTTP/1.1 101 ${answer.statusMessage || 'Switching Protocols'}`,
      'Connection: Upgrade',
      `Upgrade: ${answer.headers.upgrade ?? ''}`,
    ]
    for (const [name, value] of pairs(answerHeaders(answer.rawHeaders, exchange.host, false))) lines.push(`${name}: ${value}`)
    socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
    if (head.length > 0) socket.unshift(head)
    if (backendHead.length > 0) backend.unshift(backendHead)
    splice(socket, backend)
  })
  outgoing.end()
}
