/** `porchlight pin`: the certificate that a service shows at home, and its owner's word on it. */

import type { EngineContract } from '../../protocol/contract.ts'
import { formatFingerprint, formatTarget, parseTarget } from '../../protocol/model/service.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Client } from '../../protocol/rpc.ts'
import { serviceOf, withEngine } from './ask.ts'
import { command, readFlags, SWITCH, TEXT, UsageError } from './command.ts'

/** The engine itself waits ten seconds for the service. */
const LOOK_TIMEOUT_MS = 15_000

/** Of every command that takes a target. */
export const PIN_FLAGS = { pin: TEXT, 'accept-certificate': SWITCH } as const

export interface Pinning {
  /** The fingerprint that its owner has read elsewhere. */
  readonly pin: string | undefined
  /** Whatever it shows now is right. */
  readonly accept: boolean
}

export function readPinning(values: { readonly pin?: string | undefined; readonly 'accept-certificate'?: boolean | undefined }): Pinning {
  const accept = values['accept-certificate'] === true
  if (accept && values.pin !== undefined) throw new UsageError('--pin and --accept-certificate exclude each other')
  return { pin: values.pin, accept }
}

/** What `add` and `route add` pass on. Throws ProblemError when the target shows a certificate that somebody has to accept first. */
export async function pinOf(
  engine: Client<EngineContract>,
  service: string,
  to: string,
  { pin, accept }: Pinning,
): Promise<{ pin?: string }> {
  if (pin !== undefined) return { pin }
  const { certificate } = await engine.lookAtCertificate({ target: to }, LOOK_TIMEOUT_MS)
  if (!certificate) return {}
  const { fingerprint, subject, notAfterMs } = certificate
  const theirs = formatFingerprint(fingerprint)
  const target = parseTarget(to)
  const facts = { service, target: target ? formatTarget(target) : to, theirs, detail: subject, until: String(notAfterMs) }
  if (!accept) throw new ProblemError(problem('certificate-unaccepted', facts))
  // Beside what scripts read.
  process.stderr.write(`${theirs}\n`)
  return { pin: fingerprint }
}

export const pin = command<{ readonly name: string; readonly prefix: string | null; readonly fingerprint: string | undefined }>({
  usage: 'pin NAME[/PATH] [FINGERPRINT]  print the certificate that it shows at home, or accept that one',
  read(args) {
    const { values, positionals } = readFlags(args, {}, true)
    const [place = '', fingerprint, ...more] = positionals
    const border = place.indexOf('/')
    const name = border < 0 ? place : place.slice(0, border)
    if (name === '' || more.length > 0) throw new UsageError('pin needs the name of one service, and a fingerprint or nothing')
    return { name, prefix: border < 0 ? null : place.slice(border), fingerprint, data: values.data }
  },
  run: (folder, { name, prefix, fingerprint }, words) =>
    withEngine(folder, async (engine, _closed, snapshot) => {
      if (fingerprint !== undefined) return void (await engine.acceptCertificate({ name, prefix, fingerprint }))
      const service = serviceOf(await snapshot(), name)
      const route = service.routes.find((each) => each.prefix === prefix)
      if (prefix !== null && !route) throw new ProblemError(problem('route-unknown', { path: prefix, service: name }))
      const { certificate } = await engine.lookAtCertificate({ target: route?.target ?? service.target }, LOOK_TIMEOUT_MS)
      if (!certificate) return
      const { fingerprint: shown, subject, notAfterMs } = certificate
      const until = new Intl.DateTimeFormat(words.locale, { dateStyle: 'medium', timeStyle: 'short' }).format(notAfterMs)
      process.stdout.write(`${formatFingerprint(shown)}\n`)
      process.stderr.write(`${words.routes.certificate.subject} ${subject}\n${words.routes.certificate.until} ${until}\n`)
    }),
})
