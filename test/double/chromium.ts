/** A real Chromium, and the DevTools protocol (CDP) to it. Playwright attaches to the same one, at the same address. */
import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

type Params = Record<string, unknown>

interface Cdp {
  /** Fails with the protocol's own message, or when Chromium is gone. */
  send<T = Params>(method: string, params?: Params, sessionId?: string): Promise<T>
  on(method: string, listener: (params: never) => void, sessionId?: string): void
}

let connection: Cdp | undefined
let browser: ChildProcess | undefined
let isEnding = false

/** The browser that {@link startChromium} started. */
export function chromium(): Cdp {
  if (connection === undefined) throw new Error('the double: Chromium has not started')
  return connection
}

/** Chromium draws the list under its address bar by two pages of its own, made for each window: of what a page of ours costs a processor, they took
 *  nearly half (Chromium 156). */
export const ADDRESS_BAR_PAGES = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup']

const OWN_SWITCHES = [
  '--headless=new',
  '--remote-debugging-port=0',
  '--no-startup-window',
  '--no-first-run',
  '--disable-gpu',
  '--hide-scrollbars',
  `--disable-features=${ADDRESS_BAR_PAGES.join()}`,
  // Nothing that a page under test loads reaches the network: only schemes of the app's own are served.
  '--host-resolver-rules=MAP * ~NOTFOUND',
]

/** Starts Chromium and gives its DevTools address (`ws://…`). It ends with this process, and its profile in `folder` goes with it. */
export async function startChromium(switches: readonly string[], folder: string): Promise<string> {
  const profile = join(folder, `chromium-${process.pid}`)
  mkdirSync(profile, { recursive: true })
  const passed = switches.filter((text) => !/^--(remote-debugging|user-data-dir|headless)/.test(text))
  const child = spawn(process.env.PORCHLIGHT_CHROMIUM ?? '/usr/bin/chromium', [...passed, ...OWN_SWITCHES, `--user-data-dir=${profile}`], {
    // Killed at its end, it would leave what it puts into the common temporary folder.
    env: { ...process.env, TMPDIR: profile },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  browser = child
  process.prependOnceListener('exit', () => {
    child.kill('SIGKILL')
    rmSync(profile, { recursive: true, force: true, maxRetries: 10 })
  })
  const address = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-20_000)
      const match = /DevTools listening on (ws:\S+)/.exec(said)
      if (match?.[1]) resolve(match[1])
    })
    child.once('error', reject)
    child.once('exit', (code) => isEnding || reject(new Error(`the double: Chromium ended with ${code}: ${said}`)))
  })
  connection = await connectCdp(address)
  return address
}

/** Lets Chromium end by itself (10 s), so that none of its processes writes into the profile while that is removed. One that still starts is ended. */
export async function stopChromium(): Promise<void> {
  isEnding = true
  if (!browser || browser.exitCode !== null || browser.signalCode !== null) return
  const gone = once(browser, 'exit', { signal: AbortSignal.timeout(10_000) })
  if (connection) connection.send('Browser.close').catch(() => {})
  else browser.kill('SIGKILL')
  await gone.catch(() => {})
}

async function connectCdp(address: string): Promise<Cdp> {
  const events = new EventEmitter().setMaxListeners(0)
  const pending = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void; method: string }>()
  const socket = new WebSocket(address)
  let lastId = 0
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as { id?: number; method: string; params: Params; sessionId?: string } & (
      | { result: never; error: undefined }
      | { error: { message: string } }
    )
    if (message.id === undefined) {
      events.emit(`${message.sessionId ?? ''} ${message.method}`, message.params)
      return
    }
    const waiting = pending.get(message.id)
    pending.delete(message.id)
    if (message.error) waiting?.reject(new Error(`${waiting.method}: ${message.error.message}`))
    else waiting?.resolve(message.result)
  })
  socket.addEventListener('close', () => {
    for (const { reject, method } of pending.values()) reject(new Error(`${method}: Chromium is gone`))
    pending.clear()
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', () => reject(new Error('the double: no connection to Chromium')))
  })
  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        if (socket.readyState !== WebSocket.OPEN) {
          reject(new Error(`${method}: Chromium is gone`))
          return
        }
        pending.set(++lastId, { resolve, reject, method })
        socket.send(JSON.stringify({ id: lastId, method, params, sessionId }))
      }),
    on: (method, listener, sessionId = '') => void events.on(`${sessionId} ${method}`, listener as (params: unknown) => void),
  }
}
