/** The relay's own certificate, as a visitor is shown it, or in the files from which it is to come. */
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import tls from 'node:tls'
import { type Finding, finding } from './finding.ts'
import { hostsOf } from './ports.ts'
import type { Site } from './site.ts'

const WAIT_MS = 5000
/** Renewed after two thirds of its life: where less than a quarter is left, renewal has been failing for a while. */
const RENEWED_WITH_LEFT = 1 / 4

/** Of a relay that runs. What keeps anybody from connecting at all is told by the ports. */
export async function checkShown(site: Site, nowMs: number): Promise<Finding[]> {
  const { domain, host, https, probeCaFile, certificate } = site.options
  const [address] = hostsOf(site, https)
  if (address === undefined) return []
  const ca = [...tls.rootCertificates, ...(probeCaFile === undefined ? [] : [readFileSync(probeCaFile, 'utf8')])]
  const shown = await shownAt(address, https.port, domain, ca)
  if (shown === undefined) return [finding('broken', 'certificate-none', { address, port: String(https.port) })]
  const { leaf, error } = shown
  const dates = checkDates(leaf, nowMs)
  if (dates.some(({ verdict }) => verdict === 'broken')) return dates
  const wrongNames = namesWrong(leaf, [domain, host])
  if (wrongNames.length > 0) return wrongNames
  if (error === undefined) return dates
  return [
    finding('broken', certificate.kind === 'self-made' ? 'certificate-rehearsal' : 'certificate-untrusted', { domain, reason: error }),
  ]
}

async function shownAt(host: string, port: number, servername: string, ca: string[]) {
  const socket = tls.connect({ host, port, servername, ca, rejectUnauthorized: false })
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(WAIT_MS) })
    const leaf = socket.getPeerX509Certificate()
    return leaf && { leaf, error: socket.authorized ? undefined : String(socket.authorizationError) }
  } catch {
    return undefined
  } finally {
    socket.on('error', () => {})
    socket.destroy()
  }
}

/** Of a relay that does not run yet. */
export function checkFiles({ options: { certificate, domain, host } }: Site, nowMs: number): Finding[] {
  if (certificate.kind !== 'files') return []
  const { certFile, keyFile } = certificate
  const texts = [certFile, keyFile].map((path) => ({ path, ...readOrWhy(path) }))
  const unreadable = texts.filter(({ why }) => why !== undefined)
  if (unreadable.length > 0) return unreadable.map(({ path, why }) => finding('broken', 'file-unreadable', { path, reason: String(why) }))
  try {
    const [cert = '', key = ''] = texts.map(({ text }) => text ?? '')
    const leaf = new X509Certificate(cert)
    if (!leaf.checkPrivateKey(createPrivateKey(key))) return [finding('broken', 'certificate-mismatch', { certFile, keyFile })]
    return [...checkDates(leaf, nowMs), ...namesWrong(leaf, [domain, host])]
  } catch {
    return [finding('broken', 'certificate-mismatch', { certFile, keyFile })]
  }
}

function readOrWhy(path: string): { text?: string; why?: string | undefined } {
  try {
    return { text: readFileSync(path, 'utf8') }
  } catch (error) {
    return { why: (error as NodeJS.ErrnoException).code ?? String(error) }
  }
}

function checkDates(leaf: X509Certificate, nowMs: number): Finding[] {
  const [fromMs, untilMs] = [Date.parse(leaf.validFrom), Date.parse(leaf.validTo)]
  const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10)
  if (nowMs >= untilMs) return [finding('broken', 'certificate-expired', { until: day(untilMs) })]
  if (nowMs < fromMs) return [finding('broken', 'certificate-not-yet', { from: day(fromMs) })]
  return untilMs - nowMs < (untilMs - fromMs) * RENEWED_WITH_LEFT ? [finding('warning', 'certificate-old', { until: day(untilMs) })] : []
}

function namesWrong(leaf: X509Certificate, names: readonly string[]): Finding[] {
  const missing = [...new Set(names)].filter((name) => leaf.checkHost(name, { subject: 'never' }) === undefined)
  return missing.map((name) => finding('broken', 'certificate-wrong-name', { name, found: leaf.subjectAltName ?? '—' }))
}
