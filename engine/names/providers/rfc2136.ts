/** One's own name server, or one that gives out keys: BIND, Knot, PowerDNS, and hosting companies (RFC 2136, signed by RFC 8945).
 *  The key is what `tsig-keygen` or `keymgr -t` writes. */
import { lookup } from 'node:dns/promises'
import { askOn, findZone } from '../../../dns/ask.ts'
import { TYPE } from '../../../dns/codes.ts'
import { type NameServerConnection, NameServerError, openNameServer } from '../../../dns/exchange.ts'
import { type Name, nameOf } from '../../../dns/names.ts'
import type { ZoneRecord } from '../../../dns/records.ts'
import { textOf } from '../../../dns/text.ts'
import { readTsigKey, type TsigKey } from '../../../dns/tsig.ts'
import { type SetChange, update } from '../../../dns/update.ts'
import { credential, type Provider, ProviderError, type Session, type Trouble } from '../provider.ts'

const TTL_S = 60
const DNS_PORT = 53
const LIMIT_MS = 20_000
/** More values under one name are not ours. */
const MAX_TXT_VALUES = 32

interface Zone {
  readonly connection: NameServerConnection
  readonly zone: Name
  readonly key: TsigKey
}

const TROUBLES: Readonly<Record<NameServerError['trouble'], Trouble>> = {
  unreachable: 'unreachable',
  silent: 'unreachable',
  malformed: 'odd',
  refused: 'credentials',
  unproven: 'credentials',
}

/** A connection for one piece of work. The zone is the one that the server itself says the name is in, if its owner has named none. */
async function within<T>(host: string, session: Session, work: (zone: Zone) => Promise<T>): Promise<T> {
  const signal = AbortSignal.any([session.signal, AbortSignal.timeout(LIMIT_MS)])
  const key = keyOf(session)
  try {
    const connection = await openNameServer(await serverOf(session), signal)
    try {
      const named = session.credentials.zone
      const zone = named ? nameOf(named) : (await findZone(connection, nameOf(host)))?.zone
      if (!zone) throw new ProviderError('name', `the server has no zone for ${host}`)
      return await work({ connection, zone, key })
    } finally {
      connection.close()
    }
  } catch (cause) {
    session.signal.throwIfAborted()
    if (cause instanceof ProviderError) throw cause
    if (cause instanceof NameServerError) throw new ProviderError(TROUBLES[cause.trouble], cause.message, { cause })
    throw new ProviderError('unreachable', signal.aborted ? 'no answer in time' : ((cause as NodeJS.ErrnoException).code ?? 'unknown'), {
      cause,
    })
  }
}

function keyOf(session: Session): TsigKey {
  try {
    return readTsigKey(credential(session, 'key'))
  } catch (cause) {
    if (cause instanceof ProviderError) throw cause
    throw new ProviderError('credentials', (cause as Error).message, { cause })
  }
}

async function serverOf(session: Session): Promise<{ address: string; port: number }> {
  const [, bracketed, plain, port] =
    /^(?:\[([0-9a-f:.]+)\]|([a-z0-9_.-]+|[0-9a-f:]+))(?::(\d{1,5}))?$/i.exec(credential(session, 'server').trim()) ?? []
  const host = bracketed ?? plain
  if (host === undefined) throw new ProviderError('credentials', 'server is no host name')
  const { address } = await lookup(host)
  return { address, port: port === undefined ? DNS_PORT : Number(port) }
}

const change = (host: string, type: SetChange['type'], records: readonly ZoneRecord[]): SetChange => ({
  owner: nameOf(host),
  type,
  records,
})

async function changeTxt(name: string, session: Session, edit: (values: readonly string[]) => readonly string[]): Promise<void> {
  await within(name, session, async ({ connection, zone, key }) => {
    const { records } = await askOn(connection, nameOf(name), TYPE.TXT)
    const before = records.slice(0, MAX_TXT_VALUES).map(textOf)
    const after = edit(before)
    if (after.join('\n') === before.join('\n')) return
    await update(
      connection,
      zone,
      [
        change(
          name,
          'TXT',
          after.map((text) => ({ type: 'TXT', text, ttlS: TTL_S })),
        ),
      ],
      key,
      session.now,
    )
  })
}

export const rfc2136: Provider = {
  id: 'rfc2136',
  title: 'RFC 2136',
  page: null,
  fields: [
    { id: 'server', isSecret: false },
    { id: 'key', isSecret: true },
    { id: 'zone', isSecret: false, isOptional: true },
  ],
  minPeriodS: 5,
  ttlS: TTL_S,
  families: ['ipv4', 'ipv6'],
  canWithdraw: true,
  set: (host, { ipv4, ipv6 }, session) =>
    within(host, session, async ({ connection, zone, key }) => {
      const records = (type: 'A' | 'AAAA', address: string | null) =>
        change(host, type, address === null ? [] : [{ type, address, ttlS: TTL_S }])
      await update(connection, zone, [records('A', ipv4), records('AAAA', ipv6)], key, session.now)
    }),
  // An update without changes proves the key, and changes nothing (RFC 2136 §3.4.2: an empty update section is none).
  check: (host, session) => within(host, session, ({ connection, zone, key }) => update(connection, zone, [], key, session.now)),
  txt: {
    add: (name, value, session) => changeTxt(name, session, (values) => (values.includes(value) ? values : [...values, value])),
    remove: (name, value, session) => changeTxt(name, session, (values) => values.filter((each) => each !== value)),
  },
}
