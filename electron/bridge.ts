/** A window's document ⇄ the engine, and the desktop's services for it. One engine connection a document: it ends with it. */
import { clipboard, type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, shell, type WebContents } from 'electron'
import { type Message, mailtoOf } from '../languages/message.ts'
import { DesktopAction } from '../protocol/desktop.ts'
import { isPrivateIPv4 } from '../protocol/model/address.ts'
import { CHANNELS, MAX_MESSAGE_BYTES, MAX_TEXT_LENGTH } from './desktop-contract.ts'
import type { DesktopState } from './desktop-state.ts'
import type { EngineChannel } from './engine-channel.ts'
import { isOurPage } from './security.ts'

/** `attach` gives a fresh connection, or undefined when no engine runs. */
export function bridgePages(attach: () => Promise<EngineChannel | undefined>): void {
  const pages = new WeakMap<WebContents, PageLink>()
  const linkOf = (contents: WebContents): PageLink => {
    const known = pages.get(contents)
    if (known) return known
    const made = linkPage(contents, attach)
    pages.set(contents, made)
    return made
  }
  ipcMain.on(CHANNELS.engineOpen, (event: IpcMainEvent, number: unknown) => {
    if (isOurPage(event) && typeof number === 'number') void linkOf(event.sender).open(number)
  })
  ipcMain.on(CHANNELS.engineSend, (event: IpcMainEvent, number: unknown, message: unknown) => {
    if (isOurPage(event) && isSmall(message)) linkOf(event.sender).send(number, message)
  })
  ipcMain.handle(CHANNELS.copyText, async (event: IpcMainInvokeEvent, text: unknown) => {
    if (!isOurPage(event) || typeof text !== 'string' || text.length > MAX_TEXT_LENGTH) throw new Error('refused')
    await clipboard.writeText(text)
  })
  ipcMain.handle(CHANNELS.openExternal, async (event: IpcMainInvokeEvent, url: unknown) => {
    if (!isOurPage(event)) throw new Error('refused')
    await openInBrowser(url)
  })
}

/** Tells every page that watches how the app stands, and passes on what it asks. `act` rejects with the sentence that the page shows. */
export function bridgeDesktop(state: DesktopState, act: (action: DesktopAction) => Promise<void>): void {
  const watchers = new Set<WebContents>()
  ipcMain.on(CHANNELS.watch, (event: IpcMainEvent) => {
    if (!isOurPage(event)) return
    const { sender } = event
    if (!watchers.has(sender)) sender.once('destroyed', () => watchers.delete(sender))
    watchers.add(sender)
    sender.send(CHANNELS.view, state.view())
  })
  state.onChange((view) => {
    for (const watcher of watchers) watcher.send(CHANNELS.view, view)
  })
  ipcMain.handle(CHANNELS.ask, async (event: IpcMainInvokeEvent, asked: unknown) => {
    const action = isOurPage(event) ? DesktopAction.safeParse(asked).data : undefined
    if (!action) throw new Error('refused')
    await act(action)
  })
}

/** Hands an https address to the person's browser, or a plain one of the home's own network: routers' pages have no certificate. Anything else
 *  could start a program (Electron's security guide, point 15). */
export async function openInBrowser(url: unknown): Promise<void> {
  const parsed = typeof url === 'string' && url.length <= MAX_TEXT_LENGTH ? URL.parse(url) : null
  const isAtHome = parsed?.protocol === 'http:' && isPrivateIPv4(parsed.hostname)
  if (!parsed || (parsed.protocol !== 'https:' && !isAtHome)) throw new Error('only https addresses are opened, and those at home')
  await shell.openExternal(parsed.href)
}

/** Windows takes no longer one (electron.d.ts, shell.openExternal: 2081). */
const MAX_MAIL_ADDRESS_LENGTH = 2000

/** A draft in the person's mail program. The address is made here, of a subject and a text alone: an address that a page made could name a
 *  recipient, or a file to attach. */
export async function writeMail(message: Message): Promise<void> {
  const address = mailtoOf(message)
  if (address.length > MAX_MAIL_ADDRESS_LENGTH) throw new Error('too long for a mail program')
  await shell.openExternal(address)
}

interface PageLink {
  open(number: number): Promise<void>
  send(number: unknown, message: unknown): void
}

function linkPage(contents: WebContents, attach: () => Promise<EngineChannel | undefined>): PageLink {
  let current: { number: number; channel: EngineChannel | undefined; waiting: unknown[] } | undefined
  let isAttaching = false
  const end = (): void => {
    current?.channel?.close()
    current = undefined
  }
  const tell = (name: string, ...args: unknown[]): void => {
    if (!contents.isDestroyed()) contents.send(name, ...args)
  }
  // Not did-start-navigation, which also comes for a navigation that is then prevented.
  contents.on('did-navigate', end)
  contents.on('render-process-gone', end)
  contents.once('destroyed', end)

  return {
    async open(number) {
      end()
      current = { number, channel: undefined, waiting: [] }
      // Whoever opened last gets the connection that is on its way: a page that opens again and again has one.
      if (isAttaching) return
      isAttaching = true
      const channel = await attach().finally(() => {
        isAttaching = false
      })
      const mine = current
      if (!mine) {
        channel?.close() // the document went away
        return
      }
      if (!channel) {
        end()
        tell(CHANNELS.engineClosed, mine.number)
        return
      }
      mine.channel = channel
      channel.onMessage((message) => tell(CHANNELS.engineMessage, mine.number, message))
      channel.onClose(() => {
        if (current === mine) current = undefined
        tell(CHANNELS.engineClosed, mine.number)
      })
      for (const message of mine.waiting.splice(0)) channel.send(message)
    },
    send(number, message) {
      const to = current
      if (!to || to.number !== number) return
      if (to.channel) to.channel.send(message)
      else if (to.waiting.length < MAX_WAITING) to.waiting.push(message)
    },
  }
}

/** As many as a face may have open at the engine (protocol/rpc.ts). */
const MAX_WAITING = 64

function isSmall(message: unknown): boolean {
  try {
    return JSON.stringify(message).length <= MAX_MESSAGE_BYTES
  } catch {
    return false
  }
}
