/** `ipcMain`: what preloads send, invoke, and get back. */
import { EventEmitter } from 'node:events'
import { makeCodec } from './codec.ts'

type Handler = (event: object, ...args: unknown[]) => unknown
type Posted = { kind: 'send' | 'invoke'; channel: string; args: unknown[]; id: number }

const codec = makeCodec()

class IpcMain extends EventEmitter {
  readonly #handlers = new Map<string, Handler>()

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.#handlers.set(channel, handler)
  }

  handleOnce(channel: string, handler: Handler): void {
    this.handle(channel, (...args) => {
      this.removeHandler(channel)
      return handler(...args)
    })
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel)
  }

  static async answer(event: object, channel: string, args: unknown[]): Promise<unknown> {
    const handler = ipcMain.#handlers.get(channel)
    if (!handler) throw new Error(`No handler registered for '${channel}'`)
    return await handler(event, ...args)
  }
}

export const ipcMain = new IpcMain().setMaxListeners(0)

/** What a preload posted, with the event that says from where; `reply` carries text back into that preload. */
export async function receive(text: string, event: object, reply: (text: string) => void): Promise<void> {
  const { kind, channel, args, id } = codec.decode(text) as Posted
  if (kind === 'send') {
    ipcMain.emit(channel, event, ...args)
    return
  }
  try {
    reply(codec.encode({ kind: 'reply', id, value: await IpcMain.answer(event, channel, args) }))
  } catch (error) {
    reply(codec.encode({ kind: 'reply', id, error: `Error invoking remote method '${channel}': ${error}` }))
  }
}

export const toPreload = (channel: string, args: unknown[]): string => codec.encode({ kind: 'message', channel, args })
