// Makes docs/compatibility.md from what the scenarios found (test-results/): run test/scenarios/personalities.test.ts and
// faults-*.test.ts first, then `node tools/compatibility.mjs`.
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '..')
const read = (name) => JSON.parse(readFileSync(join(ROOT, 'test-results', name), 'utf8'))
const homes = read('compatibility.json')
const faultRuns = ['line', 'router', 'home'].map((name) => read(`compatibility-faults-${name}.json`))
const faults = faultRuns.flatMap(({ findings }) => findings)
const faultCommits = [...new Set(faultRuns.map(({ commit }) => commit))].join(', ')
const date = new Date(homes.atMs).toISOString().slice(0, 10)
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
const faultRows = faults.map(({ fault, says, seconds }) => [`\`${fault}\``, says, `${seconds} s`])

writeFileSync(
  join(ROOT, 'docs', 'compatibility.md'),
  `# What works behind which router

Made by \`tools/compatibility.mjs\` from a run of \`test/scenarios/personalities.test.ts\` and \`faults-*.test.ts\` on ${date}, at commit ${homes.commit}.

Every row is a home of the lab (\`lab/personalities.ts\`): real network namespaces, the real engine, relay and nginx, and Debian's real
miniupnpd as the router, its nftables build or, in \`iptables\`, the iptables one. Both builds also answer each protocol alone
(\`pcp\`, \`natpmp\`, \`upnp-rules\` and \`upnp-pinhole\` in \`test/scenarios/\`). No router of a shop was tested. What miniupnpd never does (errors 402 and 725, garbage, slow
or giant answers, foreign senders) is only tested against scripted fakes, in \`engine/gateway/\`.

*mapped*: IPv4 straight to the home. *direct*: IPv6 straight to the home. *tunnel*: through the relay. In brackets the protocol of the
router's rule. Each way that is shown as proven was visited from outside; the seconds are those from starting the engine to the settled
state, with three homes at a time on two cores.

${table(['Home', 'The router speaks', 'Family', 'Visitors come', 'NAT verdict', 'Problems told', 'Settled after'], homeRows)}

Where \`no-ipv6\` says nobody for IPv6, the name has no IPv6 address in DNS as long as IPv4 is mapped (\`protocol/model/records.ts\`).

## What can happen, and how long it takes

From the fault to the right addresses in the relay's DNS, the right state shown, and a visitor's page at each address that is published
(in a home like \`plain\`; commit ${faultCommits}). What only a look from outside can tell (\`lying-mapping\`) is looked for every 5 s and counts
after two looks of 3 s; what nobody announces (\`isp-down\`) shows when a lane has been silent for 6.5 s. Resolvers and browsers may keep an
old answer for longer; see [decisions](decisions.md).

${table(['What happens', 'Then visitors come', 'After'], faultRows)}
`,
)
