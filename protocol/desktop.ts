/** What the page and the desktop app around it tell each other, beside the engine's contract. In a browser there is no such app. */
import { z } from 'zod'

/** What the owner wants of the app. Quiet hours and the language are his wishes for every face, so they stand in the engine's preferences. */
export const DesktopWishes = z.object({
  startAtLogin: z.boolean(),
  notifications: z.boolean(),
  /** The computer does not fall asleep by itself while it has mains power and a service is shared. */
  keepAwake: z.boolean(),
  /** Look for new versions, fetch them, and put them in when the owner says so. */
  updates: z.boolean(),
  /** The keychain of the account holds the keys of this home; then an engine starts only after its owner has logged in. */
  lockKeys: z.boolean(),
  atQuit: z.enum(['ask', 'keep', 'stop']),
})
export type DesktopWishes = z.infer<typeof DesktopWishes>

/** `unavailable`: this copy of the app has no place where it would look (built from source). `waiting`: it goes in when no transfer runs. */
export type UpdatePhase = 'unavailable' | 'off' | 'current' | 'checking' | 'loading' | 'ready' | 'waiting' | 'failed'

export interface UpdateView {
  readonly phase: UpdatePhase
  /** The new one. */
  readonly version: string | null
  /** Why it failed, in the words of whoever refused. */
  readonly reason: string | null
}

/** Where a notification leads. */
export const Place = z.discriminatedUnion('page', [
  z.object({ page: z.literal('home') }),
  z.object({ page: z.literal('service'), name: z.string().max(100) }),
  z.object({ page: z.literal('certificates') }),
  z.object({ page: z.literal('settings') }),
])
export type Place = z.infer<typeof Place>

export interface DesktopView {
  /** Of the app. */
  readonly version: string
  readonly wishes: DesktopWishes
  /** Without one the window is the only way to everything. */
  readonly hasTray: boolean
  readonly update: UpdateView
  /** Where the owner wants to go, by a click outside the window, until the page has said `arrived`. */
  readonly visit: Place | null
}

/** What the page asks of the app. */
export const DesktopAction = z.discriminatedUnion('do', [
  z.object({ do: z.literal('wish'), wishes: DesktopWishes.partial() }),
  z.object({ do: z.literal('arrived') }),
  z.object({ do: z.literal('look-for-update') }),
  /** Restarts the app, and then its engine, once nobody is being served. */
  z.object({ do: z.literal('install-update') }),
  /** Asks what goes on, as the tray does. Without a tray the page is the only place to say it. */
  z.object({ do: z.literal('quit') }),
  /** Opens the person's mail program on a draft that is addressed to nobody. */
  z.object({ do: z.literal('write-mail'), subject: z.string().max(200), body: z.string().max(4000) }),
])
export type DesktopAction = z.infer<typeof DesktopAction>

/** What the page finds as `window.porchlight`. */
export interface Desktop {
  /** Start a fresh channel to the engine; the one before it is over. `onClose` is called when the engine goes away. */
  open(onMessage: (message: unknown) => void, onClose: () => void): void
  /** A message of protocol/rpc.ts, into the channel that {@link open} started last. */
  send(message: unknown): void
  copyText(text: string): Promise<void>
  /** Opens an https address, or an http one of the home's own network by its IPv4 address, in the person's own browser; rejects any other. */
  openExternal(url: string): Promise<void>
  /** The app as it stands, at once and after each change. One listener a document. */
  watch(onChange: (view: DesktopView) => void): void
  /** Rejects with a sentence where it cannot be done. */
  ask(action: DesktopAction): Promise<void>
}
