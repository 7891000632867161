/** What the readers of a session's streams have not taken yet. A window bounds each of them, and a thousand windows would be a quarter of a
 *  gigabyte: beyond a sum the stream whose reader has left most gives way, and no other. */
import { MAX_UNREAD_BYTES } from './limits.ts'

/** A stream, for as long as it can hold something. */
export interface Holder {
  readonly unreadBytes: number
  /** Holds nothing any more when this returns, and has left. */
  destroy(): unknown
}

/** Of all lanes of one session. */
export class Unread {
  readonly #holders = new Set<Holder>()
  #bytes = 0

  enter(holder: Holder): void {
    this.#holders.add(holder)
  }

  /** It holds so much more, or less, than before. */
  change(bytes: number): void {
    this.#bytes += bytes
    while (this.#bytes > MAX_UNREAD_BYTES) this.#most()?.destroy()
  }

  /** Its bytes are not counted any more. */
  leave(holder: Holder, bytes: number): void {
    if (this.#holders.delete(holder)) this.#bytes -= bytes
  }

  #most(): Holder | undefined {
    let most: Holder | undefined
    for (const holder of this.#holders) if (holder.unreadBytes > (most?.unreadBytes ?? -1)) most = holder
    return most
  }
}
