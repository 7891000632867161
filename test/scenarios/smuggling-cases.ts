/** Requests whose end two parsers may see in two places, so that a second request hides in the first (portswigger.net/web-security/
 *  request-smuggling; RFC 9112 §11.2). */
import type { RawCase } from './raw-visitor.ts'

export type SmugglingCase = RawCase & {
  /** `refused`: no backend may hear of it at all. `harmless`: it may go on, as the one request that it is. */
  readonly ours: 'refused' | 'harmless'
}

/** `path`: of the request that shows; `hidden`: of the one that hides in it. */
export function smugglingCases(host: string, path: string, hidden: string): readonly SmugglingCase[] {
  const HIDDEN = `GET ${hidden} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
  /** A chunked body that ends at once, with the hidden request behind it. */
  const CHUNKS = `0\r\n\r\n${HIDDEN}`
  const hiddenBytes = `Content-Length: ${HIDDEN.length}`

  const post = (name: string, ours: SmugglingCase['ours'], fields: readonly string[], body: string): SmugglingCase => {
    const head = [`POST ${path} HTTP/1.1`, `Host: ${host}`, ...fields].map((line) => `${line}\r\n`).join('')
    return { name, ours, parts: [`${head}\r\n${body}`] }
  }
  const coding = (name: string, ...fields: string[]): SmugglingCase =>
    post(name, 'refused', [...fields, `Content-Length: ${CHUNKS.length}`], CHUNKS)

  return [
    // Both lengths
    post('CL.TE', 'refused', ['Content-Length: 5', 'Transfer-Encoding: chunked'], CHUNKS),
    post(
      'TE.CL',
      'refused',
      ['Transfer-Encoding: chunked', 'Content-Length: 4'],
      `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`,
    ),
    // A coding that one takes for chunked and the other does not
    coding('TE with a space before the colon', 'Transfer-Encoding : chunked'),
    coding('TE with a tab before the value, and CL', 'Transfer-Encoding:\tchunked'),
    coding('TE: xchunked', 'Transfer-Encoding: xchunked'),
    coding('TE: chunked, identity', 'Transfer-Encoding: chunked, identity'),
    coding('TE: identity, chunked', 'Transfer-Encoding: identity, chunked'),
    coding('TE twice', 'Transfer-Encoding: chunked', 'Transfer-Encoding: x'),
    coding('TE: "chunked"', 'Transfer-Encoding: "chunked"'),
    coding('TE: CHUNKED, and CL', 'Transfer-Encoding: CHUNKED'),
    coding('TE with a vertical tab', 'Transfer-Encoding: \x0bchunked'),
    coding('TE on a folded line', 'Transfer-Encoding:\r\n chunked'),
    coding('TE behind a bare CR', 'X: y\rTransfer-Encoding: chunked'),
    coding('TE behind a bare LF', 'X: y\nTransfer-Encoding: chunked'),
    // A field of its own to HTTP, and the same to CGI programs.
    { ...coding('Transfer_Encoding', 'Transfer_Encoding: chunked'), ours: 'harmless' },
    // Lengths that two read as two
    post('CL twice, different', 'refused', ['Content-Length: 0', hiddenBytes], HIDDEN),
    post('CL twice, the same', 'refused', [hiddenBytes, hiddenBytes], HIDDEN),
    post('CL as a list', 'refused', [`Content-Length: 0, ${HIDDEN.length}`], HIDDEN),
    post('CL with a sign', 'refused', ['Content-Length: +0'], HIDDEN),
    post('CL below zero', 'refused', ['Content-Length: -1'], HIDDEN),
    post('CL in hexadecimal', 'refused', [`Content-Length: 0x${HIDDEN.length.toString(16)}`], HIDDEN),
    post('CL beyond 2^64', 'refused', ['Content-Length: 18446744073709551616'], HIDDEN),
    post('CL named by Connection', 'harmless', [hiddenBytes, 'Connection: Content-Length'], HIDDEN),
    {
      name: 'CL.0: a body behind GET',
      ours: 'harmless',
      parts: [`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${hiddenBytes}\r\n\r\n${HIDDEN}`],
    },
    // Chunks
    post('a chunk size with spaces behind', 'refused', ['Transfer-Encoding: chunked'], `0 \x00\r\n\r\n${HIDDEN}`),
    post('a chunk size with 0x', 'refused', ['Transfer-Encoding: chunked'], `0x0\r\n\r\n${HIDDEN}`),
    post('a chunk size beyond 2^64', 'refused', ['Transfer-Encoding: chunked'], `10000000000000000\r\n${HIDDEN}`),
    post('a chunk extension with a bare LF', 'refused', ['Transfer-Encoding: chunked'], `1;x\n\r\nA\r\n0\r\n\r\n${HIDDEN}`),
    post('a chunk that ends with a bare LF', 'refused', ['Transfer-Encoding: chunked'], `1\r\nA\n0\r\n\r\n${HIDDEN}`),
    post('a chunk longer than it says', 'refused', ['Transfer-Encoding: chunked'], `1\r\nABC\r\n0\r\n\r\n${HIDDEN}`),
    // Heads
    {
      name: 'a bare LF behind the request line',
      ours: 'refused',
      parts: [`POST ${path} HTTP/1.1\nHost: ${host}\r\n${hiddenBytes}\r\n\r\n${HIDDEN}`],
    },
    { name: 'bare LFs for all line ends', ours: 'refused', parts: [`POST ${path} HTTP/1.1\nHost: ${host}\n${hiddenBytes}\n\n${HIDDEN}`] },
    {
      name: 'TE from HTTP/1.0',
      ours: 'refused',
      parts: [`POST ${path} HTTP/1.0\r\nHost: ${host}\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKS}`],
    },
    { name: 'two Host fields', ours: 'refused', parts: [`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nHost: other\r\n\r\n`] },
    { name: 'a request for another host', ours: 'refused', parts: [`GET http://other${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`] },
    { name: 'a line break in the path', ours: 'refused', parts: [`GET ${path}\r\nX: HTTP/1.1\r\nHost: ${host}\r\n\r\n`] },
    { name: 'a zero byte in a value', ours: 'refused', parts: [`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nX: a\x00b\r\n\r\n`] },
    // Ways out of HTTP
    {
      name: 'HTTP/2 in the clear',
      ours: 'harmless',
      parts: [
        `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`,
      ],
    },
    {
      name: 'an Upgrade that is not answered by one, with a request behind it',
      ours: 'harmless',
      parts: [`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${hiddenBytes}\r\n\r\n${HIDDEN}`],
    },
  ]
}
