/** `porchlight run`: one engine in the foreground, until it is told to stop. */
import { parseAddress } from '../../protocol/model/address.ts'
import type { NamedAuthority } from '../run/authority.ts'
import { command, readFlags, SWITCH, TEXT, UsageError } from './command.ts'

export interface RunOptions {
  readonly relay: string | undefined
  readonly relayCa: string | undefined
  readonly page: { readonly host: string; readonly port: number } | 'off'
  readonly authority: NamedAuthority
  /** Undefined: the public one, for certificates of the public directory. */
  readonly certificateLog: string | 'off' | undefined
  /** What opens the keys on the disk comes as the first line of standard input. */
  readonly unlocks: boolean
}

export const run = command<RunOptions>({
  usage: `run [--relay URL|CODE] [--relay-ca FILE] [--ui HOST:PORT|off] [--acme-directory URL] [--acme-ca FILE]
[--acme-email E] [--acme-staging URL] [--agree] [--certificate-log URL|off] [--unlock]`,
  read(args) {
    const acme = { 'acme-directory': TEXT, 'acme-ca': TEXT, 'acme-email': TEXT, 'acme-staging': TEXT, agree: SWITCH }
    const { values } = readFlags(args, { relay: TEXT, 'relay-ca': TEXT, ui: TEXT, 'certificate-log': TEXT, unlock: SWITCH, ...acme })
    return {
      relay: values.relay,
      relayCa: values['relay-ca'],
      page: readPage(values.ui ?? '127.0.0.1:0'),
      authority: {
        directoryUrl: values['acme-directory'],
        caFile: values['acme-ca'],
        email: values['acme-email'],
        stagingUrl: values['acme-staging'],
        agrees: values.agree ?? false,
      },
      certificateLog: readLog(values['certificate-log']),
      unlocks: values.unlock ?? false,
      data: values.data,
    }
  },
  async run(folder, options) {
    const { runEngine } = await import('./run-engine.ts')
    await runEngine(folder, options)
  },
})

function readLog(text: string | undefined): string | undefined {
  if (text === undefined || text === 'off') return text
  if (!text.startsWith('https://') || !URL.canParse(text)) throw new UsageError('--certificate-log needs an https:// address, or off')
  return text
}

/** Only loopback: anything else would need HTTPS and a password. */
function readPage(text: string): { host: string; port: number } | 'off' {
  if (text === 'off') return 'off'
  const match = /^(127(?:\.\d{1,3}){3}|\[::1\]|localhost):(\d{1,5})$/.exec(text)
  const port = Number(match?.[2])
  const host = match?.[1] === 'localhost' ? '127.0.0.1' : (match?.[1] ?? '').replace(/^\[|\]$/g, '')
  if (!parseAddress(host) || port > 65535) throw new UsageError('--ui needs an address of this computer, such as 127.0.0.1:8090, or off')
  return { host, port }
}
