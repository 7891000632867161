/** `session`, `protocol` and `net`: permissions and the app's own schemes. */
import { readFile } from 'node:fs/promises'
import http from 'node:http'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { app } from './app.ts'
import { chromium } from './chromium.ts'
import { record } from './record.ts'
import { declareScheme, handlersOfSchemes, standIn } from './schemes.ts'

type RequestHandler = (
  contents: object,
  permission: string,
  callback: (granted: boolean) => void,
  details: { requestingUrl: string },
) => void
type CheckHandler = (contents: object, permission: string, origin: string, details: { requestingUrl: string }) => boolean

class Protocol {
  registerSchemesAsPrivileged(schemes: { scheme: string }[]): void {
    if (app.isReady()) throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready')
    for (const { scheme } of schemes) declareScheme(scheme)
  }

  handle(scheme: string, handler: (request: Request) => Response | Promise<Response>): void {
    if (handlersOfSchemes.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`)
    handlersOfSchemes.set(scheme, handler)
  }

  unhandle(scheme: string): void {
    handlersOfSchemes.delete(scheme)
  }

  isProtocolHandled(scheme: string): boolean {
    return handlersOfSchemes.has(scheme)
  }
}

let onRequest: RequestHandler | null = null
let onCheck: CheckHandler | null = null

class Session {
  readonly protocol = new Protocol()

  setPermissionRequestHandler(handler: RequestHandler | null): void {
    onRequest = handler
  }

  setPermissionCheckHandler(handler: CheckHandler | null): void {
    onCheck = handler
  }

  setDevicePermissionHandler(): void {
    record('session.setDevicePermissionHandler')
  }
}

/** Partitions share everything here: nothing under test keeps anything in one. */
export const session = { defaultSession: new Session(), fromPartition: () => session.defaultSession }
export const protocol = session.defaultSession.protocol

/** Electron's names of permissions → Chromium's. */
const PERMISSIONS: Record<string, string[]> = {
  geolocation: ['geolocation'],
  notifications: ['notifications'],
  media: ['camera', 'microphone'],
  midi: ['midi'],
  'clipboard-read': ['clipboard-read'],
  'idle-detection': ['idle-detection'],
}

/** Asks the app's two handlers at each load, where Electron asks at each use; without a handler everything is granted, as in Electron. */
export async function applyPermissions(contents: object, url: string): Promise<void> {
  const origin = URL.parse(standIn(url))?.origin
  if (origin === undefined || origin === 'null') return
  for (const [permission, names] of Object.entries(PERMISSIONS)) {
    const details = { requestingUrl: url }
    const checked = onCheck?.(contents, permission, origin, details) ?? true
    const granted = await new Promise<boolean>((resolve) => (onRequest ? onRequest(contents, permission, resolve, details) : resolve(true)))
    for (const name of names) {
      const setting = checked && granted ? 'granted' : 'denied'
      await chromium()
        .send('Browser.setPermission', { permission: { name }, setting, origin })
        .catch(() => {})
    }
  }
}

function assertLoopback(host: string): void {
  if (host !== '127.0.0.1') throw new Error(`the double asks nobody but 127.0.0.1: ${host}`)
}

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Files, and servers that a test has put on this computer. */
export const net = {
  /** As Node's own, which has the events that are used; redirects are not modelled. */
  request({ protocol, hostname, port, path, headers }: http.RequestOptions): http.ClientRequest {
    assertLoopback(String(hostname))
    return http.request({ protocol, hostname, port, path, headers })
  },
  async fetch(address: string, init?: RequestInit): Promise<Response> {
    if (address.startsWith('http:')) {
      assertLoopback(new URL(address).hostname)
      return fetch(address, init)
    }
    const path = fileURLToPath(address)
    const body = await readFile(path).catch(() => {
      throw new Error('net::ERR_FILE_NOT_FOUND')
    })
    return new Response(new Uint8Array(body), { headers: { 'content-type': TYPES[extname(path)] ?? 'application/octet-stream' } })
  },
}
