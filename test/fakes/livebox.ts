/** A scripted Livebox, written from what two programs say to real ones (engine/gateway/livebox/sysbus.ts names them, and the day they were read). No
 *  real box has been asked. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { startBoxServer } from './box-server.ts'

type Parameters = Readonly<Record<string, unknown>>

export interface FakeLivebox {
  readonly port: number
  readonly password: string
  /** By id, as the box lists them. */
  readonly rules: Map<string, Readonly<Record<string, unknown>>>
  /** `service method`, in order. */
  readonly asked: string[]
  is: {
    external: string
    /** Answers stand in `result`, as to older programs. */
    wraps: boolean
    /** Instead of the answer to this method. */
    instead: Map<string, { status?: number; body: string }>
  }
  endSessions(): void
  close(): Promise<void>
}

export async function startFakeLivebox(password = 'hier-le-mot'): Promise<FakeLivebox> {
  const rules: FakeLivebox['rules'] = new Map()
  const asked: string[] = []
  const is: FakeLivebox['is'] = { external: '203.0.113.10', wraps: false, instead: new Map() }
  let sessions = new Map<string, string>()

  function answer(service: string, method: string, given: Parameters, request: IncomingMessage, response: ServerResponse): object {
    if (method === 'createContext') {
      const isKnown = given.username === 'admin' && given.password === password && request.headers.authorization === 'X-Sah-Login'
      if (!isKnown) return no(13, 'Permission denied')
      const contextID = randomBytes(12).toString('base64')
      const cookie = `a1b2c3/sessid=${randomBytes(6).toString('hex')}`
      sessions.set(contextID, cookie)
      response.setHeader('Set-Cookie', `${cookie}; path=/; SameSite=Strict; HttpOnly`)
      return { status: 0, data: { contextID, username: 'admin', groups: 'http,admin' } }
    }
    const context = request.headers['x-context']?.toString() ?? ''
    const cookie = sessions.get(context)
    const isIn = cookie !== undefined && request.headers.authorization === `X-Sah ${context}` && request.headers.cookie?.includes(cookie)
    if (!isIn) return no(13, 'Permission denied')
    switch (`${service} ${method}`) {
      case 'sysbus.NMC getWANStatus':
        return { status: true, data: { LinkState: 'up', IPAddress: is.external } }
      case 'sysbus.Firewall getPortForwarding':
        return { status: Object.fromEntries(rules) }
      case 'sysbus.Firewall setPortForwarding':
        return setRule(given)
      case 'sysbus.Firewall deletePortForwarding':
        return rules.delete(String(given.id)) ? { status: true } : no(1_114_115, 'Object not found')
      default:
        return no(196_618, 'Object or parameter not found')
    }
  }

  function setRule(given: Parameters): object {
    const overlaps = [...rules].some(
      ([id, rule]) => id !== given.id && rule.ExternalPort === given.externalPort && rule.Protocol === given.protocol,
    )
    if (overlaps) return no(1_114_120, 'Overlapping rule')
    const id = String(given.id)
    const rule = {
      ...{ Id: id, Origin: given.origin, Description: given.description, Status: 'Enabled', SourceInterface: given.sourceInterface },
      ...{ Protocol: given.protocol, ExternalPort: given.externalPort, ExternalPortEndRange: 0, InternalPort: given.internalPort },
      ...{
        SourcePrefix: '',
        DestinationIPAddress: given.destinationIPAddress,
        DestinationMACAddress: '',
        LeaseDuration: 0,
        Enable: given.enable,
      },
    }
    rules.set(id, rule)
    return { status: id, data: { rule } }
  }

  const no = (error: number, description: string): object => ({ status: null, errors: [{ error, description, info: '' }] })

  function respond(request: IncomingMessage, text: string, response: ServerResponse): void {
    const { service, method, parameters } = JSON.parse(text) as { service: string; method: string; parameters: Parameters }
    asked.push(`${service} ${method}`)
    const scripted = is.instead.get(method)
    if (scripted) {
      response.statusCode = scripted.status ?? 200
      return void response.end(scripted.body)
    }
    const said = request.url === '/ws' ? answer(service, method, parameters, request, response) : no(404, '')
    response.end(JSON.stringify(is.wraps && method !== 'createContext' ? { result: said } : said))
  }

  const { port, close } = await startBoxServer(respond)
  return {
    port,
    password,
    rules,
    asked,
    is,
    endSessions: () => {
      sessions = new Map()
    },
    close,
  }
}
