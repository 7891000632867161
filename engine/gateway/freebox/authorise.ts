/** Its owner's yes: asked for once, given by a press on the box itself (https://dev.freebox.fr/sdk/os/login/). */
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { askFreebox, type FreeboxPlace, read } from './api.ts'

/** By it the box knows us again, and lists us under "Gestion des accès › Applications". */
export const APP = { app_id: 'org.porchlight.engine', app_name: 'Porchlight', app_version: '1' } as const

const Asked = z.object({ app_token: z.string().min(1).max(200), track_id: z.int() })
const Status = z.object({ status: z.string().max(40) })

/** The box itself gives up after some minutes; it has told us so long before. */
const LONGEST_MS = 10 * 60_000
const EVERY_MS = 1000

export interface Permission {
  /** A secret: by it we are let in once it is granted. */
  readonly appToken: string
  readonly trackId: number
}

/** The box shows our name and waits. `device`: what its owner calls this computer. Throws GatewayError. */
export async function askPermission(place: FreeboxPlace, device: string, signal: AbortSignal): Promise<Permission> {
  const path = 'login/authorize/'
  const { app_token, track_id } = read(
    Asked,
    await askFreebox(place, { path, body: { ...APP, device_name: device.slice(0, 40) } }, signal),
    path,
  )
  return { appToken: app_token, trackId: track_id }
}

/** What its owner said; `timeout`: nothing, for too long. Throws GatewayError, or the signal's reason. */
export async function awaitPermission(
  place: FreeboxPlace,
  { trackId }: Permission,
  signal: AbortSignal,
  everyMs = EVERY_MS,
): Promise<'granted' | 'denied' | 'timeout'> {
  const path = `login/authorize/${trackId}`
  for (let waitedMs = 0; waitedMs < LONGEST_MS; waitedMs += everyMs) {
    const { status } = read(Status, await askFreebox(place, { path }, signal), path)
    if (status === 'granted' || status === 'denied' || status === 'timeout') return status
    // `unknown`: it has forgotten us.
    if (status !== 'pending') return 'timeout'
    await sleep(everyMs, undefined, { signal })
  }
  return 'timeout'
}
