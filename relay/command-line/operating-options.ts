/** The flags of `run` that are about its operator: what he grants, where he looks, how he is reached, what he writes down. */
import { isLoopback } from '../../protocol/model/address.ts'
import type { MonthlyBytes } from '../registry/traffic.ts'
import { type ListenAddress, listenAddress, UsageError, type Values } from './command.ts'
import { gigabytes } from './devices.ts'

export interface OperatingOptions {
  /** What the relay carries for one device in a calendar month, unless it has a quota of its own. */
  readonly monthlyBytes: MonthlyBytes
  /** The operator's page and the figures for Prometheus: on this machine only. */
  readonly page: ListenAddress | 'off'
  /** A `mailto:` or `https:` address for complaints. */
  readonly abuseContact: string | undefined
  /** Visitors' addresses may stand in the log. */
  readonly logVisitors: boolean
}

export const OPERATING_FLAGS = {
  'monthly-gb': { type: 'string' },
  'operator-page': { type: 'string' },
  'abuse-contact': { type: 'string' },
  'log-visitors': { type: 'boolean' },
} as const

/** Lines as in the synopsis of `run`. */
export const OPERATING_SYNOPSIS = [
  '[--operator-page HOST:PORT|off]    the operator’s page and metrics, on this machine only; any free port of 127.0.0.1',
  '[--monthly-gb NUMBER]              what it carries for one device in a calendar month; see quota',
  '[--abuse-contact MAIL|URL]         a page that says how to complain, and security.txt',
  '[--log-visitors]                   visitors’ addresses may stand in the log',
]

/** Throws {@link UsageError}. */
export function readOperating(flags: Values<typeof OPERATING_FLAGS>): OperatingOptions {
  const { 'monthly-gb': monthlyGb, 'operator-page': page = '127.0.0.1:0', 'abuse-contact': contact } = flags
  return {
    monthlyBytes: monthlyGb === undefined ? null : gigabytes('--monthly-gb', monthlyGb),
    page: page === 'off' ? 'off' : loopback(page),
    abuseContact: contact === undefined ? undefined : contactUrl(contact),
    logVisitors: flags['log-visitors'] === true,
  }
}

/** Anything else would need a certificate and a password of its own; SSH brings both, and a tunnel to this machine. */
function loopback(text: string): ListenAddress {
  const address = listenAddress('--operator-page', text)
  if (!isLoopback(address.host))
    throw new UsageError('--operator-page needs an address of this machine, such as 127.0.0.1:9470; from elsewhere, use ssh -L')
  return address
}

function contactUrl(text: string): string {
  const url = /^[^\s:/@]+@[^\s:/@]+\.[^\s:/@]+$/.test(text) ? `mailto:${text}` : text
  if (text.length > 200 || !/^(mailto:[^\s<>"]+@|https:\/\/)/.test(url) || !URL.canParse(url))
    throw new UsageError('--abuse-contact needs a mail address or an https:// address')
  return url
}
