import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from './host.ts'
import { ADDRESSES } from './topology.ts'

/** The key that may change `dyn.test` by RFC 2136 updates sent to the dns host, port 53. `secret` is base64. */
export type TsigKey = { zone: 'dyn.test'; name: 'lab-key'; algorithm: 'hmac-sha256'; secret: string }

const { dns, relay, relay2 } = ADDRESSES
const AUTHORITY = '@ IN SOA ns.test. hostmaster.test. 1 3600 600 86400 1\n@ IN NS ns.test.\n'

/** By its AAAA one knows that one is behind a DNS64 (RFC 7050). */
const IPV4_ONLY = 'ipv4only.arpa. IN A 192.0.0.170\nipv4only.arpa. IN A 192.0.0.171\n'

const ONE_RELAY = `relay IN NS ns.relay
ns.relay IN A ${relay.ipv4}
ns.relay IN AAAA ${relay.ipv6}`
const TWO_RELAYS = `relay IN NS ns1-relay
relay IN NS ns2-relay
ns1-relay IN A ${relay.ipv4}
ns1-relay IN AAAA ${relay.ipv6}
ns2-relay IN A ${relay2.ipv4}
ns2-relay IN AAAA ${relay2.ipv6}
relay1 IN A ${relay.ipv4}
relay1 IN AAAA ${relay.ipv6}
relay2 IN A ${relay2.ipv4}
relay2 IN AAAA ${relay2.ipv6}`

/** `relay.test` is delegated: the relay under test answers for it, on port 53 of its own host, whenever a test has started it. */
const zones = (hasTwoRelays: boolean) => ({
  'root.zone': `$TTL 60\n${AUTHORITY}test. IN NS ns.test.\nns.test. IN A ${dns.ipv4}\nns.test. IN AAAA ${dns.ipv6}\n${IPV4_ONLY}`,
  'test.zone': `$TTL 5
${AUTHORITY}ns IN A ${dns.ipv4}
ns IN AAAA ${dns.ipv6}
acme IN A ${dns.ipv4}
acme IN AAAA ${dns.ipv6}
${hasTwoRelays ? TWO_RELAYS : ONE_RELAY}
dyn IN NS ns
`,
  'dyn.zone': `$TTL 5\n${AUTHORITY}`,
})

/** Start bind9 on the dns host: root of the lab's names, and the resolver of everybody outside the home.
 *  Resolves once it has loaded its zones. */
export async function startDns(host: Host, labFolder: string, hasTwoRelays: boolean): Promise<TsigKey> {
  const folder = join(labFolder, 'dns')
  mkdirSync(folder)
  const key: TsigKey = { zone: 'dyn.test', name: 'lab-key', algorithm: 'hmac-sha256', secret: randomBytes(32).toString('base64') }
  for (const [file, text] of Object.entries(zones(hasTwoRelays))) writeFileSync(join(folder, file), text)
  await startNamed(host, folder, configuration(folder, key))
  return key
}

/** Start a bind9 on `host` that has `folder` to itself. Resolves once it has loaded what `settings` say. */
export async function startNamed(host: Host, folder: string, settings: string): Promise<void> {
  writeFileSync(join(folder, 'named.conf'), settings)
  // A copy, because Debian's AppArmor profile for /usr/sbin/named forbids it every folder but its own.
  const named = join(folder, 'named')
  copyFileSync('/usr/sbin/named', named)
  await host.spawn(named, ['-g', '-n', '1', '-c', join(folder, 'named.conf')], { readyPattern: / running$/m })
}

/** What every resolver of the lab has among its options: it serves everybody, and forgets failures at once, so that what a test sees is the
 *  servers' state and not the resolver's memory. Positive answers live for their TTL, as anywhere. A relay whose port is closed fails within
 *  a second; one that swallows packets only after 10 s, which bind9 does not let one shorten (MINIMUM_QUERY_TIMEOUT in its lib/dns/resolver.c). */
export const resolverOptions = (folder: string): string => `
  directory "${folder}";
  pid-file "${folder}/named.pid";
  session-keyfile "${folder}/session.key";
  listen-on-v6 { any; };
  recursion yes;
  allow-recursion { any; };
  allow-query { any; };
  allow-query-cache { any; };
  dnssec-validation no;
  empty-zones-enable no;
  max-cache-size 16M;
  max-ncache-ttl 1;
  servfail-ttl 0;`

function configuration(folder: string, key: TsigKey): string {
  return `
key "${key.name}" { algorithm ${key.algorithm}; secret "${key.secret}"; };
options {${resolverOptions(folder)}
  listen-on { any; };
  minimal-responses no;
  notify no;
  rrset-order { order none; };
};
controls { };
zone "." { type primary; file "root.zone"; };
zone "test" { type primary; file "test.zone"; };
zone "dyn.test" { type primary; file "dyn.zone"; update-policy { grant ${key.name} zonesub ANY; }; };
`
}
