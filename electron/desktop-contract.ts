/** What crosses between a window's page and this app: the engine's own messages, passed through unread, and two things only a desktop can do.
 *  The page finds it as `window.porchlight` ({@link Desktop}); without it the page knows that it runs in a browser. */

export interface Desktop {
  /** Start a fresh channel to the engine; the one before it is over. `onClose` is called when the engine goes away. */
  open(onMessage: (message: unknown) => void, onClose: () => void): void
  /** A message of protocol/rpc.ts, into the channel that {@link open} started last. */
  send(message: unknown): void
  copyText(text: string): Promise<void>
  /** Opens an https address in the person's own browser; rejects any other address. */
  openExternal(url: string): Promise<void>
}

/** The number that goes with each is the document's count of `open`, so that nothing of a channel reaches its successor. */
export const CHANNELS = {
  engineOpen: 'engine:open',
  engineSend: 'engine:send',
  engineMessage: 'engine:message',
  engineClosed: 'engine:closed',
  copyText: 'desktop:copy-text',
  openExternal: 'desktop:open-external',
} as const

export const MAX_MESSAGE_BYTES = 64 << 10
export const MAX_TEXT_LENGTH = 10_000
