/** Whom this relay's visitors let vouch for a certificate: the authorities that every browser knows, and those that its operator names. */
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import tls, { createSecureContext, type SecureContext } from 'node:tls'
import { ProblemError, problem } from '../../protocol/problem.ts'

/** Made once: reading all the public ones takes some ten milliseconds. `file`: PEM. Throws ProblemError `file-unreadable`. */
export function visitorsTrust(file: string | undefined): SecureContext {
  return createSecureContext({ ca: [...tls.rootCertificates, ...(file === undefined ? [] : [readPem(file)])] })
}

function readPem(path: string): string {
  try {
    const pem = readFileSync(path, 'utf8')
    // A context takes a file without any certificate without a word.
    new X509Certificate(pem)
    return pem
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unreadable'
    throw new ProblemError(problem('file-unreadable', { path, reason }), { cause: error })
  }
}
