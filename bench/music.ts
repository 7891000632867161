/**
 * What the relay's UDP port costs a player: the same datagrams at the same moments to the home's own port and to the relay's, through the
 * same engine to the same service, on a line that loses nothing and on one that loses 1 % each way.
 */
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../lab/eventually.ts'
import { type House, openHouse } from '../test/scenarios/house.ts'
import { median } from './medians.ts'
import type { Heard } from './player.ts'

const PORT = 22124
const DIRECT = '203.0.113.10'
const RELAYED = '198.51.100.20'
const SECONDS = 8
const LOSSES = [0, 1] as const
/** More loss than direct play has, in percent of all datagrams. */
const LOSS_BAR_PERCENT = 0.1
/** More time between two arrivals at the 99th percentile than direct play has. */
const GAP_BAR_MS = 5

const ECHO = `
const socket = require('node:dgram').createSocket('udp4')
socket.on('message', (bytes, from) => socket.send(bytes, from.port, from.address))
socket.bind(${PORT}, '192.168.1.20', () => console.log('listening'))
`

interface Round {
  readonly direct: Heard
  readonly relayed: Heard
}

export async function benchMusic(rounds: number, say: (line: string) => void): Promise<{ table: string; withinBar: boolean }> {
  const house = await openHouse()
  try {
    await furnish(house)
    const found = new Map<number, Round[]>(LOSSES.map((loss) => [loss, []]))
    for (let round = 0; round < rounds; round++)
      for (const loss of LOSSES) {
        await house.lab.line.lose(loss)
        const played = await play(house)
        await house.lab.line.lose(0)
        found.get(loss)?.push(played)
        say(
          `round ${round + 1} of ${rounds} at ${loss} %: p99 gap ${played.direct.gapMs.p99.toFixed(1)} and ${played.relayed.gapMs.p99.toFixed(1)} ms`,
        )
      }
    return report(found)
  } finally {
    await house.close()
  }
}

/** A home that is reached both ways under one port. */
async function furnish(house: House): Promise<void> {
  const file = join(house.lab.dir, 'echo.cjs')
  writeFileSync(file, ECHO)
  await house.lab.host('server').spawn(process.execPath, [file], { readyPattern: /listening/ })
  await house.startRelay()
  await house.startEngine('--relay', await house.relayCode())
  await house.porchlight('add', 'band', '--to', `udp://192.168.1.20:${PORT}`)
  await eventually(
    async () => {
      const { paths, publicAddress } = await house.service('band')
      const confirmed = paths.filter(({ family, phase }) => family === 'ipv4' && phase === 'confirmed').map(({ rung }) => rung)
      assert.deepEqual([confirmed.sort(), publicAddress?.port], [['mapped', 'tunnel'], PORT])
    },
    { timeoutMs: 20_000 },
  )
}

async function play({ lab }: House): Promise<Round> {
  const args = [join(import.meta.dirname, 'player.ts'), String(PORT), String(SECONDS), DIRECT, RELAYED]
  const { stdout, stderr } = await lab.host('visitor').exec(process.execPath, args, { timeoutMs: (SECONDS + 10) * 1000 })
  const [direct, relayed] = stdout.trim().split('\n')
  assert.ok(direct && relayed, stderr)
  return { direct: JSON.parse(direct), relayed: JSON.parse(relayed) }
}

function report(found: ReadonlyMap<number, readonly Round[]>): { table: string; withinBar: boolean } {
  let withinBar = true
  const lines = [...found].flatMap(([loss, rounds]) => {
    const of = (way: keyof Round, read: (heard: Heard) => number): number => median(rounds.map((round) => read(round[way])))
    const more = (read: (heard: Heard) => number): number => median(rounds.map(({ direct, relayed }) => read(relayed) - read(direct)))
    const moreLost = more(({ lostPercent }) => lostPercent)
    const moreGap = more(({ gapMs }) => gapMs.p99)
    if (moreLost > LOSS_BAR_PERCENT || moreGap > GAP_BAR_MS) withinBar = false
    const row = (way: keyof Round, rest: string): string => {
      const cells = [
        of(way, ({ lostPercent }) => lostPercent).toFixed(2),
        of(way, ({ gapMs }) => gapMs.median).toFixed(1),
        of(way, ({ gapMs }) => gapMs.p99).toFixed(1),
        of(way, ({ rttMs }) => rttMs.median).toFixed(1),
        of(way, ({ rttMs }) => rttMs.p99).toFixed(1),
      ]
      return `| ${loss} % | ${way} | ${cells.join(' | ')} | ${rest} |`
    }
    const signed = (value: number, digits: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`
    return [row('direct', ''), row('relayed', `lost ${signed(moreLost, 2)} %, p99 gap ${signed(moreGap, 1)} ms`)]
  })
  const table = [
    '| Line loses, each way | Way | Lost % | Gap median ms | Gap p99 ms | Round trip median ms | p99 ms | Against direct |',
    '|---|---|---|---|---|---|---|---|',
    ...lines,
    '',
    `Bars: lost at most ${LOSS_BAR_PERCENT} % more than direct, gap at the 99th percentile at most ${GAP_BAR_MS} ms more. ${withinBar ? 'Kept.' : 'Missed.'}`,
  ].join('\n')
  return { table, withinBar }
}
