/** Keeps a zone at a foreign name server (BIND, Knot, PowerDNS) equal to what our own zone view says, by signed updates (RFC 2136, RFC 8945): after
 *  every change here, once a minute besides, and ever more patiently where it fails. */
import { setTimeout as sleep } from 'node:timers/promises'
import { NameServerError } from '../../dns/exchange.ts'
import type { Log } from '../log.ts'
import { openJournal } from './journal.ts'
import { createMirror, type Mirror, type MirrorOptions } from './mirror.ts'
import { createWaiters } from './waiters.ts'

/** Whose names: a device's key, or the relay itself. */
export const RELAY_ITSELF = ''

export interface PublisherOptions extends Omit<MirrorOptions, 'journal'> {
  /** Everybody who has names now. */
  owners(): Iterable<string>
  readonly folder: string
  readonly log: Log
}

export interface Publisher {
  /** Something may have changed there. */
  touch(owner: string): void
  /** Resolves when what is said of this owner now stands at the server. Rejects with {@link NameServerError} when it was refused or did not come
   *  to stand within 10 s, or with the signal's reason. It will be tried further all the same. */
  settle(owner: string, signal: AbortSignal): Promise<void>
  readonly shown: Mirror['shown']
  readonly closed: Promise<void>
}

const OWNERS_AT_ONCE = 20
const SWEEP_EVERY_MS = 60_000
const SETTLE_MS = 10_000
const RETRY_FIRST_MS = 1000
const RETRY_LONGEST_MS = 60_000

export function startPublisher(options: PublisherOptions): Publisher {
  const { signal, log } = options
  const journal = openJournal(options.folder, (keptAs) => log('dns-update-journal-damaged', { keptAs }))
  const mirror = createMirror({ ...options, journal })
  const waiters = createWaiters()
  const dirty = new Set<string>()
  /** Whose update the server does not take, or cannot be written, and why. */
  const refused = new Map<string, string>()
  let wake = (): void => {}
  let told = ''

  const tell = (message: string): void => {
    if (message !== told) log(message === '' ? 'dns-update-works' : 'dns-update-failed', message === '' ? {} : { reason: message })
    told = message
  }
  const touch = (owner: string): void => {
    dirty.add(owner)
    wake()
  }
  const sweep = (): void => {
    for (const owner of [RELAY_ITSELF, ...options.owners(), ...journal.owners(), ...refused.keys()]) touch(owner)
  }

  const bring = async (batch: readonly string[]): Promise<(Error | undefined)[]> => {
    const errors = await mirror.bring(batch)
    for (const [index, owner] of batch.entries()) {
      const error = errors[index]
      if (error) refused.set(owner, error.message)
      else refused.delete(owner)
    }
    tell(refused.values().next().value ?? '')
    return errors
  }

  const work = async (): Promise<void> => {
    for (let failures = 0; !signal.aborted; ) {
      if (dirty.size === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
        continue
      }
      const batch = [...dirty].slice(0, OWNERS_AT_ONCE)
      for (const owner of batch) dirty.delete(owner)
      const taken = batch.map(waiters.take)
      try {
        const errors = await bring(batch)
        for (const [index, each] of taken.entries()) {
          const error = errors[index]
          for (const { done, fail } of each) error ? fail(error) : done()
        }
        failures = 0
      } catch (error) {
        for (const [index, owner] of batch.entries()) {
          dirty.add(owner)
          waiters.putBack(owner, taken[index] ?? [])
        }
        mirror.forget()
        if (signal.aborted) return
        tell(String(error instanceof NameServerError ? error.message : error))
        await sleep(Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** failures++), undefined, { signal }).catch(() => {})
      }
    }
  }

  sweep()
  const timer = setInterval(sweep, SWEEP_EVERY_MS)
  signal.addEventListener('abort', () => wake())
  const closed = work().finally(() => {
    clearInterval(timer)
    mirror.forget()
    waiters.failAll(new Error('the relay is being stopped'))
  })
  return {
    touch,
    closed,
    async settle(owner, asking) {
      const timeout = AbortSignal.timeout(SETTLE_MS)
      const whyEnded = (): Error =>
        timeout.aborted ? new NameServerError('silent', told || 'the update takes too long') : (asking.reason as Error)
      const settled = waiters.wait(owner, AbortSignal.any([asking, timeout]), whyEnded)
      touch(owner)
      await settled
    },
    shown: mirror.shown,
  }
}
