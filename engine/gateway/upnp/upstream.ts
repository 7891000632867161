/** Where the router in front of our router keeps its description, when it does not answer searches. */

import type { Place } from './ssdp.ts'

export interface KnownPlace extends Place {
  readonly source: string
}

/** Only makes that keep it at one place, unless their owner has moved it. */
export const KNOWN_PLACES: readonly KnownPlace[] = [
  { port: 49_000, path: '/igd2desc.xml', source: 'FRITZ!Box: smarthomeNG/plugins avm, FRITZ_IGD2_DESC_FILE' },
  { port: 49_000, path: '/igddesc.xml', source: 'FRITZ!Box: kbr/fritzconnection, FRITZ_TCP_PORT and FRITZ_IGD_DESC_FILE' },
  { port: 5_000, path: '/rootDesc.xml', source: 'OpenWrt: openwrt/luci#5197' },
]
