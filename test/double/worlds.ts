/** The two JavaScript worlds of one document: the page's own, and the isolated one where the preload runs.
 *
 *  These functions are not called here: their source is put into the pages by {@link mainWorldSource} and {@link preloadWorldSource}.
 *  Worlds share the document, so text crosses as DOM events, synchronously; a function crosses as a number and becomes a proxy. */
import { type Codec, makeCodec } from './codec.ts'

type Crossing =
  | { kind: 'expose'; key: string; value: unknown }
  | { kind: 'call'; function: number; args: unknown[] }
  | { kind: 'answer'; value?: unknown; error?: string; promise?: number }
  | { kind: 'settled'; promise: number; value?: unknown; error?: string }

type AnyFunction = (...args: unknown[]) => unknown
interface Settle {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
}
type Bridge = { expose(key: string, value: unknown): void }

/** One end of the bridge, the same code in both worlds. `bind` puts an exposed value where the page finds it. */
function makeBridge(hears: string, tells: string, codec: Codec, bind: (key: string, value: unknown) => void): Bridge {
  const functions = new Map<number, AnyFunction>()
  const promises = new Map<number, Settle>()
  let lastId = 0
  const answers: Extract<Crossing, { kind: 'answer' }>[] = []

  const isPlain = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  const mapValues = (value: Record<string, unknown>, map: (one: unknown) => unknown) =>
    Object.fromEntries(Object.entries(value).map(([key, one]) => [key, map(one)]))
  const give = (value: unknown): unknown => {
    if (typeof value === 'function') {
      functions.set(++lastId, value as AnyFunction)
      return { bridgedFunction: lastId }
    }
    return Array.isArray(value) ? value.map(give) : isPlain(value) ? mapValues(value, give) : value
  }
  const take = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(take)
    if (!isPlain(value)) return value
    const id = value.bridgedFunction
    if (typeof id === 'number') return (...args: unknown[]) => ask({ kind: 'call', function: id, args: args.map(give) })
    return Object.freeze(mapValues(value, take))
  }

  const tell = (message: Crossing) => document.dispatchEvent(new CustomEvent(tells, { detail: codec.encode(message) }))
  const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
  const ask = (message: Crossing): unknown => {
    tell(message) // the answer comes before this returns: DOM events are synchronous
    const got = answers.pop()
    if (got === undefined) throw new Error('the double: the other world did not answer')
    if (got.error !== undefined) throw new Error(got.error)
    const { promise } = got
    return promise === undefined ? take(got.value) : new Promise((resolve, reject) => promises.set(promise, { resolve, reject }))
  }
  const perform = (message: Extract<Crossing, { kind: 'expose' | 'call' }>): void => {
    try {
      const result =
        message.kind === 'expose' ? bind(message.key, take(message.value)) : functions.get(message.function)?.(...message.args.map(take))
      if (!(result instanceof Promise)) {
        tell({ kind: 'answer', value: give(result) })
        return
      }
      const promise = ++lastId
      result.then(
        (value) => tell({ kind: 'settled', promise, value: give(value) }),
        (error) => tell({ kind: 'settled', promise, error: textOf(error) }),
      )
      tell({ kind: 'answer', promise })
    } catch (error) {
      tell({ kind: 'answer', error: textOf(error) })
    }
  }
  document.addEventListener(hears, (event) => {
    const message = codec.decode((event as CustomEvent<string>).detail) as Crossing
    if (message.kind === 'answer') answers.push(message)
    else if (message.kind === 'settled') {
      const waiting = promises.get(message.promise)
      promises.delete(message.promise)
      if (message.error === undefined) waiting?.resolve(take(message.value))
      else waiting?.reject(new Error(message.error))
    } else perform(message)
  })
  return { expose: (key, value) => void ask({ kind: 'expose', key, value: give(value) }) }
}

