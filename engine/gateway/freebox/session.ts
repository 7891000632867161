/** One session with the box, opened when it is needed, and anew when the box has ended it. */
import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { GatewayError } from '../gateway.ts'
import { keepSession } from '../let-in.ts'
import { askFreebox, type FreeboxPlace, type FreeboxQuestion, FreeboxRefusal, read } from './api.ts'
import { APP } from './authorise.ts'

const Challenge = z.object({ challenge: z.string().min(1).max(200) })
const Opened = z.object({
  session_token: z.string().min(1).max(200),
  permissions: z.object({ settings: z.boolean().default(false) }).default({ settings: false }),
})

export interface FreeboxSession {
  /** Throws GatewayError; its reason says why we are not let in. */
  ask(question: FreeboxQuestion, signal: AbortSignal): Promise<unknown>
  /** Tells the box; nobody waits for it. */
  end(): void
}

const END_MS = 1000

export function openSession(place: FreeboxPlace, appToken: string): FreeboxSession {
  const kept = keepSession((signal) => logIn(place, appToken, signal), hasEnded)
  return {
    ask: (question, signal) => kept.within((session) => askFreebox(place, { ...question, session }, signal), signal),
    end() {
      kept
        .leave()
        ?.then((session) => askFreebox(place, { path: 'login/logout/', body: {}, session }, AbortSignal.timeout(END_MS)))
        .catch(() => undefined)
    },
  }
}

const hasEnded = (error: unknown): boolean => error instanceof FreeboxRefusal && error.code === 'auth_required'

async function logIn(place: FreeboxPlace, appToken: string, signal: AbortSignal): Promise<string> {
  const { challenge } = read(Challenge, await askFreebox(place, { path: 'login/' }, signal), 'login/')
  const password = createHmac('sha1', appToken).update(challenge).digest('hex')
  const path = 'login/session/'
  const body = { app_id: APP.app_id, app_version: APP.app_version, password }
  const { session_token, permissions } = read(Opened, await askFreebox(place, { path, body }, signal), path)
  // New programs may read everything and change nothing.
  if (!permissions.settings)
    throw new GatewayError('refused', 'the Freebox lets us in, and not change its settings', { final: true, reason: 'right' })
  return session_token
}
