/** Visits one of our own pages as anybody would, and looks at whose key is shown there: whoever owns the names' DNS could obtain a certificate
 *  and answer in our place. A relay that shows us one face and others another is not found out like this; the public logs stand for that
 *  (certificate-log.ts). */
import { lookup } from 'node:dns/promises'
import net from 'node:net'
import tls from 'node:tls'
import type { Endpoint } from '../../protocol/model/address.ts'

export interface OwnNameVisit {
  /** A host name of ours. */
  readonly host: string
  readonly endpoints: readonly Endpoint[]
  /** `publicKey`: DER. */
  isOwnKey(publicKey: Buffer): boolean
}

export interface OwnNameFinding {
  /** `unreached`: nobody showed any certificate. */
  readonly finding: 'own' | 'foreign' | 'unreached'
  /** Where the foreign key was shown. */
  readonly address?: string
}

const VISIT_TIMEOUT_MS = 5000
const MAX_ADDRESSES = 8

/** The addresses that this computer's resolver knows for one of our names; none when it knows none, or does not answer in time. */
export async function addressesOf(host: string, signal: AbortSignal): Promise<string[]> {
  const { promise: timeout, resolve } = Promise.withResolvers<string[]>()
  const timer = setTimeout(() => resolve([]), VISIT_TIMEOUT_MS)
  const onAbort = (): void => resolve([])
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) onAbort()
  const found = lookup(host, { all: true }).then(
    (all) => all.map(({ address }) => address).slice(0, MAX_ADDRESSES),
    () => [],
  )
  return await Promise.race([timeout, found]).finally(() => {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
  })
}

/** Never throws: who cannot be reached shows nothing. */
export async function visitOwnName({ host, endpoints, isOwnKey }: OwnNameVisit, signal: AbortSignal): Promise<OwnNameFinding> {
  const shown = await Promise.all(endpoints.map((endpoint) => shownKey(host, endpoint, signal)))
  const foreign = shown.findIndex((key) => key !== undefined && !isOwnKey(key))
  const address = endpoints[foreign]?.address
  if (address !== undefined) return { finding: 'foreign', address }
  return { finding: shown.some((key) => key !== undefined) ? 'own' : 'unreached' }
}

function shownKey(host: string, { address, port }: Endpoint, signal: AbortSignal): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(VISIT_TIMEOUT_MS)])
    const tcp = net.connect({ host: address, port, noDelay: true })
    const done = (key: Buffer | undefined): void => {
      bounded.removeEventListener('abort', onAbort)
      tcp.destroy()
      resolve(key)
    }
    const onAbort = (): void => done(undefined)
    bounded.addEventListener('abort', onAbort)
    if (bounded.aborted) onAbort()
    tcp.on('error', onAbort).on('close', onAbort)
    tcp.once('connect', () => {
      // What a browser offers: whoever wants to be seen by browsers answers this. What is wrong with the certificate is for others to say.
      const options = { socket: tcp, servername: host, ALPNProtocols: ['h2', 'http/1.1'], rejectUnauthorized: false }
      const secure = tls.connect(options)
      secure.on('error', onAbort)
      secure.once('secureConnect', () => done(secure.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' })))
    })
  })
}
