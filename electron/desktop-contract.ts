/** The names under which a window's page and this app send each other what protocol/desktop.ts says. */

/** The number that goes with an engine's message is the document's count of `open`, so that nothing of a channel reaches its successor. */
export const CHANNELS = {
  engineOpen: 'engine:open',
  engineSend: 'engine:send',
  engineMessage: 'engine:message',
  engineClosed: 'engine:closed',
  copyText: 'desktop:copy-text',
  openExternal: 'desktop:open-external',
  watch: 'desktop:watch',
  view: 'desktop:view',
  ask: 'desktop:ask',
} as const

export const MAX_MESSAGE_BYTES = 1 << 20
export const MAX_TEXT_LENGTH = 10_000
