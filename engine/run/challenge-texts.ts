/** Proofs in DNS (dns-01) for names of the owner's own: set by the provider that keeps the name, or by the relay where the name of the proof is an
 *  alias of the relay's. Each is written down before it is set, so that one that a crash left there is taken away after the next start. */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { type Answerer, byDns } from '../../certificates/challenge.ts'
import { CertificateError } from '../../certificates/error.ts'
import { askEach, findAuthorities, type ResolverOptions } from '../../dns/authorities.ts'
import { TYPE } from '../../dns/codes.ts'
import { textOf } from '../../dns/text.ts'
import { parseJson } from '../../protocol/json.ts'
import { bareHost } from '../../protocol/model/carried-host.ts'
import { putAside, readIfThere, writeAtomic } from '../../system/atomic-file.ts'
import { ProviderError } from '../names/provider.ts'
import type { Log } from './log.ts'
import type { CredentialStore } from './name-credentials.ts'
import { redacted } from './redacted.ts'

export interface ChallengeTexts {
  /** How a directory can be shown in DNS that this name is ours; undefined: nobody can set a text there. `relay`: sets one at these names. */
  answererFor(host: string, relay: RelayTexts | undefined, signal: AbortSignal): Promise<Answerer | undefined>
  /** Takes away what an earlier run has left; what cannot be taken away now, later. */
  clearLeft(): Promise<void>
}

export interface RelayTexts {
  /** `_acme-challenge.` below each domain of the device. */
  readonly names: readonly string[]
  readonly answerer: Answerer
}

export interface ChallengeTextsOptions {
  /** Of the engine's data. */
  readonly folder: string
  readonly credentials: Pick<CredentialStore, 'sessionFor'>
  readonly log: Log
  /** Ends with the engine. */
  readonly signal: AbortSignal
  readonly resolver?: ResolverOptions
  /** How long all of a name's servers may take to show a text. */
  readonly shownWithinMs?: number
}

const Left = z.object({ name: z.string().max(300), value: z.string().max(300) })
type Left = z.infer<typeof Left>
const File = z.object({ v: z.literal(1), texts: z.array(Left).max(1000) })

/** Some providers hand a record on to their servers once a minute. */
const SHOWN_WITHIN_MS = 75_000
const LOOK_FIRST_MS = 250
const LOOK_LONGEST_MS = 4000
const FIND_MS = 10_000
const CLEAR_MS = 30_000
const CLEAR_AGAIN_MS = 60_000
const CLEAR_LONGEST_MS = 3_600_000
const MAX_ALIASES = 4

