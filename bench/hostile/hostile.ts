/** What an honest home keeps of its throughput while strangers do their worst to its relay. The home is behind a line of 100 Mbit/s; two
 *  hostile devices and a hostile visitor have a cable of their own to the relay, and every attack is bounded in count and time. */
import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { LabProcess } from '../../lab/process.ts'
import type { AttackName } from '../../test/hostile/attack.ts'
import type { Target } from '../../test/hostile/target.ts'
import { median, quantile } from '../medians.ts'
import { cpuSeconds, memoryKb } from '../processes.ts'
import { number } from '../table.ts'
import { startHomes, startRelay } from '../tunnel/contenders/porchlight.ts'
import { requirePeers } from '../tunnel/requirements.ts'
import { addressOf, type Door, domainOf, hostBelow, openStage, RELAY_FOR_STRANGER, type Stage } from '../tunnel/stage.ts'

const LINE = 'access'
const PROGRAM = join(import.meta.dirname, '..', '..', 'test', 'hostile', 'attack.ts')
/** The bulk stream fills the line, then it is measured; the attack lasts a little longer. */
const LANES_S = 2
const WARM_S = 2
const MEASURE_S = 4
const ATTACK_S = WARM_S + MEASURE_S + 2
/** Of the throughput without an attack, measured right before. */
const BAR = 0.9

/** The stranger takes only what the home leaves of its core, and what else this machine does comes after the relay and the home: what is
 *  measured is what the attack does to the relay, not what programs on one core do to each other. */
const NICENESS = { relay: -10, home: -10 }
const STRANGERS_NICENESS = 19

/** What each attack is, in the table's order. Those of `all` come together in the last row. */
const SAYS: Readonly<Record<AttackName, string>> = {
  control: 'nobody: a stranger who sends to himself as much as his core can (control)',
  garbage: 'visitor: 100 connections at a time that say something else than TLS',
  silence: 'visitor: 3,000 connections that say nothing',
  slowHello: 'visitor: 1,500 ClientHellos, four bytes a second each',
  handshakes: 'visitor: ClientHellos for the relay itself, left after its answer',
  churn: 'visitor: visits the honest home and resets, 100 at a time',
  slowReaders: 'visitor: 1,500 endless downloads from the honest home, never read',
  datagrams: 'visitor: datagrams to the relay’s UDP port, half of them questions',
  reflection: 'visitor: datagrams as from a victim’s time server',
  unintroduced: 'device: connections that never say who they are',
  wrongProof: 'device: proofs that are not its own',
  comeAndGo: 'devices: two that come and go',
  newcomers: 'device: a new identity each time',
  pings: 'devices: pings as fast as they are taken',
  noise: 'devices: noise instead of frames',
  opened: 'devices: streams that are not theirs to open',
  asks: 'devices: publish 80 services, again and again',
  overCredit: 'devices: more data than they have credit for',
  bulk: 'devices: nothing forbidden, all the data that the relay takes',
}
const TOGETHER: readonly AttackName[] = ['garbage', 'slowHello', 'churn', 'datagrams', 'pings', 'bulk']

interface Outcome {
  readonly kept: number
  readonly latencyMs: number
  /** Cores. */
  readonly relayCpu: number
  readonly peakMb: number
  /** Of the last round. */
  readonly saw: string
}

export async function benchHostile(
  rounds: number,
  wanted: readonly string[],
  say: (line: string) => void,
): Promise<{ table: string; withinBar: boolean }> {
  requirePeers()
  const single = (Object.keys(SAYS) as AttackName[]).map((name) => [name, [name]] as const)
  const rows = [...single, ['all', TOGETHER] as const].filter(
    ([name]) => wanted.length === 0 || wanted.some((start) => name.startsWith(start)),
  )
  const outcomes = new Map<string, Outcome[]>()
  const stage = await openStage(new Set([LINE]), NICENESS)
  try {
    for (let round = 0; round < rounds; round++)
      for (const [name, attacks] of rows) {
        const outcome = await underAttack(stage, attacks)
        say(`round ${round + 1} of ${rounds}: ${name}: ${JSON.stringify(outcome)}`)
        outcomes.set(name, [...(outcomes.get(name) ?? []), outcome])
        await stage.clear()
      }
  } finally {
    await stage.close()
  }
  const judged = rows.map(([name]) => judge(name, outcomes.get(name) ?? []))
  return { table: [...HEAD, ...judged.map(({ line }) => line)].join('\n'), withinBar: judged.every(({ reached }) => reached) }
}

