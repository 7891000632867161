/** The first bytes of a connection, looked at before anybody else sees it. */
import type { Duplex } from 'node:stream'

/** `more`: it may be one yet. `other`: it is none. */
export type Judged<T> = 'more' | 'other' | { readonly taken: T }

/** What `judge` takes of the first bytes; undefined as soon as they are something else, or after `timeoutMs`. Then nothing is lost: what was
 *  looked at is back in its place before anything else can happen to the stream, its end least of all. */
export function readOpening<T>(stream: Duplex, timeoutMs: number, judge: (seen: Buffer) => Judged<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    let seenBytes = 0
    const finish = (taken: T | undefined): void => {
      clearTimeout(timer)
      stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onEnd)
      resolve(taken)
    }
    const onEnd = (): void => finish(undefined)
    const onReadable = (): void => {
      // Nothing new: what we put back ourselves, or the end after it.
      if (stream.readableLength <= seenBytes) return
      const seen = stream.read() as Buffer
      const judged = judge(seen)
      if (typeof judged === 'object') {
        finish(judged.taken)
        return
      }
      seenBytes = seen.length
      stream.unshift(seen)
      if (judged === 'other') finish(undefined)
    }
    const timer = setTimeout(onEnd, timeoutMs)
    stream.on('readable', onReadable).once('end', onEnd).once('close', onEnd).once('error', onEnd)
  })
}

/** The caller hangs up when he has the answer. To hang up before him may take it away again: a reset overtakes what still waits to be sent. */
export function leave(stream: Duplex, answer: Buffer, timeoutMs: number): void {
  const destroy = (): void => void stream.destroy()
  const timer = setTimeout(destroy, timeoutMs)
  stream.once('end', destroy).once('close', () => clearTimeout(timer))
  // Nobody reads this stream any more, so it would never notice that its caller has gone.
  stream.resume()
  stream.end(answer)
}
