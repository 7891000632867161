// Makes docs/compatibility.md from what the scenarios found (test-results/): run test/scenarios/personalities.test.ts and
// faults-*.test.ts and `npm run proof -- --part browser` first, then `node tools/compatibility.mjs`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const read = (name) => JSON.parse(readFileSync(join(ROOT, 'test-results', name), 'utf8'))
const homes = read('compatibility.json')
const faultRuns = ['line', 'router', 'home'].map((name) => read(`compatibility-faults-${name}.json`))
const faults = faultRuns.flatMap(({ findings }) => findings)
const faultCommits = [...new Set(faultRuns.map(({ commit }) => commit))].join(', ')
const moved = read('moved-home.json')
const day = (atMs) => new Date(atMs).toISOString().slice(0, 10)
const date = day(homes.atMs)
const code = (names) => names.map((name) => `\`${name}\``).join(', ') || '–'
const table = (head, rows) => [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const homeRows = homes.findings
  .toSorted((a, b) => a.personality.localeCompare(b.personality))
  .flatMap(({ personality, protocols, families, nat, problems, settledS }) =>
    families.map(({ family, rung, via }) => [
      `\`${personality}\``,
      protocols.join(', ') || 'none',
      family === 'ipv4' ? 'IPv4' : 'IPv6',
      `${rung ?? 'nobody'}${via ? ` (${via})` : ''}`,
      nat,
      code(problems),
      `${settledS} s`,
    ]),
  )
const verdictRows = homes.findings
  .toSorted((a, b) => a.nat.localeCompare(b.nat) || a.personality.localeCompare(b.personality))
  .map(({ personality, nat, evidence }) => [nat, `\`${personality}\``, evidence.join(', ')])
const faultRows = faults.map(({ fault, says, seconds }) => [`\`${fault}\``, says, `${seconds} s`])

/** A fresh visitor: 10 s and the TTL, another 10 s. Who holds an answer: what Chromium keeps, or at once where the relay stands in it. */
const aimS = { 'home and relay': { fresh: 20, held: 1, connected: 1 }, 'home alone': { fresh: 20, held: 60, connected: 60 } }
const browsers = { fresh: 'new', held: 'held the old answer', connected: 'held it, and a connection to the old address' }
const movedRows = moved.findings.flatMap(({ inDns, ...waits }) =>
  Object.entries(browsers).map(([who, says]) => {
    const [seconds, aim] = [waits[who].seconds, aimS[inDns][who]]
    return [inDns, says, `${seconds} s`, `${aim} s${seconds > aim ? ', **missed**' : ''}`]
  }),
)

writeFileSync(
  join(ROOT, 'docs', 'compatibility.md'),
  `# What works behind which router

How the front door compares with nginx, request by request, stands in [nginx.md](nginx.md).

Made by \`tools/compatibility.mjs\` from a run of \`test/scenarios/personalities.test.ts\` and \`faults-*.test.ts\` on ${date}, at commit ${homes.commit}.

Every row is a home of the lab (\`lab/personalities.ts\`): real network namespaces, the real engine, relay and nginx, and Debian's real
miniupnpd as the router: its nftables build, and in \`iptables\` its iptables one. Each protocol alone is tested on both (\`pcp\`, \`natpmp\`,
\`upnp-rules\` and \`upnp-pinhole\` in \`test/scenarios/\`), with the same outcomes; the builds differ in how they say that a pinhole is gone
(\`engine/gateway/upnp/pinholes.ts\`). No router of a shop was tested. What miniupnpd never does (errors 402 and 725, garbage, slow or giant
answers, foreign senders) is only tested against scripted fakes, in \`engine/gateway/\`.

*mapped*: IPv4 straight to the home. *direct*: IPv6 straight to the home. *tunnel*: through the relay. In brackets the protocol of the
router's rule. Each way that is shown as proven was visited from outside; the seconds are those from starting the engine to the settled
state, with three homes at a time on two cores.

${table(['Home', 'The router speaks', 'Family', 'Visitors come', 'NAT verdict', 'Problems told', 'Settled after'], homeRows)}

Where \`no-ipv6\` says nobody for IPv6, the name has no IPv6 address in DNS as long as IPv4 is mapped (\`protocol/model/records.ts\`).

## What the NAT verdict rests on

What \`status --json\` shows as \`natEvidence\` ([the words](command-line.md)); # is a port that chance decides.

${table(['Verdict', 'Home', 'Evidence'], verdictRows)}

## The firewall of the computer itself

| Firewall | How it is found | What was tried |
| --- | --- | --- |
| nftables | as root its rules, else \`/etc/nftables.conf\` and systemd | the real one, in \`test/scenarios/manual.test.ts\`: dropped, told, opened by the command that was told |
| iptables | as root through \`nft\`, else systemd | its rules as nft prints them, written down from a real one |
| ufw, firewalld | \`/etc/ufw/ufw.conf\`, systemd; as root also what they make of it in nftables | by captures written after their documentation; ufw's commands by its own \`--dry-run\` (0.36.2): one rule, in one family |
| Windows Defender | the registry | by captures written after its documentation; never on Windows |
| macOS | \`socketfilterfw\` | by captures written after its documentation; never on a Mac |

## Which programs a look from inside was tried on

\`porchlight check\` reads what stands in \`engine/services/presets/\`, each fact from the program's own documentation or source.

| Program | What was tried |
| --- | --- |
| nginx, OpenSSH | the real ones, in \`test/scenarios/links.test.ts\`: a listing, basic authentication, a redirect into the home, a refused name, https under http, a banner |
| Jamulus | the real one, asked by its ping, in \`test/scenarios/jamulus.test.ts\` |
| Home Assistant, Nextcloud, Jellyfin, Jeedom, Vaultwarden, Constellation, Pi-hole, ZoneMinder | scripted stand-ins that answer as their documentation or source has it, in \`engine/services/safety/check-safety.test.ts\`; never the programs themselves |
| Minecraft Bedrock, Mumble, TeamSpeak, Valheim | their pings, by answers written from their documentation |
| all others | nothing but the shape of their facts |

## Which providers of names were tried

| Provider | What was tried |
| --- | --- |
| RFC 2136 | a real BIND and a real Knot, in \`test/scenarios/own-name-server.test.ts\`; a home whose address changes at a real BIND, in \`test/scenarios/address-changes.test.ts\` |
| A relay's own names (dyndns2) | the relay's endpoint, by the engine's own client in \`test/loopback/dyndns2-client.test.ts\`, and byte by byte in \`relay/dyndns/\` |
| dyndns2 | a scripted provider before a real BIND, which fails on some, in \`test/proof/address-changes.ts\` |
| Cloudflare, deSEC, Duck DNS, Dynu, FreeDNS, Gandi LiveDNS, Hetzner, Infomaniak, No-IP, OVHcloud (API and DynHost), Porkbun, a URL of one's own | tested against a fake written from the documentation of 2026-11-21, request by request and byte for byte, in \`engine/names/\`; never at the provider itself |

How each one's limits are kept over a month, with failures and kills, is simulated (\`engine/core/publisher-month.test.ts\`).

## What can happen, and how long it takes

From the fault to the right addresses in the relay's DNS, the right state shown, and a visitor's page at each address that is published
(in a home like \`plain\`; commit ${faultCommits}). What only a look from outside can tell (\`lying-mapping\`) is looked for every 5 s and counts
after two looks of 3 s; what nobody announces (\`isp-down\`) shows when a lane has been silent for 6.5 s. Resolvers and browsers may keep an
old answer for longer; see [decisions](decisions.md).

${table(['What happens', 'Then visitors come', 'After'], faultRows)}

### In a browser

How long after \`wan-change\` until Chromium on a visitor's machine shows the page again: \`test/proof/moved-home.ts\`, run by
\`npm run proof -- --part browser\` on ${day(moved.atMs)} at commit ${moved.commit}, once on two cores. The home has IPv4 only, so that no second family
hides the change. The browsers that hold the answer had the page straight from the home just before the change; one of them has since lost
its connection. A page that has not come after 5 s is loaded again. A new visitor is a new browser context at each attempt. Where the relay
stands in DNS too, the browsers ask its own DNS, which puts the home first; else the lab's resolver, which keeps an answer for 10 s. Nobody
is at the old address then; what a provider may do with it (silence, a refusal, another customer) was not varied.

${table(['In DNS', 'The browser', 'Page after', 'Aim'], movedRows)}

What the browser adds cannot be told apart here from the time in which the home makes its lanes anew. Single figures vary: see
[decisions](decisions.md), which has the other runs.
`,
)
