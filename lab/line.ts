import { type Host, must } from './host.ts'

/** The line between the router and whatever is next on the way to the internet. */
export type Line = {
  /** Lose this share of the packets, each way, both families; 0 ends it. */
  lose(percent: number): Promise<void>
  /** Send no faster than this, with a queue of 50 ms; null ends it. */
  limitUplink(mbitPerS: number | null): Promise<void>
  /** Keep to itself what the router tells everybody on its LAN of its own accord (SSDP, PCP and NAT-PMP announcements). */
  silence(on: boolean): Promise<void>
  /** How many such announcements were kept back since the silence began. */
  silenced(): Promise<number>
}

/** @param farEnd who is at the other end of the router's `wan`, and at which interface it gets the router's packets */
export function createLine(router: Host, farEnd: { host: Host; receivesOn: string }): Line {
  const lose = (host: Host, receivesOn: string, percent: number) =>
    setTable(
      host,
      'loss',
      percent > 0 &&
        `chain arriving {
          type filter hook prerouting priority raw; policy accept;
          iifname "${receivesOn}" numgen random mod 100 < ${percent} drop
        }`,
    )
  return {
    lose: async (percent) => {
      await Promise.all([lose(router, 'wan', percent), lose(farEnd.host, farEnd.receivesOn, percent)])
    },
    limitUplink: async (mbitPerS) => {
      const args = mbitPerS === null ? ['del', 'dev', 'wan', 'root'] : ['replace', 'dev', 'wan', 'root', 'tbf']
      const shape = mbitPerS === null ? [] : ['rate', `${mbitPerS}mbit`, 'burst', '32k', 'latency', '50ms']
      await must(router, 'tc', ['qdisc', ...args, ...shape])
    },
    silence: (on) =>
      setTable(
        router,
        'silence',
        on &&
          `counter kept_back {
          }
          chain leaving {
            type filter hook output priority filter; policy accept;
            ip daddr 224.0.0.0/4 udp dport { 1900, 5350 } counter name kept_back drop
            ip6 daddr ff00::/8 udp dport { 1900, 5350 } counter name kept_back drop
          }`,
      ),
    silenced: async () => {
      const { nftables } = JSON.parse(await must(router, 'nft', ['-j', 'list', 'counter', 'inet', 'silence', 'kept_back']))
      return (nftables as { counter?: { packets: number } }[]).find(({ counter }) => counter)?.counter?.packets ?? 0
    },
  }
}

/** Load an nftables table in place of the one of that name, or only remove that one (`rules` is false). */
export async function setTable(host: Host, name: string, rules: string | false): Promise<void> {
  const fresh = rules === false ? '' : `table inet ${name} {\n${rules}\n}\n`
  await must(host, 'nft', ['-f', '-'], `table inet ${name}\ndelete table inet ${name}\n${fresh}`)
}
