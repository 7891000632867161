/** What is checked: a relay as its operator means it, and from where it is looked at. */
import { getServers } from 'node:dns'
import { familyOf } from '../../protocol/model/address.ts'
import type { RunOptions } from '../command-line/run-options.ts'
import { canonical } from './answer.ts'
import type { Server } from './ask.ts'

export interface Site {
  readonly options: RunOptions
  /** Undefined: looked at from another computer, which knows nothing of the relay's own. */
  readonly folder: string | undefined
  readonly resolver: Server
  /** The relay's public addresses, as RFC 5952 writes them. */
  readonly own: readonly string[]
}

export function siteOf(options: RunOptions, folder: string | undefined): Site {
  const { ipv4, ipv6 } = options.addresses
  const own = [ipv4, ipv6].filter((address) => address !== undefined).map(canonical)
  return { options, folder, resolver: systemResolver(), own }
}

function systemResolver(): Server {
  const [first = '127.0.0.1'] = getServers()
  if (familyOf(first)) return { address: first, port: 53 }
  const url = new URL(`http://${first}`)
  return { address: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80) }
}

/** As they are to be entered where the parent zone is kept. */
export function wantedRecords({ options: { domain, nameServers, addresses } }: Pick<Site, 'options'>): string {
  const glue = nameServers
    .filter((name) => name.endsWith(`.${domain}`))
    .flatMap((name) => [...lineOf(name, 'A', addresses.ipv4), ...lineOf(name, 'AAAA', addresses.ipv6)])
  return [...nameServers.map((name) => `${domain}. NS ${name}.`), ...glue].join('\n')
}

const lineOf = (name: string, type: string, address: string | undefined): string[] =>
  address === undefined ? [] : [`${name}. ${type} ${address}`]
