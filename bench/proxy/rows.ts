/** The rows of the table: what is compared with whom, and the bar that ours is to reach. */
import type { Judged } from '../table.ts'
import type { ContenderName } from './contenders.ts'
import type { MeasureName } from './measures.ts'

export interface Row extends Judged {
  readonly measure: MeasureName
  readonly ours: ContenderName
  readonly against: ContenderName
}

const small1 = { says: 'HTTP/1.1, 1 KB, 32 kept connections', measure: 'small1', ours: 'porchlight', value: 'perS', unit: '/s' } as const
const big1 = { says: 'HTTP/1.1, 100 MB, 4 connections', measure: 'big1', ours: 'porchlight', value: 'perS', unit: 'MB/s' } as const
const fresh = { says: 'a new TLS connection for each 1 KB', measure: 'fresh', ours: 'porchlight', value: 'perS', unit: '/s' } as const
const small2 = { says: 'HTTP/2, 1 KB, 8 connections of 4', measure: 'small2', ours: 'porchlight', value: 'perS', unit: '/s' } as const
const big2 = { says: 'HTTP/2, 100 MB, 4 connections', measure: 'big2', ours: 'porchlight', value: 'perS', unit: 'MB/s' } as const
const idle = { measure: 'idleMemory', ours: 'porchlightIdle', value: 'kbEach', unit: 'KB' } as const

export const ROWS: readonly Row[] = [
  { id: 'nginx-small1', ...small1, against: 'nginx', bar: { atLeast: 0.7 } },
  { id: 'nginx-big1', ...big1, against: 'nginx', bar: { atLeast: 0.95 } },
  { id: 'nginx-fresh', ...fresh, against: 'nginx', bar: { atLeast: 0.45 } },
  { id: 'nginx-small2', ...small2, against: 'nginx', bar: { atLeast: 0.55 } },
  { id: 'nginx-big2', ...big2, against: 'nginx' },
  { id: 'caddy-small1', ...small1, against: 'caddy', bar: { atLeast: 1.5 } },
  { id: 'caddy-big1', ...big1, against: 'caddy' },
  { id: 'caddy-fresh', ...fresh, against: 'caddy' },
  { id: 'caddy-small2', ...small2, against: 'caddy' },
  { id: 'caddy-big2', ...big2, against: 'caddy' },
  { id: 'haproxy-small1', ...small1, against: 'haproxy' },
  { id: 'haproxy-big1', ...big1, against: 'haproxy' },
  { id: 'haproxy-fresh', ...fresh, against: 'haproxy' },
  { id: 'haproxy-small2', ...small2, against: 'haproxy' },
  { id: 'haproxy-big2', ...big2, against: 'haproxy' },
  { id: 'nginx-idle', says: 'memory for an idle TLS connection, of 10,000', ...idle, against: 'nginx' },
]
