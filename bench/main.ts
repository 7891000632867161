/** `npm run bench -- NAME [--rounds N] [--rows START,…] [--write]`: prints a table in Markdown, and writes it into
 *  docs/performance.md. Exit codes: 0 within the bar, 1 outside of it or failed, 2 wrong usage. */
import { cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { enterUserNamespace } from '../lab/enter-user-namespace.ts'
import { mustRun } from '../lab/process.ts'
import { checkLab } from '../lab/requirements.ts'
import { benchGateway } from './gateway.ts'
import { benchHostile } from './hostile/hostile.ts'
import { benchMusic } from './music.ts'
import { writeBetweenMarks } from './page.ts'
import { processorTicks } from './processes.ts'
import { benchProxy } from './proxy/proxy.ts'
import { benchTunnel } from './tunnel/tunnel.ts'

/** `withinBar`: no bar was missed. */
interface Report {
  readonly table: string
  readonly withinBar: boolean
}
interface Wanted {
  readonly rounds: number
  /** How the wanted rows' names begin; all rows without any. */
  readonly rows: readonly string[]
}
interface Arguments extends Wanted {
  readonly name: string
  readonly write: boolean
}
type Say = (line: string) => void

interface Bench {
  /** Unless told otherwise: none takes much longer than a quarter of an hour. */
  readonly rounds: number
  run(wanted: Wanted, say: Say): Promise<Report>
}

const BENCHES: Readonly<Record<string, Bench>> = {
  gateway: { rounds: 9, run: ({ rounds }, say) => benchGateway(rounds, say) },
  hostile: { rounds: 3, run: ({ rounds, rows }, say) => benchHostile(rounds, rows, say) },
  music: { rounds: 9, run: ({ rounds }, say) => benchMusic(rounds, say) },
  proxy: { rounds: 5, run: ({ rounds, rows }, say) => benchProxy(rounds, rows, say) },
  tunnel: { rounds: 5, run: ({ rounds, rows }, say) => benchTunnel(rounds, rows, say) },
}
const MAX_ROUNDS = 50
const USAGE = `error usage: npm run bench -- NAME [--rounds 1…${MAX_ROUNDS}] [--rows START,…] [--write]; benches: ${Object.keys(BENCHES).join(', ')}`

const PAGE = join(import.meta.dirname, '..', 'docs', 'performance.md')

function readArguments(): Arguments | undefined {
  try {
    const options = { rounds: { type: 'string' }, rows: { type: 'string' }, write: { type: 'boolean' } } as const
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    const [name = '', ...more] = positionals
    const rounds = values.rounds === undefined ? (BENCHES[name]?.rounds ?? 0) : Number(values.rounds)
    if (!Object.hasOwn(BENCHES, name) || more.length > 0 || !Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS) return undefined
    return { name, rounds, rows: values.rows?.split(',') ?? [], write: values.write === true }
  } catch {
    return undefined
  }
}

async function main(): Promise<number> {
  const wanted = readArguments()
  const bench = wanted && BENCHES[wanted.name]
  if (!bench) {
    console.error(USAGE)
    return 2
  }
  const lab = checkLab()
  if (!lab.ok) {
    console.error(`error no-lab: ${lab.reason}`)
    return 1
  }
  if (lab.how === 'user-namespace') return enterUserNamespace([process.execPath, import.meta.filename, ...process.argv.slice(2)])
  const before = processorTicks()
  const { table, withinBar } = await bench.run(wanted, (line) => console.error(line))
  console.log(table)
  const made = await madeHow(wanted.rounds, before)
  console.log(made)
  if (wanted.write) writeBetweenMarks(PAGE, wanted.name, `${made}\n\n${table}`)
  return withinBar ? 0 : 1
}

async function madeHow(rounds: number, before: ReturnType<typeof processorTicks>): Promise<string> {
  const commit = await mustRun(['git', '-C', import.meta.dirname, 'describe', '--always', '--dirty'])
  const load = loadavg()
    .map((average) => average.toFixed(1))
    .join(', ')
  const after = processorTicks()
  const stolen = ((100 * (after.stolen - before.stolen)) / (after.all - before.all)).toFixed(1)
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), of which the host took ${stolen} % away; load averages at the end ${load}`
  return `Made on ${new Date().toISOString().slice(0, 10)} at commit ${commit.trim()}: ${rounds} rounds, medians; ${machine}.`
}

process.exitCode = await main()
