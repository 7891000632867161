/** Which program listens there? A light look, of a stranger's making like everything in the house: few requests, few bytes, little time. */
import { once } from 'node:events'
import net, { type Socket } from 'node:net'
import tls from 'node:tls'
import type { Confidence } from '../../../protocol/model/discovery.ts'
import type { ServiceKind } from '../../../protocol/model/service.ts'
import { OWN_SERVER } from '../../../protocol/own-pages.ts'
import type { Preset } from '../presets/preset.ts'
import { type Answer, ask } from '../safety/ask.ts'
import { readBanner } from '../safety/banner.ts'
import { shows } from '../safety/judge.ts'
import type { Look } from '../safety/look.ts'
import { readPage } from '../safety/page.ts'
import type { Candidate } from './candidate.ts'

/** For the whole of it. */
const LOOK_TIMEOUT_MS = 4000
const CONNECT_TIMEOUT_MS = 1500
/** Besides the page itself. */
const MAX_PATHS = 3
/** Programs that announce themselves so announce no more than that they have a page. */
const ANY_PAGE: ReadonlySet<string> = new Set(['_http._tcp', '_https._tcp'])

export interface Recognised {
  readonly kind: ServiceKind
  readonly title: string
  readonly preset: { readonly preset: Preset; readonly confidence: Confidence } | null
}

/** Null: nobody listens, or it is nothing that people would want to reach from outside, as far as anybody can tell. Never rejects. */
export async function recognise(candidate: Candidate, presets: readonly Preset[], signal: AbortSignal): Promise<Recognised | null> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)])
  const announced = presets.find((preset) => announces(preset, candidate.type) || isDevice(preset, candidate.device))
  const { protocol, port } = candidate
  const byPort = presets.find((preset) => isAt(preset, protocol, port))
  if (protocol === 'udp') {
    // Nobody is asked in a language that he may not speak: the port and the announcement must do.
    const preset = announced ?? byPort
    return preset ? { kind: 'udp', title: candidate.label, preset: { preset, confidence: announced ? 'likely' : 'guess' } } : null
  }
  for (const kind of port % 1000 === 443 || byPort?.kind === 'https' ? (['https', 'http'] as const) : (['http', 'https'] as const)) {
    const page = await lookAtPage(candidate, kind, presets, announced, byPort, bounded)
    if (page) return page
  }
  const banner = await readBanner(connector(candidate, 'tcp'), bounded)
  const said = presets.find(({ recognise }) => recognise.banner !== undefined && banner.startsWith(recognise.banner))
  const preset = said ?? announced ?? (byPort?.kind === 'tcp' ? byPort : undefined)
  if (!preset || preset.kind === 'udp') return null
  return { kind: 'tcp', title: candidate.label, preset: { preset, confidence: said ? 'sure' : announced ? 'likely' : 'guess' } }
}

async function lookAtPage(
  candidate: Candidate,
  kind: 'http' | 'https',
  presets: readonly Preset[],
  announced: Preset | undefined,
  byPort: Preset | undefined,
  signal: AbortSignal,
): Promise<Recognised | null> {
  const connect = connector(candidate, kind)
  const headers = ['Host', `${candidate.address.includes(':') ? `[${candidate.address}]` : candidate.address}:${candidate.port}`]
  const get = (path: string) => ask({ connect, path, headers }, signal)
  const root = await get('/')
  // What serves pages of Porchlight is no program to share: this relay's and its operator's, another engine's.
  if (typeof root === 'string' || root.server === OWN_SERVER) return null
  // What it asks for is a page of its own: one that speaks TLS says so in clear words, and is no website in the clear.
  if (root.status === 400 && kind === 'http') return null
  const seen = new Map<string, Look>([['/', asSeen('/', root)]])
  const candidates = [announced, byPort].filter((preset) => preset !== undefined)
  const paths = new Set(candidates.flatMap(({ recognise }) => (recognise.http ?? []).map(({ path }) => path)))
  for (const path of [...paths].filter((path) => path !== '/').slice(0, MAX_PATHS)) {
    const answer = await get(path)
    if (typeof answer !== 'string') seen.set(path, asSeen(path, answer))
  }
  const said = presets.find(({ recognise }) => recognise.http?.some((sign) => shows(seen.get(sign.path), sign)))
  const title = readPage(root.body).title.replaceAll(/\p{C}/gu, '') || candidate.label
  const web = byPort && (byPort.kind === 'http' || byPort.kind === 'https') ? byPort : undefined
  if (said) return { kind, title, preset: { preset: said, confidence: 'sure' } }
  if (announced) return { kind, title, preset: { preset: announced, confidence: ANY_PAGE.has(candidate.type ?? '') ? 'guess' : 'likely' } }
  return { kind, title, preset: web ? { preset: web, confidence: 'guess' } : null }
}

const asSeen = (path: string, answer: Answer): Look => ({ answer, path, away: undefined })

const announces = ({ recognise }: Preset, type: string | null): boolean => type !== null && recognise.mdns?.includes(type) === true

export function isDevice({ recognise: { ssdp } }: Preset, device: Candidate['device']): boolean {
  if (!ssdp || !device) return false
  return (Object.keys(ssdp) as (keyof typeof ssdp)[]).every((name) => device[name] === ssdp[name])
}

function isAt(preset: Preset, protocol: 'tcp' | 'udp', port: number): boolean {
  return [preset, ...(preset.otherPorts ?? [])].some((one) => one.port === port && (one.kind === 'udp') === (protocol === 'udp'))
}

/** What a certificate says does not matter to who only wants to know what is there. */
const connector =
  ({ address, port }: Candidate, kind: 'http' | 'https' | 'tcp') =>
  async (signal: AbortSignal): Promise<Socket> => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_TIMEOUT_MS)])
    const socket = kind === 'https' ? tls.connect({ host: address, port, rejectUnauthorized: false }) : net.connect({ host: address, port })
    try {
      await once(socket, kind === 'https' ? 'secureConnect' : 'connect', { signal: bounded })
      socket.on('error', () => {})
      return socket
    } catch (error) {
      socket.on('error', () => {}).destroy()
      throw error
    }
  }
