/** What a service says first, unasked. */
import type { Socket } from 'node:net'

/** RFC 4253 §4.2 allows lines before SSH's own, but nobody sends them; 255 bytes are its limit. */
const MAX_BYTES = 255
const PATIENCE_MS = 2000

/** Empty when it says nothing within two seconds. */
export async function readBanner(connect: (signal: AbortSignal) => Promise<Socket>, signal: AbortSignal): Promise<string> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
  const socket = await connect(bounded).catch(() => undefined)
  if (!socket) return ''
  return await new Promise((resolve) => {
    let text = ''
    const finish = (): void => {
      bounded.removeEventListener('abort', finish)
      socket.destroy()
      resolve(text.slice(0, MAX_BYTES))
    }
    bounded.addEventListener('abort', finish)
    if (bounded.aborted) finish()
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (text.includes('\n') || text.length >= MAX_BYTES) finish()
    })
    socket.on('error', finish).on('close', finish)
  })
}
