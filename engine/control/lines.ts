/** Messages over a stream: one JSON text a line, as both ends of the local socket speak it. */
import type { Duplex } from 'node:stream'
import { parseJson } from '../../protocol/json.ts'
import type { Channel } from '../../protocol/rpc.ts'

/** A snapshot of two hundred services stays far below this. */
const MAX_LINE_BYTES = 4 * 1024 * 1024
/** A face that does not read is let go before its unread news fill the memory. */
const MAX_UNSENT_BYTES = 16 * 1024 * 1024

/** Closes the stream on a line that is too long or no JSON. */
export function lineChannel(stream: Duplex): Channel {
  let rest = ''
  let onMessage: (message: unknown) => void = () => {}
  stream.setEncoding('utf8')
  stream.on('error', () => stream.destroy())
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > MAX_LINE_BYTES) stream.destroy()
    for (const line of lines) {
      // Nothing is heard any more from a peer that has been let go.
      if (stream.destroyed) return
      const message = parseJson(line)
      if (message === undefined) stream.destroy()
      else onMessage(message)
    }
  })
  return {
    send(message) {
      if (stream.destroyed || stream.writableEnded) return
      stream.write(`${JSON.stringify(message)}\n`)
      if (stream.writableLength > MAX_UNSENT_BYTES) stream.destroy()
    },
    onMessage(listener) {
      onMessage = listener
    },
    onClose: (listener) => void stream.once('close', listener),
  }
}
