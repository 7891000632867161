/** What a registry remembers of names, links, ports and codes, told in a hundred lines of plain data: whatever is done, an engine looks like this. */
import assert from 'node:assert/strict'
import type { LabelStanding } from '../../protocol/model/label.ts'
import { GRACE_MS, MAX_FORMER_LABELS, type PublicPort, QUARANTINE_MS, type Redeemed } from './registry.ts'
import { labelPolicy, type Policy } from './reserved.ts'

interface DeviceRow {
  label: string | null
  readonly createdAtMs: number
  suspendedAtMs: number | null
  releasedAtMs: number | null
}
interface Rested {
  readonly key: string
  /** When it was, or will be, given up; null: it stands. */
  atMs: number | null
}

/** The real one, asked for each label once: it is not what is put to the test here. */
const known = new Map<string, ReturnType<Policy>>()
const judge = labelPolicy()
export const policy: Policy = (label) => {
  if (!known.has(label)) known.set(label, judge(label))
  return known.get(label)
}
const portKey = ({ protocol, port }: Omit<PublicPort, 'service'>): string => `${protocol} ${port}`

export class RegistryModel {
  nowMs: number
  readonly devices = new Map<string, DeviceRow>()
  readonly labels = new Map<string, Rested>()
  readonly links = new Map<string, Rested>()
  readonly ports = new Map<string, Rested & PublicPort>()
  readonly published = new Map<string, readonly string[]>()
  readonly codes = new Map<number, { readonly expiresAtMs: number; redeemedBy: string | null }>()

  constructor(nowMs: number) {
    this.nowMs = nowMs
  }

  here(key: string): DeviceRow | undefined {
    const row = this.devices.get(key)
    return row && row.label !== null ? row : undefined
  }

  wait(ms: number): void {
    this.nowMs += ms
    const isOver = ({ atMs }: Rested): boolean => atMs !== null && atMs <= this.nowMs - QUARANTINE_MS
    for (const rows of [this.labels, this.links, this.ports]) for (const [id, row] of rows) if (isOver(row)) rows.delete(id)
    for (const [key, row] of this.devices)
      if (row.releasedAtMs !== null && row.releasedAtMs <= this.nowMs - QUARANTINE_MS && row.suspendedAtMs === null)
        this.devices.delete(key)
  }

  former(key: string): { label: string; untilMs: number }[] {
    if (!this.here(key)) return []
    return [...this.labels]
      .flatMap(([label, { key: owner, atMs }]) => (owner === key && atMs !== null && atMs > this.nowMs ? [{ label, untilMs: atMs }] : []))
      .sort((a, b) => a.untilMs - b.untilMs || (a.label < b.label ? -1 : 1))
  }

  leadsTo(label: string): string | undefined {
    const row = this.labels.get(label)
    return row && this.here(row.key) && (row.atMs === null || row.atMs > this.nowMs) ? row.key : undefined
  }

  against(key: string, label: string): LabelStanding {
    const row = this.labels.get(label)
    if (row?.atMs === null) return { state: row.key === key ? 'own' : 'taken' }
    const refused = policy(label)
    if (refused) return refused
    if (!row?.atMs) return { state: 'free' }
    return { state: row.key === key ? 'own' : row.atMs > this.nowMs ? 'taken' : 'quarantined' }
  }

  standing(key: string, label: string): LabelStanding {
    const found = this.against(key, label)
    const others = this.former(key).filter((each) => each.label !== label)
    const isNew = found.state === 'free' || (found.state === 'own' && this.here(key)?.label !== label)
    return isNew && others.length >= MAX_FORMER_LABELS ? { state: 'too-soon', untilMs: others[0]?.untilMs ?? 0 } : found
  }

