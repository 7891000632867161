/**
 * Freebox OS, a REST API in JSON (https://dev.freebox.fr/sdk/os/, read on 2026-11-22). Every answer is `{ success, result | error_code, msg }`.
 *
 *     GET  /api_version                 → api_base_url, api_version: "8.0"           no session
 *     POST /api/v8/login/authorize/     → app_token, track_id                        the box asks its owner
 *     GET  /api/v8/login/authorize/N    → status: pending | granted | denied | timeout
 *     GET  /api/v8/login/               → challenge
 *     POST /api/v8/login/session/       ← app_id, password: HMAC-SHA1(app_token, challenge); → session_token, permissions
 *     …                                 ← X-Fbx-App-Auth: session_token
 */
import { z } from 'zod'
import { parseJson } from '../../../protocol/json.ts'
import { GatewayError, type GatewayReason } from '../gateway.ts'
import { askHttp, type HttpQuestion, type Link } from '../upnp/http.ts'

export interface FreeboxPlace {
  readonly link: Link
  /** Its web server's; 80 but in tests. */
  readonly port: number
  /** Such as `/api/v8/`. */
  readonly base: string
}

export interface FreeboxQuestion {
  readonly method?: HttpQuestion['method']
  /** Below {@link FreeboxPlace.base}. */
  readonly path: string
  readonly body?: object
  readonly session?: string
}

const Version = z.object({
  api_version: z.string().regex(/^\d{1,3}\.\d{1,3}$/),
  api_base_url: z.string().regex(/^\/[\w/-]{0,40}$/),
  device_name: z.string().max(200).default('Freebox'),
  box_model_name: z.string().max(200).optional(),
  device_type: z.string().max(200).optional(),
})

const Answer = z.union([
  z.object({ success: z.literal(true), result: z.unknown().optional() }),
  z.object({ success: z.literal(false), error_code: z.string().max(60), msg: z.string().max(500).default('') }),
])

/** The newest that this was written for; a box that speaks a newer one still answers in it. */
const NEWEST = 8

export interface Freebox {
  readonly place: FreeboxPlace
  readonly name: string
  readonly says: string
}

/** Null: what is there is no Freebox. Throws the signal's reason. */
export async function findFreebox(link: Link, port: number, signal: AbortSignal): Promise<Freebox | null> {
  const reply = await askHttp(link, { place: { port, path: '/api_version' } }, signal).catch(() => null)
  signal.throwIfAborted()
  const version = reply?.status === 200 ? Version.safeParse(parseJson(reply.body.toString('utf8'))).data : undefined
  if (!version) return null
  const { api_base_url, api_version, device_name, box_model_name = '', device_type = '' } = version
  const base = `${api_base_url.replace(/\/?$/, '/')}v${Math.min(Number.parseInt(api_version, 10), NEWEST)}/`
  return {
    place: { link, port, base },
    name: box_model_name || device_name,
    says: [device_name, box_model_name, device_type].join(' ').trim(),
  }
}

/** Those of the documentation's login page, and of the forwarding page: `exist`, `noent`. What stands not here is a refusal like any other. */
const REASONS: Readonly<Record<string, GatewayReason>> = {
  auth_required: 'stranger',
  invalid_token: 'stranger',
  pending_token: 'stranger',
  apps_denied: 'stranger',
  new_apps_denied: 'stranger',
  denied_from_external_ip: 'stranger',
  insufficient_rights: 'right',
  ratelimited: 'locked',
}

/** A refusal of the box, by its own word. */
export class FreeboxRefusal extends GatewayError {
  readonly code: string
  constructor(code: string, path: string) {
    const reason = REASONS[code]
    super(code === 'exist' ? 'conflict' : 'refused', `the Freebox answers "${code}" to ${path}`, {
      final: reason !== undefined && reason !== 'locked',
      ...(reason ? { reason } : {}),
    })
    this.code = code
  }
}

/** The `result`, unread. Throws {@link FreeboxRefusal}, {@link GatewayError} `silent` or `garbled`, or the signal's reason. */
export async function askFreebox(place: FreeboxPlace, question: FreeboxQuestion, signal: AbortSignal): Promise<unknown> {
  const { method, path, body, session } = question
  const { body: bytes } = await askHttp(
    place.link,
    {
      place: { port: place.port, path: place.base + path },
      ...(method ? { method } : {}),
      headers: { 'Content-Type': 'application/json', ...(session === undefined ? {} : { 'X-Fbx-App-Auth': session }) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    },
    signal,
  )
  const answer = Answer.safeParse(parseJson(bytes.toString('utf8'))).data
  if (!answer) throw new GatewayError('garbled', `the Freebox answers ${path} with something that is none of its answers`)
  if (!answer.success) throw new FreeboxRefusal(answer.error_code.replace(/[^\w-]/g, ''), path)
  return answer.result
}

/** Throws {@link GatewayError} `garbled`. */
export function read<T>(schema: z.ZodType<T>, result: unknown, path: string): T {
  const found = schema.safeParse(result)
  if (!found.success) throw new GatewayError('garbled', `the Freebox answers ${path} without what belongs there`)
  return found.data
}
