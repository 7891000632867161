/** Who we are, without ever sending the password: HTTP digest (RFC 7616 §3.4), by MD5 or SHA-256. One challenge serves many questions, each with a
 *  number of its own. */
import { createHash, randomBytes } from 'node:crypto'
import type { Credentials } from '../upnp/http.ts'

interface Challenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | undefined
  readonly algorithm: keyof typeof HASHES
  readonly qop: 'auth' | undefined
}

const HASHES = { MD5: 'md5', 'SHA-256': 'sha256' } as const
const MAX_CHALLENGE_LENGTH = 2000

export function digestCredentials(user: string, password: string): Credentials {
  let challenge: Challenge | undefined
  let count = 0
  let isRefused = false
  return {
    challenged(wwwAuthenticate) {
      challenge = isRefused ? undefined : parseChallenge(wwwAuthenticate)
      count = 0
      return challenge !== undefined
    },
    refused() {
      isRefused = true
      challenge = undefined
    },
    authorization(method, path) {
      if (!challenge) return undefined
      count++
      return answerTo(challenge, { user, password, method, path, count, cnonce: randomBytes(8).toString('hex') })
    },
  }
}

export interface DigestFacts {
  readonly user: string
  readonly password: string
  readonly method: string
  readonly path: string
  readonly count: number
  readonly cnonce: string
}

export function answerTo({ realm, nonce, opaque, algorithm, qop }: Challenge, facts: DigestFacts): string {
  const hash = (text: string): string => createHash(HASHES[algorithm]).update(text).digest('hex')
  const { user, password, method, path, cnonce } = facts
  const nc = facts.count.toString(16).padStart(8, '0')
  const proof = [hash(`${user}:${realm}:${password}`), nonce, ...(qop ? [nc, cnonce, qop] : []), hash(`${method}:${path}`)]
  const quoted = { username: user, realm, nonce, uri: path, response: hash(proof.join(':')), ...(opaque === undefined ? {} : { opaque }) }
  const fields = Object.entries(quoted).map(([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`)
  return `Digest ${[...fields, `algorithm=${algorithm}`, ...(qop ? [`qop=${qop}`, `nc=${nc}`, `cnonce="${cnonce}"`] : [])].join(', ')}`
}

/** Undefined: it is none, or none that we can answer. Where several are offered, the first that we can. */
export function parseChallenge(header: string): Challenge | undefined {
  if (header.length > MAX_CHALLENGE_LENGTH) return undefined
  for (const part of header.split(/(?:^|,\s*)(?=Digest\s)/i)) {
    const fields = new Map(
      Array.from(part.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.){0,400})"|([^\s",]{1,400}))/gi), ([, name = '', quoted, bare]) => [
        name.toLowerCase(),
        quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '',
      ]),
    )
    const [realm, nonce] = [fields.get('realm'), fields.get('nonce')]
    const algorithm = Object.keys(HASHES).find((known) => known === (fields.get('algorithm') ?? 'MD5').toUpperCase())
    const offered = fields.get('qop')?.split(/[\s,]+/)
    const isAnswerable = !offered || offered.includes('auth')
    // What cannot stand in a header of ours is no challenge either.
    const isPlain = [...fields.values()].every((value) => /^[\x20-\x7e]*$/.test(value))
    if (/^Digest\s/i.test(part) && realm !== undefined && nonce && algorithm && isAnswerable && isPlain)
      return { realm, nonce, opaque: fields.get('opaque'), algorithm: algorithm as keyof typeof HASHES, qop: offered ? 'auth' : undefined }
  }
  return undefined
}
