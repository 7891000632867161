/** The certificate directory, asked for two things: how it calls itself in CAA records, and what time it is. */

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import { PUBLIC_DIRECTORY } from '../../certificates/directories.ts'
import { parseJson } from '../../protocol/json.ts'
import { type Finding, finding } from './finding.ts'
import type { Site } from './site.ts'

const WAIT_MS = 6000
const MAX_BYTES = 64 * 1024
/** Beyond this certificates and the proofs of identities begin to fail; a header tells whole seconds and was under way for a while. */
const MAX_OFF_MS = 60_000

export interface Directory {
  readonly url: string
  readonly atMs: number | undefined
  readonly issuers: readonly string[]
  /** Why it could not be read. */
  readonly failure: string | undefined
}

/** Also for a relay that takes its certificate from files: some clock other than ours must be asked. */
export async function readDirectory({ options: { certificate } }: Site): Promise<Directory> {
  const url = certificate.kind === 'acme' ? certificate.directoryUrl : PUBLIC_DIRECTORY
  // Whose certificate is not valid yet cannot be believed about anything, but with a wrong clock none is valid.
  const first = await read(url, certificate.kind === 'acme' ? certificate.caFile : undefined, true)
  return first.atMs === undefined ? { ...(await read(url, undefined, false)), failure: first.failure, issuers: [] } : first
}

async function read(url: string, caFile: string | undefined, isStrict: boolean): Promise<Directory> {
  try {
    const ca = caFile === undefined ? undefined : readFileSync(caFile)
    const request = https.get(url, {
      agent: false,
      rejectUnauthorized: isStrict,
      ...(ca ? { ca } : {}),
      signal: AbortSignal.timeout(WAIT_MS),
    })
    const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage]
    const sentAtMs = Date.parse(response.headers.date ?? '')
    let text = ''
    for await (const chunk of response) if (text.length < MAX_BYTES) text += String(chunk)
    const told = (parseJson(text) as { meta?: { caaIdentities?: unknown } } | undefined)?.meta?.caaIdentities
    const names = Array.isArray(told) ? told.filter((name) => typeof name === 'string') : []
    return { url, atMs: Number.isNaN(sentAtMs) ? undefined : sentAtMs, issuers: names, failure: undefined }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    return { url, atMs: undefined, issuers: [], failure: code ?? message }
  }
}

/** Where the directory does not say, its own domain and those above it: `acme-v02.api.letsencrypt.org` is `letsencrypt.org`'s. */
export function issuersOf({ url, issuers }: Directory, { options }: Site): string[] {
  if (options.certificate.kind !== 'acme') return []
  const labels = new URL(url).hostname.split('.')
  return issuers.length > 0 ? [...issuers] : labels.map((_, index) => labels.slice(index).join('.'))
}

export function checkClock({ url, atMs, failure }: Directory, nowMs: number): Finding[] {
  if (atMs === undefined) return [finding('unknown', 'clock-unknown', { source: new URL(url).host, reason: failure ?? 'ETIMEDOUT' })]
  const offMs = nowMs - atMs
  if (Math.abs(offMs) <= MAX_OFF_MS) return []
  const seconds = String(Math.round(Math.abs(offMs) / 1000))
  return [finding('broken', offMs > 0 ? 'clock-ahead' : 'clock-behind', { seconds, source: new URL(url).host })]
}

/** Whether it can be reached at all, where certificates are to come from there. */
export function checkDirectory({ url, failure }: Directory, { options }: Site): Finding[] {
  if (options.certificate.kind !== 'acme' || failure === undefined) return []
  return [finding('broken', 'directory-unreachable', { url, reason: failure })]
}