function enterMainWorld(bridge: typeof makeBridge, codec: Codec, hears: string, tells: string, openBinding: string): void {
  bridge(hears, tells, codec, (key, value) => {
    if (key in window) throw new Error('Cannot bind an API on top of an existing property on the window object')
    Object.defineProperty(window, key, { value, enumerable: true, configurable: false, writable: false })
  })
  // A refused window gives null. The real call is not made: closing the popup it opens can leave this page paused for ever,
  // because Playwright holds each new page until it has attached, and a popup shares its opener's thread.
  const globals = globalThis as unknown as Record<string, (text: string) => void>
  const reportOpen = globals[openBinding]
  delete globals[openBinding]
  window.open = (url = 'about:blank') => {
    reportOpen?.(new URL(url, document.baseURI).href)
    return null
  }
}

type IpcListener = (event: { sender: unknown; ports: [] }, ...args: unknown[]) => void
type Preload = (require: (id: string) => unknown, module: { exports: unknown }, exports: unknown, process: unknown) => void

function enterPreloadWorld(
  bridge: typeof makeBridge,
  codec: Codec,
  hears: string,
  tells: string,
  post: (text: string) => void,
  preload: Preload,
): void {
  const worlds = bridge(hears, tells, codec, () => {})
  const listeners = new Map<string, IpcListener[]>()
  const invocations = new Map<number, Settle>()
  let lastId = 0

  const on = (channel: string, listener: IpcListener) => {
    listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
    return ipcRenderer
  }
  const off = (channel: string, listener: IpcListener) => {
    listeners.set(
      channel,
      (listeners.get(channel) ?? []).filter((one) => one !== listener),
    )
    return ipcRenderer
  }
  const ipcRenderer = {
    send: (channel: string, ...args: unknown[]) => post(codec.encode({ kind: 'send', channel, args })),
    invoke: (channel: string, ...args: unknown[]) =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        post(codec.encode({ kind: 'invoke', channel, args, id }))
        invocations.set(id, { resolve, reject })
      }),
    on,
    once: (channel: string, listener: IpcListener) => {
      const first: IpcListener = (...args) => {
        off(channel, first)
        listener(...args)
      }
      return on(channel, first)
    },
    off,
    addListener: on,
    removeListener: off,
    removeAllListeners: (channel: string) => {
      listeners.delete(channel)
      return ipcRenderer
    },
  }
  // Called by the main process, which alone reaches into this world.
  Object.assign(globalThis, {
    deliverToPreload: (text: string) => {
      const message = codec.decode(text) as { kind: string; channel: string; args: unknown[]; id: number; value?: unknown; error?: string }
      if (message.kind === 'reply') {
        const waiting = invocations.get(message.id)
        invocations.delete(message.id)
        if (message.error === undefined) waiting?.resolve(message.value)
        else waiting?.reject(new Error(message.error))
        return
      }
      for (const listener of listeners.get(message.channel) ?? []) listener({ sender: ipcRenderer, ports: [] }, ...message.args)
    },
  })
  const electron = { contextBridge: { exposeInMainWorld: worlds.expose }, ipcRenderer }
  // A sandboxed preload may require electron and a few shims, of which none is modelled.
  const require = (id: string) => {
    if (/^electron(\/(renderer|common))?$/.test(id)) return electron
    throw new Error(`module not found: ${id}`)
  }
  const module = { exports: {} }
  preload(require, module, module.exports, { platform: 'linux', versions: {}, env: {}, contextIsolated: true, sandboxed: true })
}

/** The name of the isolated world, as Electron names it. */
export const PRELOAD_WORLD = 'Electron Isolated Context'
/** The function in it through which text leaves for the main process. */
export const POST_BINDING = 'postToMainProcess'

const shared = `const codec = (${makeCodec})(); const bridge = (${makeBridge});`

/** The function through which the page's world reports `window.open`; gone from the page before its first script. */
export const openBinding = (secret: string): string => `open${secret.replaceAll('-', '')}`

/** `secret` names the DOM events, so that a page cannot take part in the crossing. */
export const mainWorldSource = (secret: string): string =>
  `(() => { ${shared} (${enterMainWorld})(bridge, codec, '${secret}-main', '${secret}-preload', '${openBinding(secret)}') })()`

export const preloadWorldSource = (secret: string, preload: string): string =>
  `(() => { if (self !== top) return; ${shared} (${enterPreloadWorld})(bridge, codec, '${secret}-preload', '${secret}-main', ${POST_BINDING},
  function (require, module, exports, process) {${preload}
  }) })()`
