/** Relay codes, and the key by which this relay is known. */
import { ProblemError, problem } from '../../protocol/problem.ts'
import { loadIdentity } from '../identity.ts'
import { CODE_VALID_MS, describeCodes, makeCodes } from '../operating/relay-codes.ts'
import { defineCommand, print, printJson, timeText, UsageError, withRegistry } from './command.ts'

const HOUR_MS = 3_600_000
const MAX_AT_ONCE = 100
const MAX_VALID_MS = 366 * 24 * HOUR_MS

export const code = defineCommand({
  name: 'code',
  synopsis: '[--expires DAYSd|HOURSh] [--count N]',
  purpose: 'print a relay code, or so many: each lets one device in, once, within seven days unless told otherwise',
  flags: { expires: { type: 'string' }, count: { type: 'string' } },
  read: ({ expires, count = '1' }) => ({ validMs: expires === undefined ? CODE_VALID_MS : duration(expires), count: countOf(count) }),
  run({ validMs, count }, folder) {
    // The code alone stands on standard output; what is for people beside it.
    for (const { text, link, id } of withRegistry(folder, (registry) => makeCodes(folder, registry, count, validMs))) {
      print(text)
      process.stderr.write(`as a link: ${link}\nid: ${id}\n`)
    }
    return 0
  },
})

function duration(text: string): number {
  const [, number = '', unit] = /^(\d{1,4})([dh])$/.exec(text) ?? []
  const ms = Number(number) * (unit === 'd' ? 24 : 1) * HOUR_MS
  if (ms <= 0 || ms > MAX_VALID_MS) throw new UsageError('--expires needs days or hours, such as 30d or 12h, a year at the most')
  return ms
}

function countOf(text: string): number {
  const count = Number(text)
  if (!/^\d+$/.test(text) || count < 1 || count > MAX_AT_ONCE) throw new UsageError(`--count needs a number from 1 to ${MAX_AT_ONCE}`)
  return count
}

export const codes = defineCommand({
  name: 'codes',
  synopsis: '[--json]',
  purpose: 'one line a relay code: its id, whether it is open, used (by whom) or expired; never the code itself',
  flags: { json: { type: 'boolean' } },
  read: ({ json }) => json === true,
  run: (json, folder) =>
    withRegistry(folder, (registry) => {
      const found = describeCodes(registry, Date.now())
      if (json) printJson({ codes: found })
      else
        for (const { id, state, by, expiresAtMs } of found)
          print(`${id}  ${state}${state === 'used' ? ` by ${by ?? 'a device that has left'}` : `  until ${timeText(expiresAtMs)}`}`)
      return 0
    }),
})

export const revokeCode = defineCommand({
  name: 'code-revoke',
  synopsis: 'ID',
  purpose: 'make a relay code that nobody has used worthless; "codes" tells its id',
  flags: {},
  operand: 'the id of a relay code, as "codes" prints it',
  read: (_values, id) => id,
  run: (id, folder) =>
    withRegistry(folder, (registry) => {
      if (!registry.revokeCode(id)) throw new ProblemError(problem('no-open-code', { name: id }))
      return 0
    }),
})

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
