/** Does every name server of a zone show a text? The one that takes updates is often not the one that the world asks. */
import { lookup } from 'node:dns/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { ask, nameServersOf } from '../../dns/ask.ts'
import { TYPE } from '../../dns/codes.ts'
import type { NameServerConnection } from '../../dns/exchange.ts'
import type { Name } from '../../dns/names.ts'
import { encodeData } from '../../dns/records.ts'
import type { Endpoint } from '../../protocol/model/address.ts'

/** A secondary that is told of a change (NOTIFY) has it within a second or two. */
const WAIT_MS = 3000
const AGAIN_MS = 250
const MAX_SERVERS = 8

/** Resolves at the latest after 3 s, also when one does not show it: a server that is out of order would keep it for ever. */
export async function shownEverywhere(
  connection: NameServerConnection,
  zone: Name,
  name: Name,
  text: string,
  signal: AbortSignal,
): Promise<void> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(WAIT_MS)])
  const wanted = Buffer.from(encodeData({ type: 'TXT', text }))
  const waitFor = async (server: Endpoint): Promise<void> => {
    while (!bounded.aborted) {
      const { records } = await ask(server, name, TYPE.TXT, bounded)
      if (records.some(({ data }) => wanted.equals(data))) return
      await sleep(AGAIN_MS, undefined, { signal: bounded })
    }
  }
  const servers = await addressesOf(connection, zone)
  await Promise.allSettled(servers.map(waitFor))
  signal.throwIfAborted()
}

async function addressesOf(connection: NameServerConnection, zone: Name): Promise<Endpoint[]> {
  const hosts = (await nameServersOf(connection, zone)).slice(0, MAX_SERVERS)
  const found = await Promise.all(hosts.map((host) => lookup(host.join('.')).catch(() => undefined)))
  return found.flatMap((one) => (one ? [{ address: one.address, port: 53 }] : []))
}
