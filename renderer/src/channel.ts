/** The way to the engine: through Electron's preload in the app, through a WebSocket on our own origin in a browser. */
import type { Desktop } from '../../protocol/desktop.ts'
import { parseJson } from '../../protocol/json.ts'
import type { Channel } from '../../protocol/rpc.ts'

declare global {
  interface Window {
    /** In the desktop app: what its preload put there. */
    porchlight?: Desktop
  }
}

/** Opens a channel. Rejects with {@link RefusedError} when we are not signed in, with any other error when nobody answers. */
export type OpenChannel = (signal: AbortSignal) => Promise<Channel>

export class RefusedError extends Error {}

const OPEN_TIMEOUT_MS = 5_000

export function chooseChannel(): OpenChannel {
  const bridge = window.porchlight
  return bridge ? () => openBridge(bridge) : openSocket
}

async function openBridge(bridge: Desktop): Promise<Channel> {
  const messages = new Set<(message: unknown) => void>()
  const closings = new Set<() => void>()
  bridge.open(
    (message) => {
      for (const listener of messages) listener(message)
    },
    () => {
      for (const listener of closings) listener()
    },
  )
  return {
    send: (message) => bridge.send(message),
    onMessage: (listener) => void messages.add(listener),
    onClose: (listener) => void closings.add(listener),
  }
}

async function openSocket(signal: AbortSignal): Promise<Channel> {
  const url = new URL('/rpc', window.location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url)
  try {
    await opened(socket, AbortSignal.any([signal, AbortSignal.timeout(OPEN_TIMEOUT_MS)]))
  } catch (error) {
    socket.close()
    throw (await signedOut()) ? new RefusedError('not signed in') : error
  }
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    onMessage: (listener) =>
      socket.addEventListener('message', ({ data }) => {
        const message = parseJson(String(data))
        if (message !== undefined) listener(message)
      }),
    onClose: (listener) => socket.addEventListener('close', listener),
  }
}

function opened(socket: WebSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve())
    socket.addEventListener('close', () => reject(new Error('the engine did not answer')))
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

/** A browser does not tell why a WebSocket failed; an ordinary request does. */
async function signedOut(): Promise<boolean> {
  try {
    const { status } = await fetch('./', { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(OPEN_TIMEOUT_MS) })
    return status === 401 || status === 403
  } catch {
    return false
  }
}
