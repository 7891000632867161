/**
 * A scripted Freebox, written from https://dev.freebox.fr/sdk/os/ (login, nat, connection; read on 2026-11-22). No real box has been asked.
 * It keeps a table of rules, and lets in whoever its owner has said yes to.
 *
 *     freebox.ts ADDRESS PORT     as a program on a router of the lab, whose rules follow its table (nft). Obeys what is posted to `/owner`: a status of
 *                                 its question (`granted`, `denied`), or `lock` and `unlock` for the right to change its settings
 */
import { execFileSync } from 'node:child_process'
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { startBoxServer } from './box-server.ts'

export interface FreeboxRule {
  readonly id: number
  readonly enabled: boolean
  readonly comment: string
  readonly ip_proto: string
  readonly wan_port_start: number
  readonly wan_port_end: number
  readonly lan_ip: string
  readonly lan_port: number
  readonly src_ip: string
}

type Status = 'pending' | 'granted' | 'denied' | 'timeout' | 'unknown'

export interface FakeFreebox {
  readonly port: number
  readonly rules: FreeboxRule[]
  /** `METHOD path`, in order. */
  readonly asked: string[]
  /** What it has been shown on its screen. */
  readonly shown: { readonly app_id: string; readonly app_name: string; readonly device_name: string }[]
  /** What its owner, the line and time do to it. */
  is: {
    status: Status
    mayChange: boolean
    external: string
    range: [number, number]
    /** Instead of the answer to a path that ends so. */
    instead: Map<string, { status?: number; body: string }>
  }
  /** A session ends by itself, or by a restart. */
  endSessions(): void
  close(): Promise<void>
}

export async function startFakeFreebox(
  address = '127.0.0.1',
  port = 0,
  onRules: (rules: readonly FreeboxRule[]) => void = () => {},
): Promise<FakeFreebox> {
  const appToken = randomBytes(24).toString('base64')
  const rules: FreeboxRule[] = []
  const asked: string[] = []
  const shown: FakeFreebox['shown'] = []
  const is: FakeFreebox['is'] = { status: 'pending', mayChange: true, external: '203.0.113.10', range: [0, 65_535], instead: new Map() }
  let challenge = randomBytes(12).toString('base64')
  let sessions = new Set<string>()
  let nextId = 1

  const ok = (result?: unknown): object => ({ success: true, ...(result === undefined ? {} : { result }) })
  const no = (error_code: string): object => ({ success: false, error_code, msg: `no: ${error_code}` })

  function answer(method: string, path: string, body: Record<string, unknown>, session: string | undefined): object {
    if (path === 'login/authorize/') {
      shown.push(body as never)
      return ok({ app_token: appToken, track_id: 42 })
    }
    if (path === 'login/authorize/42') return ok({ status: is.status, challenge })
    if (path === 'login/') return ok({ logged_in: false, challenge })
    if (path === 'login/session/') return logIn(body)
    if (session === undefined || !sessions.has(session)) return no('auth_required')
    if (path === 'login/logout/') {
      sessions.delete(session)
      return ok()
    }
    if (path === 'connection/') return ok({ state: 'up', ipv4: is.external, ipv4_port_range: is.range })
    return forwarding(method, path, body)
  }

  function logIn({ password }: Record<string, unknown>): object {
    if (is.status !== 'granted') return no(is.status === 'pending' ? 'pending_token' : 'invalid_token')
    const expected = Buffer.from(createHmac('sha1', appToken).update(challenge).digest('hex'))
    const given = Buffer.from(String(password))
    // Each is good for one try.
    challenge = randomBytes(12).toString('base64')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return no('invalid_token')
    const session_token = randomBytes(12).toString('base64')
    sessions.add(session_token)
    return ok({ session_token, challenge, permissions: { settings: is.mayChange, explorer: true } })
  }

  function forwarding(method: string, path: string, body: Record<string, unknown>): object {
    // A box without rules leaves the result out.
    if (method === 'GET' && path === 'fw/redir/') return ok(rules.length > 0 ? rules : undefined)
    if (!is.mayChange) return no('insufficient_rights')
    if (method === 'POST' && path === 'fw/redir/') {
      const rule = { ...(body as unknown as FreeboxRule), id: nextId }
      const isTaken = rules.some(
        (one) => one.ip_proto === rule.ip_proto && one.wan_port_start <= rule.wan_port_end && rule.wan_port_start <= one.wan_port_end,
      )
      if (isTaken) return no('exist')
      nextId++
      rules.push(rule)
      onRules(rules)
      return ok(rule)
    }
    const index = rules.findIndex(({ id }) => path === `fw/redir/${id}`)
    if (method !== 'DELETE' || index < 0) return no('noent')
    rules.splice(index, 1)
    onRules(rules)
    return ok()
  }

  function obey(order: string): string {
    if (order === 'lock' || order === 'unlock') is.mayChange = order === 'unlock'
    else is.status = order as Status
    return JSON.stringify(rules)
  }

  function respond(request: IncomingMessage, text: string, response: ServerResponse): void {
    const url = request.url ?? ''
    asked.push(`${request.method} ${url}`)
    const [, scripted] = [...is.instead].find(([end]) => url.endsWith(end)) ?? []
    if (url === '/owner') return void response.end(obey(text))
    if (url === '/') return void response.end('<!DOCTYPE html><title>Freebox OS</title>')
    if (scripted) {
      response.statusCode = scripted.status ?? 200
      return void response.end(scripted.body)
    }
    const said =
      url === '/api_version'
        ? { uid: 'f', device_name: 'Freebox Server', api_version: '12.2', api_base_url: '/api/', box_model_name: 'Freebox v8 (r1)' }
        : url.startsWith('/api/v8/')
          ? answer(request.method ?? '', url.slice('/api/v8/'.length), text === '' ? {} : JSON.parse(text), header(request))
          : no('nohost')
    response.statusCode = 'error_code' in said && said.error_code === 'auth_required' ? 403 : 200
    response.setHeader('Content-Type', 'application/json; charset=utf-8')
    response.end(JSON.stringify(said))
  }

  const header = ({ headers }: IncomingMessage): string | undefined => headers['x-fbx-app-auth']?.toString()
  const { port: openPort, close } = await startBoxServer(respond, { address, port })
  return {
    port: openPort,
    rules,
    asked,
    shown,
    is,
    endSessions: () => {
      sessions = new Set()
    },
    close,
  }
}

function asProgram(address: string, port: number): void {
  void startFakeFreebox(address, port, applyRules).then(() => process.stdout.write('ready\n'))
}

/** What its page would do: the rules, and the way through its firewall. */
function applyRules(rules: readonly FreeboxRule[]): void {
  const lines = rules
    .filter(({ enabled }) => enabled)
    .map((rule) => `iifname "wan" ${rule.ip_proto} dport ${rule.wan_port_start} dnat ip to ${rule.lan_ip}:${rule.lan_port}`)
  const chain = `chain redirections {\ntype nat hook prerouting priority dstnat; policy accept;\n${lines.join('\n')}\n}`
  execFileSync('nft', ['-f', '-'], { input: `table inet freebox\ndelete table inet freebox\ntable inet freebox {\n${chain}\n}\n` })
}

if (import.meta.main) asProgram(process.argv[2] ?? '127.0.0.1', Number(process.argv[3] ?? 80))
