/** `porchlight-relay cloud-init`: what to paste where a server is rented. */
import { isPlainUrl, isPlainWord, cloudInit as textOf } from '../../protocol/cloud-init.ts'
import { defineCommand, print, UsageError } from './command.ts'
import { RUN_FLAGS, readRunOptions } from './run-options.ts'

/** Taken for the server's address while nobody knows it: its flags are checked with it (RFC 5737). */
const SOME_ADDRESS = '192.0.2.1'

export const cloudInit = defineCommand({
  name: 'cloud-init',
  synopsis: '--url URL --sha256 HEX [the flags of run; without --ipv4 the server’s own addresses]',
  purpose: 'print the text ("user data") that turns a rented server into this relay; URL: where "npm run package:relay" has been put',
  flags: { ...RUN_FLAGS, url: { type: 'string' }, sha256: { type: 'string' } },
  read({ url, sha256, data: _, ...flags }) {
    if (!url || !isPlainUrl(url)) throw new UsageError('--url needs an https:// address, without quotes or spaces')
    if (!sha256 || !/^[0-9a-f]{64}$/.test(sha256)) throw new UsageError('--sha256 needs 64 hex digits')
    readRunOptions({ ipv4: SOME_ADDRESS, ...flags, data: '.' })
    const words = Object.entries(flags).flatMap(([name, value]) =>
      [value].flat().flatMap((one) => (one === true ? [`--${name}`] : [`--${name}`, String(one)])),
    )
    const strange = words.find((word) => !isPlainWord(word))
    if (strange !== undefined) throw new UsageError(`"${strange}" has characters that cannot stand in a script`)
    return { url, sha256, flags: words }
  },
  run(options) {
    print(textOf(options).trimEnd())
    return 0
  },
})
