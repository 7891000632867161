import { iptablesFirewall } from './firewall-iptables.ts'
import { nftablesFirewall } from './firewall-nftables.ts'
import { type Host, must } from './host.ts'
import type { Behaviour } from './router-settings.ts'

/** What a home router does with packets: everything may go out, nothing comes in unasked, IPv4 leaves under the router's address. */
export type Firewall = {
  /** Each a program with its arguments, and what it reads. */
  load: readonly Command[]
  /** Take away all that miniupnpd has opened. */
  forget: readonly Command[]
  /** The lines of miniupnpd.conf that name the chains it fills. */
  chains: string
}
type Command = readonly [program: string, args: readonly string[], input: string]

/** Counts, by outside port, the connections from the internet that a mapping has let through: it stands behind the firewall itself. */
const COUNTERS = `
table inet counted {
  set forwarded_tcp {
    type inet_service
    size 1024
    flags dynamic
    counter
  }
  set forwarded_udp {
    type inet_service
    size 1024
    flags dynamic
    counter
  }
  chain passed_on {
    type filter hook forward priority filter + 10; policy accept;
    meta l4proto tcp ct state new ct status dnat update @forwarded_tcp { ct original proto-dst }
    meta l4proto udp ct state new ct status dnat update @forwarded_udp { ct original proto-dst }
  }
}
`

/** Load the firewall of such a router; what is returned takes away what miniupnpd has opened in it. */
export async function raiseFirewall(host: Host, behaviour: Behaviour): Promise<{ chains: string; forget(): Promise<void> }> {
  const { load, forget, chains } = firewallOf(behaviour)
  const run = async (commands: readonly Command[]) => {
    for (const [program, args, input] of commands) await must(host, program, args, input)
  }
  await run([...load, ['nft', ['-f', '-'], COUNTERS]])
  return { chains, forget: () => run(forget) }
}

const firewallOf = (behaviour: Behaviour): Firewall =>
  behaviour.build === 'nftables' ? nftablesFirewall(behaviour) : iptablesFirewall(behaviour)

type CountedSet = { nftables: { set?: { elem?: { elem: { val: number; counter: { packets: number } } }[] } }[] }

export async function forwardedConnections(host: Host, port: number, protocol: 'tcp' | 'udp'): Promise<number> {
  const { nftables } = JSON.parse(await must(host, 'nft', ['-j', 'list', 'set', 'inet', 'counted', `forwarded_${protocol}`])) as CountedSet
  const counted = nftables.flatMap(({ set }) => set?.elem ?? []).find(({ elem }) => elem.val === port)
  return counted?.elem.counter.packets ?? 0
}
