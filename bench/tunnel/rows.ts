/** The rows of the table: what is compared with whom, over which line, and the bar that ours is to reach. */
import type { Judged } from '../table.ts'
import type { Contender } from './contenders/contender.ts'
import { haproxy } from './contenders/haproxy.ts'
import { nginxUdp } from './contenders/nginx.ts'
import { openvpnTcp, openvpnUdp } from './contenders/openvpn.ts'
import { pagekite } from './contenders/pagekite.ts'
import { bareNode, porchlight, porchlightFront, porchlightRelay, porchlightUdp } from './contenders/porchlight.ts'
import { ssh } from './contenders/ssh.ts'
import type { MeasureName } from './measures.ts'
import type { LineName } from './stage.ts'

export const CONTENDERS = {
  porchlight,
  ssh,
  openvpnTcp,
  openvpnUdp,
  pagekite,
  porchlightFront,
  bareNode,
  haproxy,
  porchlightRelay,
  porchlightUdp,
  nginxUdp,
} as const satisfies Record<string, Contender>
export type ContenderName = keyof typeof CONTENDERS

interface StageRow extends Judged {
  readonly line: LineName
  readonly measure: MeasureName
  readonly ours: ContenderName
  /** Without one, ours is judged by itself. */
  readonly against?: ContenderName
}

/** Measured in the lab, not on the stage: `first-byte.ts`. */
interface HouseRow extends Judged {
  readonly line: 'house'
  readonly measure: 'firstByte'
  /** `porchlightPage`: told what to do by the page, not by a command. */
  readonly ours: 'porchlight' | 'porchlightPage'
  readonly against: 'ssh'
}

export type Row = StageRow | HouseRow
export const isOnStage = (row: Row): row is StageRow => row.line !== 'house'

const wide = { line: 'wide', ours: 'porchlight' } as const
const fast = { line: 'fast', ours: 'porchlight' } as const
const slow = { line: 'slow', ours: 'porchlight', measure: 'underBulk', value: 'p50Ms', unit: 'ms' } as const
const lossy = { ...slow, line: 'lossy' } as const
const front = { line: 'wide', ours: 'porchlightFront', against: 'haproxy' } as const
const udp = { line: 'wide', ours: 'porchlightUdp', against: 'nginxUdp' } as const
const house = { line: 'house', against: 'ssh', measure: 'firstByte', value: 'ms', unit: 'ms' } as const
const idle = { line: 'fast', ours: 'porchlightRelay', measure: 'idleMemory', unit: 'KB' } as const
const MB = { value: 'mbPerS', unit: 'MB/s' } as const
const PER_S = { value: 'perS', unit: '/s' } as const

export const ROWS: readonly Row[] = [
  { id: 'ssh-bulk-1', says: 'bulk, 1 stream', ...wide, against: 'ssh', measure: 'bulk1', ...MB, bar: { atLeast: 0.8 } },
  { id: 'ssh-bulk-64', says: 'bulk, 64 streams', ...wide, against: 'ssh', measure: 'bulk64', ...MB, bar: { atLeast: 0.75 } },
  { id: 'ssh-kept', says: '1 KB answers, 32 kept connections', ...wide, against: 'ssh', measure: 'kept', ...PER_S, bar: { atLeast: 4 } },
  { id: 'ssh-fresh', says: '1 KB answers, a new connection each', ...wide, against: 'ssh', measure: 'fresh', ...PER_S },
  { id: 'ssh-fast-bulk', says: 'bulk, 1 stream, packets of 1500 bytes', ...fast, against: 'ssh', measure: 'bulk1', ...MB },
  { id: 'ssh-fast-kept', says: '1 KB answers, 32 kept, packets of 1500 bytes', ...fast, against: 'ssh', measure: 'kept', ...PER_S },
  { id: 'ssh-slow', says: 'a new request beside bulk, slow line', ...slow, against: 'ssh', bar: { atMost: 0.15 } },
  { id: 'ssh-lossy', says: 'a new request beside bulk, lossy line', ...lossy, against: 'ssh' },
  { id: 'openvpn-tcp-bulk', says: 'bulk, 1 stream', ...fast, against: 'openvpnTcp', measure: 'bulk1', ...MB, bar: { atLeast: 8 } },
  { id: 'openvpn-udp-bulk', says: 'bulk, 1 stream', ...fast, against: 'openvpnUdp', measure: 'bulk1', ...MB, bar: { atLeast: 8 } },
  { id: 'openvpn-tcp-slow', says: 'a new request beside bulk, slow line', ...slow, against: 'openvpnTcp', bar: { atMost: 0.3 } },
  { id: 'openvpn-udp-slow', says: 'a new request beside bulk, slow line', ...slow, against: 'openvpnUdp', bar: { atMost: 0.75 } },
  { id: 'openvpn-udp-lossy', says: 'a new request beside bulk, lossy line', ...lossy, against: 'openvpnUdp' },
  {
    id: 'pagekite-kept',
    says: '1 KB answers, 32 kept connections',
    ...wide,
    against: 'pagekite',
    measure: 'kept',
    ...PER_S,
    bar: { atLeast: 50 },
  },
  { id: 'pagekite-bulk', says: 'bulk, 1 stream', ...wide, against: 'pagekite', measure: 'bulk1', ...MB, bar: { atLeast: 100 } },
  { id: 'haproxy-bulk', says: 'passing on by server name, 1 stream', ...front, measure: 'bulk1', ...MB, bar: { atLeast: 1.2 } },
  { id: 'haproxy-fresh', says: 'passing on by server name, new connections', ...front, measure: 'fresh', ...PER_S, bar: { atLeast: 0.6 } },
  {
    id: 'haproxy-fresh-node',
    says: 'the same by a bare Node proxy, without name or limits',
    ...{ ...front, ours: 'bareNode' },
    measure: 'fresh',
    ...PER_S,
  },
  { id: 'nginx-udp', says: 'round trips of 200 bytes, 64 at a time', ...udp, measure: 'datagrams', ...PER_S, bar: { atLeast: 0.7 } },
  {
    id: 'fairness',
    says: 'slowest ÷ quickest of 64 streams',
    ...wide,
    measure: 'bulk64',
    value: 'fairness',
    unit: '',
    bar: { atLeast: 0.7 },
  },
  { id: 'first-byte-page', says: 'added on the page → a visitor’s first byte', ...house, ours: 'porchlightPage' },
  { id: 'first-byte-command', says: '`porchlight add` → a visitor’s first byte', ...house, ours: 'porchlight' },
  { id: 'memory-tunnel', says: 'the relay’s memory for an idle tunnel', ...idle, value: 'kbPerTunnel', bar: { atMost: 40 } },
  { id: 'memory-stream', says: 'the relay’s memory for an idle stream', ...idle, value: 'kbPerStream', bar: { atMost: 10 } },
]
