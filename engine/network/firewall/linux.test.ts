import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fuzz } from '../../../test/fuzz/random.ts'
import type { Opening } from './finding.ts'
import { type LinuxSource, linuxFirewall } from './linux.ts'
import { readNft } from './nftables.ts'

const WEB: Opening = { protocol: 'tcp', family: 'ipv4', port: 443 }
const match = (left: object, right: unknown, op = '==') => ({ match: { op, left, right } })
const dport = (right: unknown, protocol = 'tcp') => match({ payload: { protocol, field: 'dport' } }, right)
const ACCEPT = { accept: null }
const ESTABLISHED = [match({ ct: { key: 'state' } }, ['established', 'related'], 'in'), ACCEPT]
const LOOPBACK = [match({ meta: { key: 'iifname' } }, 'lo'), ACCEPT]

/** As nft 1.0.6 prints it. */
function ruleset(
  rules: object[][],
  options: { policy?: string; family?: string; table?: string; chain?: string; more?: object[] } = {},
): string {
  const { policy = 'drop', family = 'inet', table = 'home', chain = 'input', more = [] } = options
  return JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.6', json_schema_version: 1 } },
      { table: { family, name: table, handle: 1 } },
      { chain: { family, table, name: chain, handle: 1, type: 'filter', hook: 'input', prio: 0, policy } },
      ...more,
      ...rules.map((expr, index) => ({ rule: { family, table, chain, handle: index + 2, expr } })),
    ],
  })
}

describe('what a ruleset makes of a visitor', () => {
  const other = (rules: object[][]) => [
    { chain: { family: 'inet', table: 'home', name: 'x', handle: 9 } },
    ...rules.map((expr) => ({ rule: { family: 'inet', table: 'home', chain: 'x', handle: 10, expr } })),
  ]
  const jump = { jump: { target: 'x' } }
  const rows: [string, string, Opening, string][] = [
    ['nothing at all', JSON.stringify({ nftables: [{ metainfo: {} }] }), WEB, 'passes'],
    ['policy drop', ruleset([ESTABLISHED, LOOPBACK]), WEB, 'drops'],
    ['policy accept', ruleset([ESTABLISHED], { policy: 'accept' }), WEB, 'passes'],
    ['the port', ruleset([ESTABLISHED, [dport(443), ACCEPT]]), WEB, 'passes'],
    ['another port', ruleset([[dport(80), ACCEPT]]), WEB, 'drops'],
    ['the port of the other protocol', ruleset([[dport(443, 'udp'), ACCEPT]]), WEB, 'drops'],
    ['a set with a range', ruleset([[dport({ set: [22, { range: [400, 500] }] }), ACCEPT]]), WEB, 'passes'],
    ['a named set', ruleset([[dport('@ports'), ACCEPT]]), WEB, 'unknown'],
    [
      'not that port',
      ruleset([[dport(443, 'tcp'), ACCEPT].map((one) => ('match' in one ? match(one.match.left, 443, '!=') : one))]),
      WEB,
      'drops',
    ],
    [
      'new connections',
      ruleset([[match({ ct: { key: 'state' } }, 'new'), dport(443), { counter: {} }, { log: null }, ACCEPT]]),
      WEB,
      'passes',
    ],
    ['for one interface', ruleset([[match({ meta: { key: 'iifname' } }, 'eth0'), dport(443), ACCEPT]]), WEB, 'unknown'],
    [
      'from the house only',
      ruleset([[match({ payload: { protocol: 'ip', field: 'saddr' } }, { prefix: { addr: '192.168.0.0', len: 16 } }), ACCEPT]]),
      WEB,
      'drops',
    ],
    ['with a limit', ruleset([[dport(443), { limit: { rate: 4 } }, ACCEPT]]), WEB, 'unknown'],
    ['ping only', ruleset([[match({ meta: { key: 'l4proto' } }, 'icmp'), { limit: { rate: 4 } }, ACCEPT]]), WEB, 'drops'],
    ['a rejection at the end', ruleset([[dport(22), ACCEPT], [{ reject: { type: 'icmpx' } }]], { policy: 'accept' }), WEB, 'drops'],
    ['a chain that accepts', ruleset([[dport(443), jump]], { more: other([[ACCEPT]]) }), WEB, 'passes'],
    ['a chain that rejects', ruleset([[dport(443), jump], [ACCEPT]], { more: other([[{ reject: {} }]]) }), WEB, 'drops'],
    [
      'a chain that returns',
      ruleset([[jump], [dport(443), ACCEPT]], { more: other([[{ return: null }], [{ drop: null }]]) }),
      WEB,
      'passes',
    ],
    ['a chain that leads in circles', ruleset([[jump]], { more: other([[jump]]) }), WEB, 'unknown'],
    ['a chain that is not there', ruleset([[{ jump: { target: 'y' } }]]), WEB, 'unknown'],
    ['the other family’s table', ruleset([], { family: 'ip6' }), WEB, 'passes'],
    ['its own family’s table', ruleset([], { family: 'ip6' }), { ...WEB, family: 'ipv6' }, 'drops'],
    ['iptables’ own conditions', ruleset([[{ xt: { type: 'match', name: 'multiport' } }, ACCEPT]]), WEB, 'unknown'],
  ]
  for (const [name, text, opening, passage] of rows) test(name, () => assert.equal(readNft(text, opening)?.passage, passage))

  test('garbage is no ruleset', () => {
    for (const text of ['', '{}', 'null', '{"nftables":1}', '[]']) assert.equal(readNft(text, WEB), undefined)
  })

  test('whatever is read, it ends, and never promises more than is known', () => {
    const good = ruleset([ESTABLISHED, [dport({ set: [22, { range: [1, 9] }] }), jump], [{ limit: {} }, ACCEPT]], {
      more: other([[jump], [{ drop: null }]]),
    })
    fuzz(5, (random) => {
      const found = readNft(random.mutated(Buffer.from(good)).toString('utf8'), WEB)
      if (found) assert.match(found.passage, /^(passes|drops|unknown)$/)
    })
  })
})