async function underAttack(stage: Stage, attacks: readonly AttackName[]): Promise<Outcome> {
  const relay = await startRelay(stage, LINE)
  const { labels } = await startHomes(stage, LINE, 1)
  await wait(700)
  const home = `${labels[0]}.${domainOf(LINE)}`
  const door: Door = { address: addressOf(LINE, 'relay'), port: 443, hello: await stage.helloBelow(home) }
  // The first long stream makes the home open all its lanes: what is measured later has them, before and during.
  await stage.visit('bulk', door, [1, 0, LANES_S], 30_000)
  const before = await throughput(stage, door)
  const relayIs = { address: RELAY_FOR_STRANGER, port: 443, domain: domainOf(LINE), honestHost: hostBelow(home) }
  const target: Target = { ...relayIs, seconds: ATTACK_S, share: 1 }
  const argv = (name: AttackName): string[] => [process.execPath, PROGRAM, name, JSON.stringify(target)]
  const attackers = await Promise.all(attacks.map((name) => stage.spawn('stranger', argv(name), { readyPattern: /^ready/ })))
  for (const attacker of attackers) {
    giveWay(attacker)
    attacker.kill('SIGUSR2')
  }
  const watching = watch(relay)
  const during = await throughput(stage, door)
  const used = watching.end()
  await Promise.all(attackers.map(({ exited }) => exited))
  return { kept: during.mbPerS / before.mbPerS, latencyMs: during.latencyMs, ...used, saw: attackers.map(sawOf).join(' ') }
}

/** Once it runs: a program that starts at this rank takes its time on a busy machine. As in `ranked` of stage.ts. */
function giveWay({ pid }: LabProcess): void {
  setPriority(pid, STRANGERS_NICENESS)
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(STRANGERS_NICENESS))
  } catch {}
}

/** What a bulk stream gets of the line, and what a new small request takes beside it. */
async function throughput(stage: Stage, door: Door): Promise<{ mbPerS: number; latencyMs: number }> {
  const bulk = stage.visit('bulk', door, [1, WARM_S, MEASURE_S], 30_000) as Promise<{ bytes: number; seconds: number }>
  bulk.catch(() => {})
  await wait(WARM_S * 1000)
  const paced = (await stage.visit('paced', door, [MEASURE_S, 50], 60_000)) as { p50Ms: number }
  const { bytes, seconds } = await bulk
  return { mbPerS: bytes / 1e6 / seconds, latencyMs: paced.p50Ms }
}

function watch({ pid }: LabProcess) {
  const startedMs = performance.now()
  const cpuBefore = cpuSeconds([pid])
  let peakKb = 0
  const timer = setInterval(() => {
    peakKb = Math.max(peakKb, memoryKb([pid]))
  }, 500)
  return {
    end(): { relayCpu: number; peakMb: number } {
      clearInterval(timer)
      return { relayCpu: (cpuSeconds([pid]) - cpuBefore) / ((performance.now() - startedMs) / 1000), peakMb: peakKb / 1024 }
    },
  }
}

function sawOf(attacker: LabProcess): string {
  const json = /^\{.*\}$/m.exec(attacker.stdout())?.[0]
  if (!json) return `failed: ${attacker.stderr().slice(-300)}`
  const seen = Object.entries(JSON.parse(json) as Record<string, number>).sort(([, a], [, b]) => b - a)
  return seen.map(([what, times]) => `${what} ${times.toLocaleString('en')}`).join(', ')
}

const HEAD = [
  '| Attack | Throughput kept (range) | Reached | New request | Relay’s CPU | Relay’s memory at most | What the attacker saw |',
  '|---|---|---|---|---|---|---|',
]

function judge(name: string, outcomes: readonly Outcome[]): { line: string; reached: boolean } {
  const of = (pick: (outcome: Outcome) => number): number => median(outcomes.map(pick))
  const kept = outcomes.map((outcome) => outcome.kept)
  const reached = median(kept) >= BAR
  const cells = [
    name === 'all' ? `together: ${TOGETHER.join(', ')}` : SAYS[name as AttackName],
    `${number(median(kept))} (${number(quantile(kept, 0))}–${number(quantile(kept, 1))})`,
    reached ? 'yes' : '**no**',
    `${number(of(({ latencyMs }) => latencyMs))} ms`,
    number(of(({ relayCpu }) => relayCpu)),
    `${number(of(({ peakMb }) => peakMb))} MB`,
    outcomes.at(-1)?.saw ?? '',
  ]
  return { line: `| ${cells.join(' | ')} |`, reached }
}
