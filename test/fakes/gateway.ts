/**
 * A scripted UPnP router on loopback, for what real ones do and miniupnpd never does. Without a script it is a well-behaved
 * IGD:1 that keeps a table of rules; a script answers single actions, or everything, in any way that a socket allows.
 */

import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { startBoxServer } from './box-server.ts'
import { behaveAsFirewall, type FakePinhole } from './gateway-firewall.ts'
import { describeDevice, describeFault, describeResult, type FakeDevice, PLAIN_DEVICE } from './gateway-xml.ts'

export interface FakeCall {
  readonly action: string
  readonly serviceType: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly values: Readonly<Record<string, string>>
}

export interface FakeRule {
  readonly client: string
  readonly internalPort: number
  readonly leaseS: number
  readonly description: string
}

/** How a question is answered. `hang` never answers; `drip` sends one byte at a time, and never the last. */
export type FakeAnswer =
  | { readonly kind: 'fault'; readonly code: number }
  | { readonly kind: 'result'; readonly values: Readonly<Record<string, string | number>> }
  | { readonly kind: 'raw'; readonly status?: number; readonly headers?: Record<string, string>; readonly body: string | Buffer }
  | { readonly kind: 'not-http'; readonly bytes: string }
  | { readonly kind: 'reset' | 'hang' | 'drip' }

export interface FakeScript {
  /** Where it lives: IPv4 unless told otherwise. */
  readonly at?: '127.0.0.1' | '::1'
  readonly device?: Partial<FakeDevice>
  readonly externalAddress?: string
  readonly status?: string
  /** Instead of the description. */
  readonly description?: FakeAnswer
  /** Undefined: as the well-behaved router would. */
  readonly onCall?: (call: FakeCall, rules: Map<string, FakeRule>) => FakeAnswer | undefined
  /** SSDP answers to a search, given the description's true address. Default: one proper answer. */
  readonly announce?: (location: string, target: string) => readonly (string | Buffer)[]
  /** SSDP answers leave from a port of their own. */
  readonly oddPort?: boolean
  /** Searches are heard at this address, and answered from 127.0.0.1 all the same. */
  readonly hearAt?: string
}

export interface FakeGateway {
  readonly address: '127.0.0.1' | '::1'
  readonly ssdpPort: number
  readonly httpPort: number
  /** Key: `TCP 443`. */
  readonly rules: Map<string, FakeRule>
  /** Key: the number. */
  readonly pinholes: Map<string, FakePinhole>
  readonly calls: FakeCall[]
  /** Descriptions asked for. */
  readonly fetched: string[]
  readonly searches: string[]
  close(): Promise<void>
}

export async function startFakeGateway(script: FakeScript = {}): Promise<FakeGateway> {
  const at = script.at ?? '127.0.0.1'
  const rules = new Map<string, FakeRule>()
  const pinholes = new Map<string, FakePinhole>()
  const calls: FakeCall[] = []
  const fetched: string[] = []
  const searches: string[] = []
  const device = { ...PLAIN_DEVICE, ...script.device }
  const server = await startBoxServer(
    (request, text, response) => {
      if (request.method === 'GET') {
        fetched.push(request.url ?? '')
        return answer(request, response, script.description ?? { kind: 'raw', body: describeDevice(device) }, '', '')
      }
      const call = readCall(request, text)
      calls.push(call)
      const how = script.onCall?.(call, rules) ?? behaveAsFirewall(call, pinholes) ?? behave(call, rules, script)
      answer(request, response, how, call.action, call.serviceType)
    },
    { address: at },
  )
  const httpPort = server.port
  const ssdp = await startSsdp(script, at, `http://${at === '::1' ? '[::1]' : at}:${httpPort}/desc.xml`, searches)
  return {
    address: at,
    ssdpPort: ssdp.port,
    httpPort,
    rules,
    pinholes,
    calls,
    fetched,
    searches,
    close: () => Promise.all([server.close(), ssdp.close()]).then(() => undefined),
  }
}

export function properReply(location: string, target: string): string {
  return `HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=120\r\nST: ${target}\r\nEXT:\r\nLOCATION: ${location}\r\nSERVER: Scripted UPnP/1.0\r\n\r\n`
}

async function startSsdp(script: FakeScript, at: string, location: string, searches: string[]) {
  const socket = await bound(script.hearAt ?? at)
  const sender = script.oddPort || script.hearAt ? await bound(at) : socket
  socket.on('message', (datagram, from) => {
    const target = /^ST: (.*)\r$/m.exec(datagram.toString('latin1'))?.[1] ?? ''
    searches.push(target)
    for (const reply of script.announce?.(location, target) ?? [properReply(location, target)]) sender.send(reply, from.port, from.address)
  })
  return {
    port: socket.address().port,
    close: async () => {
      for (const open of new Set([socket, sender])) open.close()
    },
  }
}

