/** `npm run bench -- NAME [--rounds N]`: prints a table in Markdown. Exit codes: 0 within the bar, 1 outside of it or failed, 2 wrong usage. */
import { parseArgs } from 'node:util'
import { enterUserNamespace } from '../lab/enter-user-namespace.ts'
import { checkLab } from '../lab/requirements.ts'
import { benchGateway } from './gateway.ts'

const BENCHES = { gateway: benchGateway }
const DEFAULT_ROUNDS = 9
const MAX_ROUNDS = 50

function readArguments(): { name: keyof typeof BENCHES; rounds: number } | undefined {
  try {
    const { values, positionals } = parseArgs({ options: { rounds: { type: 'string' } }, allowPositionals: true })
    const [name = '', ...more] = positionals
    const rounds = values.rounds === undefined ? DEFAULT_ROUNDS : Number(values.rounds)
    if (!Object.hasOwn(BENCHES, name) || more.length > 0 || !Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS) return undefined
    return { name: name as keyof typeof BENCHES, rounds }
  } catch {
    return undefined
  }
}

async function main(): Promise<number> {
  const wanted = readArguments()
  if (!wanted) {
    console.error(`error usage: npm run bench -- NAME [--rounds 1…${MAX_ROUNDS}]; benches: ${Object.keys(BENCHES).join(', ')}`)
    return 2
  }
  const lab = checkLab()
  if (!lab.ok) {
    console.error(`error no-lab: ${lab.reason}`)
    return 1
  }
  if (lab.how === 'user-namespace') return enterUserNamespace([process.execPath, import.meta.filename, ...process.argv.slice(2)])
  const { table, withinBar } = await BENCHES[wanted.name](wanted.rounds, (line) => console.error(line))
  console.log(table)
  return withinBar ? 0 : 1
}

process.exitCode = await main()