export function keepChallengeTexts(options: ChallengeTextsOptions): ChallengeTexts {
  const { folder, credentials, log, signal: life, resolver = {}, shownWithinMs = SHOWN_WITHIN_MS } = options
  const path = join(folder, 'challenges.json')
  const left = new Map(read(path).map((one) => [keyOf(one), one]))
  const save = (): void => writeAtomic(path, `${JSON.stringify({ v: 1, texts: [...left.values()] })}\n`)
  /** Of orders under way: not left behind. */
  const inUse = new Set<string>()
  /** Most providers have a name's texts read and written as a whole: two changes at once would lose one. */
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work)
    last = turn.catch(() => undefined)
    return turn
  }

  const wayTo = (name: string, signal: AbortSignal) => {
    const way = credentials.sessionFor(name, signal)
    const txt = way?.provider.txt
    const { session } = way ?? {}
    const tell = (error: unknown): never => {
      if (!(error instanceof ProviderError)) throw error
      throw new ProviderError(error.trouble, redacted(error.wire, way), { retryAfterS: error.retryAfterS })
    }
    return (
      txt &&
      session && {
        add: (value: string): Promise<void> => txt.add(name, value, session).catch(tell),
        remove: (value: string): Promise<void> => txt.remove(name, value, session).catch(tell),
      }
    )
  }

  /** Throws ProblemError when it cannot be written down; then nothing is set. */
  async function set(name: string, value: string, signal: AbortSignal): Promise<void> {
    const way = wayTo(name, signal)
    if (!way) throw new CertificateError('unproven', `nobody can set a text at ${name}`, { final: false })
    left.set(keyOf({ name, value }), { name, value })
    save()
    inUse.add(keyOf({ name, value }))
    await inTurn(() => way.add(value))
    await shownEverywhere(name, value, signal)
  }

  async function clear(name: string, value: string, signal: AbortSignal): Promise<void> {
    const way = wayTo(name, signal)
    // Of a name that was given up with its credentials, nobody can take anything away any more.
    if (way) await inTurn(() => way.remove(value))
    left.delete(keyOf({ name, value }))
    save()
  }

  async function clearAfter(name: string, value: string, signal: AbortSignal): Promise<void> {
    inUse.delete(keyOf({ name, value }))
    await clear(name, value, signal).catch((error: unknown) => {
      clearLater(CLEAR_AGAIN_MS)
      throw error
    })
  }

  let timer: NodeJS.Timeout | undefined
  life.addEventListener('abort', () => clearTimeout(timer))
  function clearLater(waitMs: number): void {
    clearTimeout(timer)
    if (!life.aborted) timer = setTimeout(() => void clearLeft(Math.min(CLEAR_LONGEST_MS, waitMs * 2)), waitMs).unref()
  }

  async function clearLeft(againMs: number): Promise<void> {
    const all = [...left].flatMap(([key, one]) => (inUse.has(key) ? [] : [one]))
    const cleared = await Promise.allSettled(
      all.map(({ name, value }) => clear(name, value, AbortSignal.any([life, AbortSignal.timeout(CLEAR_MS)]))),
    )
    for (const [at, { name }] of all.entries()) log(cleared[at]?.status === 'fulfilled' ? 'challenge-cleared' : 'challenge-left', { name })
    if (cleared.some(({ status }) => status === 'rejected')) clearLater(againMs)
  }

  /** A directory asks any of them, from several places at once; one that does not answer us now may be one that nobody reaches. */
  async function shownEverywhere(name: string, value: string, signal: AbortSignal): Promise<void> {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(shownWithinMs)])
    let missing = 0
    try {
      const found = await findAuthorities(name, resolver, bounded)
      if (found.state !== 'found') throw new CertificateError('unproven', `the name servers of ${name} are not found`, { final: false })
      for (let waitMs = LOOK_FIRST_MS; ; waitMs = Math.min(LOOK_LONGEST_MS, waitMs * 2)) {
        const answers = await askEach(found.servers, name, TYPE.TXT, bounded)
        missing = answers.filter(({ records }) => !records.some((record) => textOf(record) === value)).length
        if (answers.length > 0 && missing === 0) return
        await sleep(waitMs, undefined, { signal: bounded })
      }
    } catch (error) {
      signal.throwIfAborted()
      if (!bounded.aborted) throw error
      throw new CertificateError('unproven', `${missing} name servers do not show the text at ${name}`, { final: false, cause: error })
    }
  }

  /** Where a text for this name has to stand: there, or where the name is an alias of. */
  async function endOf(name: string, signal: AbortSignal): Promise<string> {
    let end = name
    for (let count = 0; count < MAX_ALIASES; count++) {
      const found = await findAuthorities(end, resolver, signal)
      const answers = found.state === 'found' ? await askEach(found.servers, end, TYPE.TXT, signal) : []
      const alias = answers.find((answer) => answer.alias !== undefined)?.alias
      if (!alias) break
      end = alias.join('.').toLowerCase()
    }
    return end
  }

  return {
    async answererFor(host, relay, signal) {
      const name = `_acme-challenge.${bareHost(host)}`
      const bounded = AbortSignal.any([signal, AbortSignal.timeout(FIND_MS)])
      const end = await endOf(name, bounded).catch(() => name)
      signal.throwIfAborted()
      if (relay?.names.includes(end)) return relay.answerer
      if (!wayTo(end, signal)) return undefined
      return byDns(
        (_name, value, asking) => set(end, value, asking),
        (_name, value, asking) => clearAfter(end, value, asking),
      )
    },
    clearLeft: () => clearLeft(CLEAR_AGAIN_MS),
  }
}

const keyOf = ({ name, value }: Left): string => `${name} ${value}`

/** A damaged file is put aside: a text too many harms nobody. */
function read(path: string): readonly Left[] {
  const text = readIfThere(path)
  if (text === undefined) return []
  const file = File.safeParse(parseJson(text))
  if (!file.success) putAside(path)
  return file.data?.texts ?? []
}
