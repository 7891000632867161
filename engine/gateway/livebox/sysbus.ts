/**
 * A Livebox's sysbus, as its own page speaks it. Orange publishes nothing about it: written from two programs that speak it to Livebox 3 to 7,
 * https://github.com/p-dor/LiveboxMonitor (api/LmSession.py) and https://github.com/maelvls/livebox (main.go), both read on 2026-11-22.
 *
 *     POST /ws   Authorization: X-Sah-Login   sah.Device.Information createContext { applicationName, username, password }
 *                → { status: 0, data: { contextID } }, and a cookie
 *     POST /ws   Authorization: X-Sah CONTEXT · X-Context: CONTEXT · Cookie
 *                { service, method, parameters } → { status, data }, or { errors: [{ error, description }] }; either may stand in `result`
 */
import { z } from 'zod'
import { parseJson } from '../../../protocol/json.ts'
import { GatewayError } from '../gateway.ts'
import { keepSession } from '../let-in.ts'
import { askHttp, type HttpReply, type Link } from '../upnp/http.ts'

export interface LiveboxCall {
  readonly service: string
  readonly method: string
  readonly parameters: object
}

export interface LiveboxAnswer {
  readonly status: unknown
  readonly data: unknown
}

export interface LiveboxSession {
  /** Throws GatewayError; {@link LiveboxRefusal} with the box's own numbers. */
  call(call: LiveboxCall, signal: AbortSignal): Promise<LiveboxAnswer>
}

export interface LiveboxUser {
  readonly name: string
  readonly password: string
}

/** Of the box's errors. */
export const OVERLAPPING = 1_114_120
export const NOT_FOUND = 1_114_115
const PERMISSION_DENIED = 13

const Said = z.object({
  status: z.unknown().optional(),
  data: z.unknown().optional(),
  errors: z
    .array(z.object({ error: z.int(), description: z.string().max(300).default('') }))
    .max(50)
    .default([]),
})
const Wrapped = z.object({ result: Said }).transform(({ result }) => result)
const Answer = z.union([Wrapped, Said])
const Context = z.object({ contextID: z.string().regex(/^[\x21-\x7e]{1,200}$/) })

/** The box understood and said no. */
export class LiveboxRefusal extends GatewayError {
  readonly codes: readonly number[]
  constructor(codes: readonly number[], method: string) {
    const isStranger = codes.includes(PERMISSION_DENIED)
    super(codes.includes(OVERLAPPING) ? 'conflict' : 'refused', `the Livebox refuses ${method} (${codes.join(', ')})`, {
      final: isStranger,
      ...(isStranger ? { reason: 'stranger' as const } : {}),
    })
    this.codes = codes
  }
}

interface Context {
  readonly id: string
  readonly cookie: string
}

/** Logs in when it is first needed, and once more when the box has ended the session, which it then refuses as a stranger's. */
export function openSysbus(link: Link, port: number, user: LiveboxUser): LiveboxSession {
  const kept = keepSession((signal) => logIn(link, port, user, signal), isStranger)
  return {
    async call(call, signal) {
      let tries = 0
      return await kept.within((context) => {
        const asked = ask(link, port, call, headersOf(context), signal)
        return ++tries === 1 ? asked : asked.catch(whyStill)
      }, signal)
    },
  }
}

const isStranger = (error: unknown): error is GatewayError => error instanceof GatewayError && error.reason === 'stranger'

/** Whom it has just let in it knows. */
function whyStill(error: unknown): never {
  if (!isStranger(error)) throw error
  throw new GatewayError('refused', error.message, { final: true, reason: 'right', cause: error })
}

const headersOf = ({ id, cookie }: Context): Record<string, string> => ({
  Authorization: `X-Sah ${id}`,
  'X-Context': id,
  Cookie: `${cookie}sah/contextId=${encodeURIComponent(id)}`,
})

async function logIn(link: Link, port: number, { name, password }: LiveboxUser, signal: AbortSignal): Promise<Context> {
  const parameters = { applicationName: 'webui', username: name, password }
  const call = { service: 'sah.Device.Information', method: 'createContext', parameters }
  const { answer, headers } = await send(link, port, call, { Authorization: 'X-Sah-Login' }, signal)
  const context = Context.safeParse(answer.data)
  // Whatever else it says, it has not let us in.
  if (!context.success) throw new GatewayError('refused', 'the Livebox does not take this password', { final: true, reason: 'stranger' })
  return { id: context.data.contextID, cookie: cookieOf(headers) }
}

/** Its name is the box's own, with a slash in it; the attributes behind it are for browsers. */
function cookieOf(headers: HttpReply['headers']): string {
  const pairs = (headers['set-cookie'] ?? []).slice(0, 5).flatMap((line) => /^[\x21-\x3a\x3c-\x7e]{1,300}(?=;|$)/.exec(line)?.[0] ?? [])
  return pairs.map((pair) => `${pair}; `).join('')
}

async function ask(
  link: Link,
  port: number,
  call: LiveboxCall,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<LiveboxAnswer> {
  return (await send(link, port, call, headers, signal)).answer
}

async function send(link: Link, port: number, call: LiveboxCall, headers: Record<string, string>, signal: AbortSignal) {
  const reply = await askHttp(
    link,
    {
      place: { port, path: '/ws' },
      headers: { 'Content-Type': 'application/x-sah-ws-4-call+json', ...headers },
      body: JSON.stringify(call),
    },
    signal,
  )
  // The status of HTTP (RFC 6585 §4, RFC 9110 §15.5.2), where a box speaks by it.
  if (reply.status === 429) throw new GatewayError('refused', 'the Livebox lets nobody in for a while', { reason: 'locked' })
  if (reply.status === 401) throw new LiveboxRefusal([PERMISSION_DENIED], call.method)
  const said = Answer.safeParse(parseJson(reply.body.toString('utf8'))).data
  if (!said) throw new GatewayError('garbled', `the Livebox answers ${call.method} with something that is none of its answers`)
  if (said.errors.length > 0)
    throw new LiveboxRefusal(
      said.errors.map(({ error }) => error),
      call.method,
    )
  return { answer: { status: said.status, data: said.data }, headers: reply.headers }
}
