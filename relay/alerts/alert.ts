/** What an owner is told, however it travels. */
import type { Message, News } from './words.ts'

export interface Alert {
  readonly news: News
  /** The device's own domain. */
  readonly home: string
  /** Since when it is, or was, dark; of a test, now. */
  readonly sinceMs: number
  readonly message: Message
}

/** It could not be delivered; the message is a word or a code, such as `timeout`, `status 404`, `not-public`. */
export class AlertError extends Error {}
