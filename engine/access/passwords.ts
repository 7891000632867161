/** The passwords of services: what is kept of them, and whether somebody knows one. */
import { randomBytes, scrypt } from 'node:crypto'
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import { isSame } from './grants.ts'

/** 32 MB and about 0.15 s on a small computer, three times over (OWASP's Password Storage Cheat Sheet; RFC 7914). Another cost is another `v`. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 } as const
const HASH_BYTES = 32
const SALT_BYTES = 16
/** Each waits for those before it, so that a crowd at the door costs 32 MB and one core. */
const MAX_WAITING = 8

const Kept = z.object({
  v: z.literal(1),
  services: z.record(z.string().max(40), z.object({ salt: z.string().length(22), hash: z.string().length(43) })),
})
type Kept = z.infer<typeof Kept>

export interface Passwords {
  /** Services that have one. */
  services(): string[]
  /** Another one for each password; undefined: there is none. It tells nothing of it. */
  versionOf(service: string): string | undefined
  /** `busy`: too many are being looked at. */
  isRight(service: string, password: string): Promise<boolean | 'busy'>
  /** Kept when it resolves. Throws ProblemError. */
  set(service: string, password: string): Promise<void>
  remove(service: string): void
}

type Hash = (password: string, salt: Buffer) => Promise<Buffer>

export interface KeptPasswords {
  read(): string | undefined
  /** Throws ProblemError. */
  write(text: string): void
}

/** What is there and damaged lets nobody in. `hash`: for tests, which have no time for a real one. */
export function createPasswords(file: KeptPasswords, hash: Hash = scryptOf): Passwords {
  const parsed = Kept.safeParse(parseJson(file.read() ?? '{}'))
  let kept: Kept['services'] = parsed.success ? parsed.data.services : {}
  let waiting = 0
  let turn: Promise<unknown> = Promise.resolve()

  function keep(next: Kept['services']): void {
    file.write(JSON.stringify({ v: 1, services: next }))
    kept = next
  }
  const find = (service: string) => (Object.hasOwn(kept, service) ? kept[service] : undefined)

  return {
    services: () => Object.keys(kept),
    versionOf: (service) => find(service)?.salt,
    async isRight(service, password) {
      const known = find(service)
      if (!known) return false
      if (waiting >= MAX_WAITING) return 'busy'
      waiting += 1
      try {
        const mine = turn.then(() => hash(password, Buffer.from(known.salt, 'base64url')))
        turn = mine.catch(() => undefined)
        const isRight = isSame(await mine, Buffer.from(known.hash, 'base64url'))
        // Changed in between.
        return isRight && find(service) === known
      } finally {
        waiting -= 1
      }
    },
    async set(service, password) {
      const salt = randomBytes(SALT_BYTES)
      const hashed = (await hash(password, salt)).toString('base64url')
      keep({ ...kept, [service]: { salt: salt.toString('base64url'), hash: hashed } })
    },
    remove(service) {
      const { [service]: _gone, ...others } = kept
      if (find(service)) keep(others)
    },
  }
}

/** The same letters, however a keyboard composes them (RFC 8265 §4.2.2). */
function scryptOf(password: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) =>
    scrypt(password.normalize('NFC'), salt, HASH_BYTES, COST, (error, hash) => (error ? reject(error) : resolve(hash))),
  )
}
