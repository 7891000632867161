/** Relay codes, and the key by which this relay is known: `code`, `key`. */
import { join } from 'node:path'
import { formatRelayCode } from '../../protocol/model/relay-code.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { readIfThere } from '../../system/atomic-file.ts'
import { fingerprint } from '../../wire/identity.ts'
import { loadIdentity } from '../identity.ts'
import { ADDRESS_FILE } from '../relay.ts'
import { defineCommand, print, withRegistry } from './command.ts'

const CODE_VALID_MS = 7 * 24 * 3_600_000

export const code = defineCommand({
  name: 'code',
  synopsis: '',
  purpose: 'print a relay code: it lets one device in, once, within seven days',
  flags: {},
  read: () => undefined,
  run(_options, folder) {
    const { host, port } = publicAddress(folder)
    const key = withRegistry(folder, (registry) => registry.createCode(Date.now() + CODE_VALID_MS))
    const text = formatRelayCode({ host, port, fingerprint: fingerprint(loadIdentity(folder).publicKey), key })
    print(text)
    process.stderr.write(`as a link: https://${host}${port === 443 ? '' : `:${port}`}/join/${text}\n`)
    return 0
  },
})

/** Under which devices reach this relay. Throws ProblemError `relay-never-run`. */
function publicAddress(folder: string): { readonly host: string; readonly port: number } {
  const address = readIfThere(join(folder, ADDRESS_FILE))
  if (address === undefined) throw new ProblemError(problem('relay-never-run', { data: folder }))
  return JSON.parse(address) as { host: string; port: number }
}

export const key = defineCommand({
  name: 'key',
  synopsis: '',
  purpose: 'print this relay’s key, for --sibling of another one',
  flags: {},
  read: () => undefined,
  run(_options, folder) {
    print(loadIdentity(folder).publicKey)
    return 0
  },
})
