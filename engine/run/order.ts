/** One order: at the directory that was chosen, or first at its rehearsal after several failures, proven as the names allow. */
import { isDeepStrictEqual } from 'node:util'
import { type OrderStep, obtainCertificate } from '../../certificates/acme.ts'
import { type Answerer, byDns } from '../../certificates/challenge.ts'
import { CertificateError } from '../../certificates/error.ts'
import type { Certificate } from '../../certificates/store.ts'
import { type Ask, Issuance } from '../../wire/messages.ts'
import type { State } from '../core/state.ts'
import type { Tunnel } from '../tunnel/tunnel.ts'
import { isBehindProxy, type KeptAuthority } from './authority.ts'
import type { Log } from './log.ts'
import type { OwnKeys } from './own-keys.ts'
import type { SettingsFile } from './settings.ts'
import type { Unsaved } from './unsaved.ts'

export interface OrderSource {
  readonly authority: KeptAuthority
  readonly settings: SettingsFile
  readonly unsaved: Unsaved
  readonly ownKeys: OwnKeys
  readonly log: Log
  state(): State
  /** To every relay that answers for our domain; the first is the one that serves. */
  tunnels(): readonly Tunnel[]
}

export interface OrderWish {
  readonly directoryUrl: string
  readonly names: readonly string[]
  /** The leaf (PEM) that it stands in for. */
  readonly replaces?: string | undefined
  readonly onStep?: (step: OrderStep) => void
  /** How the names are proven; absent: by the relay whose names they are. */
  readonly answerers?: readonly Answerer[]
  readonly profile?: string | undefined
}

/** Throws CertificateError, ProblemError, or the signal's reason. */
export async function order(source: OrderSource, { directoryUrl, ...wish }: OrderWish, signal: AbortSignal): Promise<Certificate> {
  const { authority, ownKeys, state } = source
  const isRehearsed = directoryUrl !== authority.directoryUrl
  const isOfRelay = wish.answerers === undefined
  try {
    return await obtainCertificate({
      ...(await authority.options(directoryUrl, signal, isBehindProxy(state()))),
      answerers: [byRelay(source)],
      ...wish,
      onKey: ownKeys.remember,
      async onAccount({ uri: accountUri, issuers }, asking) {
        if (isOfRelay) await restrict(source, { accountUri, issuers }, isRehearsed, asking)
      },
      signal,
    })
  } finally {
    const { issuance } = source.settings.current
    if (isOfRelay && isRehearsed && issuance) await askRelays(source, { kind: 'issuance', issuance }, signal).catch(() => {})
  }
}

/** By the relays of our domain, which answer for it in DNS. */
export function byRelay(source: OrderSource): Answerer {
  const challenge = (action: 'set' | 'clear') => (_name: string, value: string, asking: AbortSignal) =>
    askRelays(source, { kind: 'challenge', action, value }, asking)
  return byDns(challenge('set'), challenge('clear'))
}

async function askRelays({ tunnels }: OrderSource, what: Ask, asking: AbortSignal): Promise<void> {
  const [serving, ...others] = tunnels()
  if (!serving) throw new CertificateError('directory-unreachable', 'the relay, which sets the proof, is not connected', { final: false })
  // The directory asks any server of the domain. One that did not take it is asked in vain: then the next try comes.
  const told = Promise.allSettled(others.map((other) => other.ask(what, asking)))
  await serving.ask(what, asking).catch((cause: unknown) => {
    throw new CertificateError('directory-unreachable', `the relay did not set the proof: ${String(cause)}`, { final: false, cause })
  })
  await told
}

/** Has the relay say in DNS that this account alone may get certificates. The account at a rehearsal is another one: it is said while the
 *  rehearsal lasts, and not kept. */
async function restrict(source: OrderSource, account: object, isRehearsed: boolean, asking: AbortSignal): Promise<void> {
  const { settings, unsaved, log } = source
  // A directory that does not tell how its authority is called in CAA records: then nothing can be said there.
  const issuance = Issuance.safeParse(account)
  if (!issuance.success) return
  if (!isRehearsed && !isDeepStrictEqual(settings.current.issuance, issuance.data))
    await unsaved.write('issuance', () => settings.change({ issuance: issuance.data }))
  // A lock more, and no reason to be without a certificate: an older relay does not know the question.
  await askRelays(source, { kind: 'issuance', issuance: issuance.data }, asking).catch((error: unknown) =>
    log('issuance-not-set', { error: String(error) }),
  )
}
