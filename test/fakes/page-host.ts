/** A stand-in for the engine behind the page: the built page over HTTP with the product's own Content-Security-Policy, and the contract over
 *  `/rpc`, with snapshots that the test scripts. Loopback only. */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { WebSocket, WebSocketServer } from 'ws'
import { contract, type EngineContract } from '../../protocol/contract.ts'
import type { DiagnosisRun } from '../../protocol/diagnosis.ts'
import type { Discovery } from '../../protocol/model/discovery.ts'
import type { VisitorsView } from '../../protocol/model/history.ts'
import type { Preferences } from '../../protocol/model/preferences.ts'
import { type Problem, ProblemError } from '../../protocol/problem.ts'
import { type Channel, type Handlers, serve } from '../../protocol/rpc.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'

export const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

type CallName = Exclude<keyof EngineContract, 'snapshot' | 'discover' | 'diagnose'>

/** What each page asks without anybody pressing anything. */
const BY_ITSELF: readonly string[] = ['presets', 'traffic', 'history', 'log', 'setup', 'computer'] satisfies CallName[]

export interface PageHost {
  readonly url: string
  /** Every call so far, in order; without those that each page makes by itself. */
  readonly calls: { readonly name: CallName; readonly input: Record<string, unknown> }[]
  /** Shown at once to whoever watches, and to whoever comes later. */
  show(snapshot: Snapshot): void
  /** What a call does, and answers if it has an answer; throw a ProblemError to refuse it. */
  on(name: CallName, act: (input: Record<string, string>) => unknown): void
  refuse(name: CallName, problem: Problem): void
  /** What a search for programs at home tells, one after the other. */
  finds(...told: readonly Discovery[]): void
  /** Who is here from now on. */
  receives(view: VisitorsView): void
  /** Cuts every connection; new ones are let in unless `closed`. */
  drop(closed?: boolean): void
  /** From now on answers 401 to everything, like an engine that does not know this browser. */
  signOut(): void
  reopen(): void
  stop(): Promise<void>
}

export async function startPageHost(folder: string, first: Snapshot): Promise<PageHost> {
  let snapshot = first
  let open: 'yes' | 'closed' | 'signed-out' = 'yes'
  const watchers = new Set<(snapshot: Snapshot) => void>()
  const calls: PageHost['calls'] = []
  let found: readonly Discovery[] = []
  let here: VisitorsView = { services: [], longest: [] }
  const whoIsHere = new Set<(view: VisitorsView) => void>()
  const acts = new Map<CallName, (input: Record<string, string>) => unknown>()

  const http = createServer((request, response) => {
    if (open === 'signed-out') response.writeHead(401).end()
    else void sendFile(folder, request, response)
  })
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1 << 20 })
  http.on('upgrade', (request, socket, head) => {
    if (open === 'yes' && request.url === '/rpc')
      sockets.handleUpgrade(request, socket, head, (ws) => serve(channelOf(ws), contract, handlers, fault))
    else socket.end(`HTTP/1.1 ${open === 'signed-out' ? '401 Unauthorized' : '503 Service Unavailable'}\r\nconnection: close\r\n\r\n`)
  })
  const fault = (error: unknown): void => {
    throw error
  }
  const answer = (name: CallName) => async (input: object) => {
    if (!BY_ITSELF.includes(name)) calls.push({ name, input: { ...input } })
    const answered = await acts.get(name)?.(input as Record<string, string>)
    if (name === 'chooseRouter') {
      const { router } = input as { router: string | null }
      show({ ...snapshot, gateway: { ...snapshot.gateway, guide: { router: router ?? 'generic', chosen: router !== null } } })
    }
    if (name === 'setPreferences') show({ ...snapshot, preferences: input as Preferences })
    return name === 'openPage' ? { url: null } : (answered ?? {})
  }
  const names = Object.keys(contract).filter((name) => contract[name as keyof EngineContract].kind === 'call') as CallName[]
  const handlers = {
    ...Object.fromEntries(names.map((name) => [name, answer(name)])),
    discover: (_input: object, emit: (value: Discovery) => void) => {
      for (const one of found) emit(one)
      return () => {}
    },
    diagnose: (_input: object, emit: (value: DiagnosisRun) => void) => {
      emit({ done: true, startedAtMs: Date.now(), diagnosis: snapshot.diagnosis })
      return () => {}
    },
    visitors: (_input: object, emit: (value: VisitorsView) => void) => {
      whoIsHere.add(emit)
      emit(here)
      return () => whoIsHere.delete(emit)
    },
    followLog: () => () => {},
    snapshot: (_input: object, emit: (value: Snapshot) => void) => {
      watchers.add(emit)
      emit(snapshot)
      return () => watchers.delete(emit)
    },
  } as unknown as Handlers<EngineContract>

  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const show = (next: Snapshot): void => {
    snapshot = next
    for (const emit of watchers) emit(next)
  }
  const drop = (closed = false): void => {
    if (closed) open = 'closed'
    for (const ws of sockets.clients) ws.terminate()
  }
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    calls,
    show,
    on: (name, act) => void acts.set(name, act),
    refuse: (name, problem) =>
      void acts.set(name, () => {
        throw new ProblemError(problem)
      }),
    finds: (...told) => {
      found = told
    },
    receives: (view) => {
      here = view
      for (const emit of whoIsHere) emit(view)
    },
    drop,
    signOut: () => {
      open = 'signed-out'
      drop()
    },
    reopen: () => {
      open = 'yes'
    },
    stop: async () => {
      drop(true)
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

async function sendFile(folder: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = normalize(new URL(request.url ?? '/', 'http://page').pathname)
  try {
    const body = await readFile(join(folder, path === '/' ? 'index.html' : path))
    response.writeHead(200, {
      'content-type': TYPES[extname(path)] ?? 'text/html; charset=utf-8',
      'content-security-policy': CSP,
      'x-content-type-options': 'nosniff',
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  } catch {
    response.writeHead(404, { 'content-security-policy': CSP }).end()
  }
}

function channelOf(ws: WebSocket): Channel {
  return {
    send: (message) => {
      if (ws.readyState === WebSocket.OPEN) ws.send(JSON.stringify(message))
    },
    onMessage: (listener) => ws.on('message', (data) => listener(JSON.parse(String(data)))),
    onClose: (listener) => ws.on('close', listener),
  }
}