async function bound(address: string): Promise<Socket> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket.bind(0, address)
  await once(socket, 'listening')
  return socket
}

function readCall(request: IncomingMessage, body: string): FakeCall {
  const [, serviceType = '', action = ''] = /^"(.*)#(.*)"$/.exec(String(request.headers.soapaction)) ?? []
  const values = Object.fromEntries([...body.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name, value]) => [name, value]))
  return { action, serviceType, path: request.url ?? '', headers: request.headers, values }
}

/** The well-behaved router. */
function behave(call: FakeCall, rules: Map<string, FakeRule>, script: FakeScript): FakeAnswer {
  const { action, values } = call
  const key = `${values.NewProtocol} ${values.NewExternalPort}`
  const rule = rules.get(key)
  switch (action) {
    case 'GetStatusInfo':
      return {
        kind: 'result',
        values: { NewConnectionStatus: script.status ?? 'Connected', NewLastConnectionError: 'ERROR_NONE', NewUptime: 9 },
      }
    case 'GetExternalIPAddress':
      return { kind: 'result', values: { NewExternalIPAddress: script.externalAddress ?? '203.0.113.10' } }
    case 'AddAnyPortMapping':
      if (!call.serviceType.endsWith(':WANIPConnection:2')) return { kind: 'fault', code: 401 }
      return addAnywhere(values, rules)
    case 'GetGenericPortMappingEntry':
      return listed([...rules][Number(values.NewPortMappingIndex)])
    case 'AddPortMapping':
      if (rule && rule.client !== values.NewInternalClient) return { kind: 'fault', code: 718 }
      rules.set(key, toRule(values))
      return { kind: 'result', values: {} }
    case 'GetSpecificPortMappingEntry':
      return rule ? { kind: 'result', values: fromRule(rule) } : { kind: 'fault', code: 714 }
    case 'DeletePortMapping':
      return rules.delete(key) ? { kind: 'result', values: {} } : { kind: 'fault', code: 714 }
    default:
      return { kind: 'fault', code: 401 }
  }
}

/** The next free port, when another has the wanted one. */
function addAnywhere(values: FakeCall['values'], rules: Map<string, FakeRule>): FakeAnswer {
  let port = Number(values.NewExternalPort)
  const taken = () => rules.get(`${values.NewProtocol} ${port}`)
  while (taken() && taken()?.client !== values.NewInternalClient) port += 1
  rules.set(`${values.NewProtocol} ${port}`, toRule(values))
  return { kind: 'result', values: { NewReservedPort: port } }
}

function listed(entry: readonly [key: string, rule: FakeRule] | undefined): FakeAnswer {
  if (!entry) return { kind: 'fault', code: 713 }
  const [protocol = '', port = ''] = entry[0].split(' ')
  return { kind: 'result', values: { NewRemoteHost: '', NewExternalPort: port, NewProtocol: protocol, ...fromRule(entry[1]) } }
}

function toRule(values: FakeCall['values']): FakeRule {
  return {
    client: values.NewInternalClient ?? '',
    internalPort: Number(values.NewInternalPort),
    leaseS: Number(values.NewLeaseDuration),
    description: values.NewPortMappingDescription ?? '',
  }
}

export function fromRule(rule: FakeRule): Record<string, string | number> {
  return {
    NewInternalPort: rule.internalPort,
    NewInternalClient: rule.client,
    NewEnabled: 1,
    NewPortMappingDescription: rule.description,
    NewLeaseDuration: rule.leaseS,
  }
}

function answer(request: IncomingMessage, response: ServerResponse, how: FakeAnswer, action: string, serviceType: string): void {
  switch (how.kind) {
    case 'fault':
      response.writeHead(500, { 'Content-Type': 'text/xml' }).end(describeFault(how.code))
      return
    case 'result':
      response.writeHead(200, { 'Content-Type': 'text/xml' }).end(describeResult(action, serviceType, how.values))
      return
    case 'raw':
      response.writeHead(how.status ?? 200, how.headers).end(how.body)
      return
    case 'not-http':
      request.socket.end(how.bytes)
      return
    case 'reset':
      request.socket.resetAndDestroy()
      return
    case 'drip':
      drip(request, response)
  }
}

function drip(request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Length': 100_000 }).write('<')
  const timer = setInterval(() => response.write('a'), 5)
  request.socket.on('close', () => clearInterval(timer))
}
