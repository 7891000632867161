import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { resolverOptions, startNamed } from './dns.ts'
import { eventually } from './eventually.ts'
import { type Host, must } from './host.ts'
import { setTable } from './line.ts'
import { NAT64_PREFIX } from './networks.ts'
import { ADDRESSES, batch } from './topology.ts'

/** What tayga takes turns with; it translates addresses only, and the rules below then put all under the one of the box. */
const POOL = '192.168.255.0/24'

/** Make `host` the NAT64 and DNS64 of the network behind it: tayga, and a bind9 that asks the lab's DNS. */
export async function startNat64(host: Host, labFolder: string): Promise<void> {
  const folder = join(labFolder, 'nat64')
  mkdirSync(folder)
  await Promise.all([startTranslator(host, folder), startNamed(host, folder, dns64(folder))])
}

async function startTranslator(host: Host, folder: string): Promise<void> {
  const settings = join(folder, 'tayga.conf')
  writeFileSync(
    settings,
    `tun-device nat64\nipv4-addr 192.168.255.1\nprefix ${NAT64_PREFIX}/96\ndynamic-pool ${POOL}\ndata-dir ${folder}\n`,
  )
  await must(host, 'tayga', ['--mktun', '--config', settings])
  const routes = [`route add ${POOL} dev nat64`, `route add ${NAT64_PREFIX}/96 dev nat64`]
  await batch(['link set nat64 up', ...routes], host.namespace)
  await setTable(
    host,
    'nat64',
    `chain source {
      type nat hook postrouting priority srcnat; policy accept;
      ip saddr ${POOL} oifname "wan" masquerade
    }`,
  )
  const tayga = await host.spawn('tayga', ['-d', '--config', settings])
  // It says nothing when it is ready; its interface then has a carrier.
  await eventually(async () => (await must(host, 'cat', ['/sys/class/net/nat64/carrier'])) === '1\n').catch((cause) => {
    throw new Error(`tayga does not start: ${tayga.stderr()}`, { cause })
  })
}

function dns64(folder: string): string {
  return `
options {${resolverOptions(folder)}
  listen-on { none; };
  forwarders { ${ADDRESSES.dns.ipv4}; };
  forward only;
  dns64 ${NAT64_PREFIX}/96 { clients { any; }; };
};
controls { };
`
}
