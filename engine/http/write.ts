/** What we say ourselves, as latin1 text. Everything in it has been read by the strict parsers of this room or is our own, so that nothing in it could
 *  begin another line. */

/** `lines`: of {@link fieldLines}. */
export function requestText(method: string, url: string, lines: string): string {
  return `${method} ${url} HTTP/1.1\r\n${lines}\r\n`
}

/** `more`: lines of our own, each with its end. */
export function answerText(status: number, reason: string, fields: readonly string[], more = ''): string {
  return `HTTP/1.1 ${status} ${reason}\r\n${fieldLines(fields)}${more}\r\n`
}

export function fieldLines(fields: readonly string[]): string {
  let lines = ''
  for (let index = 0; index < fields.length; index += 2) lines += `${fields[index]}: ${fields[index + 1]}\r\n`
  return lines
}

/** What stands before a chunk of so many bytes; CRLF behind it. */
export const chunkStart = (bytes: number): string => `${bytes.toString(16)}\r\n`

export const lastChunk = (trailers: readonly string[]): string => `0\r\n${fieldLines(trailers)}\r\n`
