import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VisitorsView } from '../protocol/model/history.ts'
import { carriesSomething, IDLE_BYTES } from './quiet-engine.ts'

const view = (...bytes: [place: string, sinceMs: number, out: number][]): VisitorsView => ({
  services: [],
  longest: bytes.map(([place, sinceMs, bytesOut]) => ({
    service: 'web',
    place,
    direct: true,
    sinceMs,
    connections: 1,
    bytesIn: 10,
    bytesOut,
  })),
})

const rows: [string, VisitorsView, VisitorsView, boolean][] = [
  ['nobody is there', view(), view(), false],
  ['somebody keeps a connection open', view(['a', 1, 9_000_000]), view(['a', 1, 9_000_000 + 200]), false],
  ['somebody downloads', view(['a', 1, 9_000_000]), view(['a', 1, 9_000_000 + IDLE_BYTES + 1]), true],
  ['one of two downloads', view(['a', 1, 0], ['b', 1, 0]), view(['a', 1, 0], ['b', 1, 1 << 20]), true],
  ['somebody has just begun', view(), view(['a', 2, 1 << 20]), true],
  ['somebody has come back for a small page', view(['a', 1, 1 << 20]), view(['a', 2, 900]), false],
  ['a download is over', view(['a', 1, 1 << 20]), view(), false],
]
for (const [what, before, after, expected] of rows)
  test(`${what}: ${expected ? 'wait' : 'quiet'}`, () => assert.equal(carriesSomething(before, after), expected))
