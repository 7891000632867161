/** Queries and a zone for tests: written by hand, apart from the code they test. */
import type { NodeRecord, ZoneView } from './zone.ts'

export interface Asked {
  readonly name: string
  readonly type: number
  readonly class?: number
  readonly id?: number
  readonly flags?: number
  /** UDP size of an OPT record; none without. */
  readonly edns?: number
}

export function queryBytes({ name, type, class: klass = 1, id = 0x1234, flags = 0x0100, edns }: Asked): Buffer {
  const words = (...values: number[]): Buffer => Buffer.from(values.flatMap((value) => [value >> 8, value & 255]))
  const labels = name.split('.').filter((label) => label !== '')
  const wire = labels.flatMap((label) => [label.length, ...Buffer.from(label, 'latin1')])
  const opt = edns === undefined ? [] : [0, ...words(41, edns, 0, 0, 0)]
  return Buffer.from([...words(id, flags, 1, 0, 0, edns === undefined ? 0 : 1), ...wire, 0, ...words(type, klass), ...opt])
}

/** Name below the domain → records; `''` is the top. Names between are there without records; `*` answers for what is not there. */
export function tableZone(domain: string, table: Record<string, readonly NodeRecord[]>): ZoneView {
  return {
    domain,
    nameServers: [`ns1.${domain}`, `ns2.${domain}`],
    serial: 7,
    lookup: (below) => {
      const name = below.join('.')
      const exact = table[name]
      if (exact) return { records: exact }
      if (Object.keys(table).some((other) => name === '' || other.endsWith(`.${name}`))) return { records: [] }
      const wildcard = table[['*', ...below.slice(1)].join('.')]
      return wildcard && { records: wildcard }
    },
  }
}

export const ZONE = tableZone('relay.example', {
  '': [
    { type: 'A', address: '203.0.113.1', ttlS: 10 },
    { type: 'AAAA', address: '2001:db8::1', ttlS: 10 },
    { type: 'CAA', critical: false, tag: 'issue', value: 'ca.example', ttlS: 30 },
  ],
  ns1: [{ type: 'A', address: '203.0.113.1', ttlS: 3600 }],
  'amber-otter-42': [{ type: 'CAA', critical: true, tag: 'issue', value: 'ca.example; validationmethods=dns-01', ttlS: 30 }],
  '*.amber-otter-42': [
    { type: 'A', address: '198.51.100.7', ttlS: 10 },
    { type: 'A', address: '203.0.113.1', ttlS: 10 },
    { type: 'HTTPS', alpn: [], ttlS: 10 },
  ],
  '_acme-challenge.amber-otter-42': [{ type: 'TXT', text: 'token-one', ttlS: 10 }],
  long: [{ type: 'TXT', text: 'é'.repeat(200), ttlS: 10 }],
  huge: Array.from({ length: 10 }, (_, index) => ({ type: 'TXT', text: String(index).repeat(250), ttlS: 10 }) as const),
  'deep.between': [{ type: 'A', address: '203.0.113.9', ttlS: 10 }],
})
