import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { FAILURES, inputOf, keepFailure, runTarget } from './run-target.ts'
import { TARGET_NAMES, TARGETS, type TargetName } from './targets.ts'

const SEED = 20_261_121
/** All others are fed 20,000 inputs by a unit test beside the parser; here it is their seeds that count. */
const NOT_FED_ELSEWHERE: readonly TargetName[] = [
  'certificates',
  'dns-answers',
  'flows',
  'home-pages',
  'http-answers',
  'http-requests',
  'probe-requests',
  'stun',
]
const MAIN = join(import.meta.dirname, 'main.ts')

describe('every parser of foreign bytes', () => {
  for (const target of TARGET_NAMES)
    test(`${target}: ${TARGETS[target].says}`, async () => {
      const report = await runTarget(target, SEED, NOT_FED_ELSEWHERE.includes(target) ? 20_000 : 2000)
      for (const file of keepFailure(report, false)) console.error(`the input lies in ${file}`)
      assert.equal(report.failure, undefined, report.failure?.reason)
      assert.ok(report.seeds > 0, 'no seeds')
      // Both what is taken and what is not: else the inputs test the first line of the parser only.
      assert.ok(Object.values(report.outcomes).filter((count) => count >= 20).length >= 2, JSON.stringify(report.outcomes))
    })
})

test('every folder of seeds belongs to a target', () => {
  assert.deepEqual(readdirSync(join(import.meta.dirname, 'seeds')).sort(), [...TARGET_NAMES].sort())
})

test('the same seed gives the same inputs and outcomes, another seed others', async () => {
  const [one, again, other] = [await runTarget('soap', 5, 500), await runTarget('soap', 5, 500), await runTarget('soap', 6, 500)]
  assert.deepEqual([again.outcomes, again.digest], [one.outcomes, one.digest])
  assert.notEqual(other.digest, one.digest)
})

test('an input that takes too long ends the run and is named', async () => {
  // A bound below what any input can keep: the first one that is looked at is over it.
  const { failure } = await runTarget('description', 1, 2 ** 31, { maxInputMs: -1 })
  assert.match(failure?.reason ?? '', /took more than/)
  assert.ok(failure && (failure.run < 0 || failure.bytes.equals(inputOf('description', 1, failure.run))))
})

test('growing memory ends the run', async () => {
  const { failure } = await runTarget('natpmp', 1, 2 ** 31, { maxGrownBytes: -1 })
  assert.match(failure?.reason ?? '', /memory grew/)
})

test('an input that failed is kept where it can be found', () => {
  const failure = { run: 3, reason: 'x', bytes: Buffer.from('bad') }
  const report = { target: 'xml', seed: 0, runs: 9, seeds: 0, outcomes: {}, digest: 0, slowestMs: 0, grownBytes: 0, durationMs: 0 } as const
  const [file = '', ...more] = keepFailure({ ...report, failure }, false)
  assert.deepEqual([file, more], [join(FAILURES, 'xml', 'found-0-3.bin'), []])
  assert.deepEqual(readFileSync(file), failure.bytes)
  rmSync(file)
})

test('the command names its targets when it is given another', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', timeout: 60_000 })
  for (const args of [['nope'], [], ['xml', '--runs', '0'], ['xml', '--runs', 'many'], ['xml', '--sed', '1'], ['xml', 'soap']]) {
    const { status, stderr } = run(...args)
    assert.equal(status, 2, args.join(' '))
    assert.match(stderr, /^error usage: [^\n]+\n$/)
  }
  assert.match(run('nope').stderr, new RegExp(TARGET_NAMES.join(', ')))
  const good = run('natpmp', '--runs', '100', '--seed', '9')
  assert.equal(good.status, 0, good.stderr)
  assert.match(good.stdout, /^natpmp: \d+ seeds and 100 runs from seed 9 in /)
})