  /** `given`: what the engine called it. Is that what it may have called it? */
  register(key: string, given: string, wish: string | undefined): void {
    const known = this.here(key)
    if (known) assert.equal(given, known.label)
    if (known) return
    const own = [...this.labels].flatMap(([label, { key: owner, atMs }]) => (owner === key && atMs !== null ? [{ label, atMs }] : []))
    const left = own.filter(({ atMs }) => atMs <= this.nowMs)
    const candidates = left.length > 0 ? left : own
    const latestMs = Math.max(...candidates.map(({ atMs }) => atMs))
    if (wish !== undefined) assert.equal(given, wish)
    else if (own.length === 0) assert.equal(this.labels.get(given), undefined, 'a random one is nobody’s')
    else
      assert.ok(
        candidates.some(({ label, atMs }) => label === given && atMs === latestMs),
        'the one it had last',
      )
    this.labels.set(given, { key, atMs: null })
    const before = this.devices.get(key)
    this.devices.set(key, {
      label: given,
      createdAtMs: before?.createdAtMs ?? this.nowMs,
      suspendedAtMs: before?.suspendedAtMs ?? null,
      releasedAtMs: null,
    })
  }

  rename(key: string, label: string): LabelStanding {
    const found = this.standing(key, label)
    const row = this.here(key)
    if (!row?.label || row.label === label || (found.state !== 'free' && found.state !== 'own')) return found
    this.labels.set(row.label, { key, atMs: this.nowMs + GRACE_MS })
    this.labels.set(label, { key, atMs: null })
    row.label = label
    return { state: 'own' }
  }

  release(key: string): void {
    const row = this.here(key)
    if (!row?.label) return
    const rest = (each: Rested): void => {
      if (each.key === key && each.atMs === null) each.atMs = this.nowMs
    }
    for (const rows of [this.labels, this.links, this.ports]) for (const each of rows.values()) rest(each)
    this.published.delete(key)
    row.label = null
    row.releasedAtMs = this.nowMs
  }

  publish(key: string, links: readonly string[]): 'ok' | 'taken' {
    if (links.some((id) => (this.links.get(id)?.key ?? key) !== key)) return 'taken'
    for (const [id, row] of this.links) if (row.key === key && row.atMs === null && !links.includes(id)) row.atMs = this.nowMs
    for (const id of links) this.links.set(id, { key, atMs: null })
    this.published.set(key, links)
    return 'ok'
  }

  /** `given`: what the engine gave. Is that what it may have given? */
  reserve(
    key: string,
    wishes: readonly PublicPort[],
    { first, last }: { first: number; last: number },
    given: readonly PublicPort[],
  ): void {
    const isSame = (a: PublicPort, b: PublicPort): boolean => a.service === b.service && a.protocol === b.protocol
    for (const row of this.ports.values())
      if (row.key === key) {
        if (wishes.some((wish) => isSame(wish, row))) row.atMs = null
        else row.atMs ??= this.nowMs
      }
    for (const wish of wishes) {
      const got = given.find((each) => isSame(each, wish))
      const had = [...this.ports.values()].find((row) => row.key === key && isSame(row, wish))
      const isFree = (port: number): boolean => !this.ports.has(portKey({ protocol: wish.protocol, port }))
      const free = Array.from({ length: last - first + 1 }, (_, index) => first + index).filter(isFree)
      if (had) assert.equal(got?.port, had.port)
      else if (free.length === 0) assert.equal(got, undefined)
      else assert.ok(got && (free.includes(wish.port) ? got.port === wish.port : free.includes(got.port)))
      if (got && !had) this.ports.set(portKey(got), { ...got, key, atMs: null })
    }
  }

  redeem(code: number, key: string): Redeemed {
    const row = this.codes.get(code)
    if (!row) return 'unknown'
    if (row.redeemedBy !== null) return row.redeemedBy === key ? 'ok' : 'used'
    if (row.expiresAtMs <= this.nowMs) return 'expired'
    for (const [id, { expiresAtMs }] of this.codes) if (expiresAtMs <= this.nowMs - QUARANTINE_MS) this.codes.delete(id)
    row.redeemedBy = key
    return 'ok'
  }
}