/** A computer of which these files, active units and rules are known. */
const computer = (files: Record<string, string>, active: string[] = [], rules?: string): LinuxSource => ({
  file: async (path) => files[path],
  isActive: async (unit) => active.includes(unit),
  ruleset: async () => rules,
})
const UFW = { '/etc/ufw/ufw.conf': '# /etc/ufw/ufw.conf\nENABLED=yes\nLOGLEVEL=low\n' }
const NFT_CONF = `#!/usr/sbin/nft -f
flush ruleset
table inet filter {
	chain output { type filter hook output priority filter; policy drop; }
	chain input {
		type filter hook input priority filter; policy drop;
		tcp dport 22 accept
	}
}
`

describe('which firewall it is, and the one command that lets this one port in', () => {
  const rows: [string, LinuxSource, Opening, [string, string, string] | null][] = [
    ['none', computer({ '/etc/ufw/ufw.conf': 'ENABLED=no\n' }), WEB, null],
    ['ufw, unread', computer(UFW), WEB, ['ufw', 'unknown', 'sudo ufw allow proto tcp to 0.0.0.0/0 port 443']],
    [
      'ufw, read',
      computer(UFW, [], ruleset([], { family: 'ip6' })),
      { protocol: 'udp', family: 'ipv6', port: 22124 },
      ['ufw', 'drops', 'sudo ufw allow proto udp to ::/0 port 22124'],
    ],
    ['ufw that lets it in', computer(UFW, [], ruleset([[dport(443), ACCEPT]])), WEB, null],
    [
      'firewalld',
      computer({}, ['firewalld']),
      WEB,
      [
        'firewalld',
        'unknown',
        `sudo firewall-cmd --permanent --add-rich-rule='rule family="ipv4" port port="443" protocol="tcp" accept' && sudo firewall-cmd --reload`,
      ],
    ],
    [
      'nftables, read',
      computer({}, [], ruleset([ESTABLISHED])),
      WEB,
      ['nftables', 'drops', 'sudo nft insert rule inet home input meta nfproto ipv4 tcp dport 443 accept'],
    ],
    [
      'nftables, by its file',
      computer({ '/etc/nftables.conf': NFT_CONF }, ['nftables']),
      WEB,
      ['nftables', 'unknown', 'sudo nft insert rule inet filter input meta nfproto ipv4 tcp dport 443 accept'],
    ],
    [
      'nftables without a policy',
      computer({ '/etc/nftables.conf': NFT_CONF.replaceAll('policy drop', 'policy accept') }, ['nftables']),
      WEB,
      null,
    ],
    [
      'iptables, read',
      computer({}, [], ruleset([], { family: 'ip', table: 'filter', chain: 'INPUT' })),
      WEB,
      ['iptables', 'drops', 'sudo iptables -I INPUT -p tcp --dport 443 -j ACCEPT'],
    ],
    [
      'iptables, unread',
      computer({}, ['netfilter-persistent']),
      { ...WEB, family: 'ipv6' },
      ['iptables', 'unknown', 'sudo ip6tables -I INPUT -p tcp --dport 443 -j ACCEPT'],
    ],
    [
      'iptables of old',
      computer({ '/proc/net/ip_tables_names': 'nat\nfilter\n' }, [], '{"nftables":[]}'),
      WEB,
      ['iptables', 'unknown', 'sudo iptables -I INPUT -p tcp --dport 443 -j ACCEPT'],
    ],
    ['a chain with a name that is none', computer({}, [], ruleset([], { chain: 'in; rm -rf /' })), WEB, null],
  ]
  for (const [name, source, opening, expected] of rows)
    test(name, async () => {
      const found = await linuxFirewall(opening, source)
      assert.deepEqual(found && [found.name, found.passage, found.command], expected)
    })
})
