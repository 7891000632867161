// The parts of `npm run proof`. Each is bounded in time, and says in a line what it has seen.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkLab } from '../lab/requirements.ts'
import { userNamespaceArgv } from '../lab/user-namespace.ts'
import { keepFailure, runTarget } from '../test/fuzz/run-target.ts'
import { TARGET_NAMES } from '../test/fuzz/targets.ts'
import { root } from './setup/machine.mjs'
import { runFile } from './test/file.mjs'
import { findTests, suites } from './test/suites.mjs'

const fuzzRuns = 1_000_000
const fuzzSeed = 1
const rounds = 3
const stormHomes = 1000
const kills = 200
const sequences = 10_000
/** What befalls a home, one thing at a time and two at once. */
const diagnosisRounds = 5
const limitMs = 15 * 60_000

/** @typedef {{ name: string, run(signal: AbortSignal): Promise<{ passed: boolean, detail: string }> }} Part */

/** @param {string} logs where the output of test files goes
 *  @returns {Part[]} */
export function allParts(logs) {
  const files = findTests(root)
  const inLab = (file) => suites.some(({ lane, holds }) => lane === 'waits' && holds(file))
  const isRandom = (file) => !file.startsWith('test/') && /\bfuzz(InTurns)?\(/.test(readFileSync(join(root, file), 'utf8'))
  const isSequenced = (file) => !file.startsWith('test/') && /Sequences\('/.test(readFileSync(join(root, file), 'utf8'))
  return [
    ...TARGET_NAMES.map((target) => ({ name: `fuzz/${target}`, run: (signal) => fuzzed(target, signal) })),
    ...files.filter(isRandom).map((file) => ({ name: `million/${shortOf(file)}`, run: (signal) => million(file, logs, signal) })),
    ...files.filter(isSequenced).map((file) => ({ name: `sequences/${shortOf(file)}`, run: (signal) => sequenced(file, logs, signal) })),
    { name: `storm/${stormHomes}-homes`, run: (signal) => storm(logs, signal) },
    { name: `kills/${kills}`, run: (signal) => killed(logs, signal) },
    { name: 'certificates/each-way', run: (signal) => certified(logs, signal) },
    { name: 'design/pictures', run: (signal) => tested('test/proof/design.ts', logs, signal) },
    { name: 'browser/moved-home', run: (signal) => movedHome(logs, signal) },
    { name: 'names/ten-changes', run: (signal) => addressesChanged(logs, signal) },
    ...Array.from({ length: diagnosisRounds }, (_, i) => ({ name: `diagnosis/round-${i + 1}`, run: (signal) => diagnosed(logs, signal) })),
    ...['curl', 'chromium'].map((by) => ({ name: `transfers/${by}`, run: (signal) => transferred(by, logs, signal) })),
    ...files.filter(inLab).map((file) => ({ name: `rounds/${shortOf(file)}`, run: (signal) => inRounds(file, logs, signal) })),
  ]
}

const shortOf = (file) => file.replace(/\.test\.(ts|mjs)$/, '')

async function fuzzed(target, signal) {
  const report = await runTarget(target, fuzzSeed, fuzzRuns, { signal })
  const { seeds, outcomes, slowestMs, grownBytes, digest, failure } = report
  if (failure) {
    const kept = signal.aborted ? [] : keepFailure(report, true)
    return { passed: false, detail: `run ${failure.run}: ${failure.reason.split('\n')[0]}; ${kept.join(', ')}` }
  }
  const counts = Object.entries(outcomes).map(([outcome, count]) => `${outcome} ${count}`)
  const memory = `memory +${(grownBytes / 2 ** 20).toFixed(0)} MB`
  const detail = `${seeds} seeds, ${fuzzRuns} runs: ${counts.join(', ')}; slowest ${slowestMs.toFixed(1)} ms, ${memory}, digest ${digest.toString(16)}`
  return { passed: true, detail }
}

/** The loops of a unit test, with a million runs each (test/fuzz/random.ts). */
async function million(file, logs, signal) {
  process.env.PORCHLIGHT_FUZZ_RUNS = String(fuzzRuns)
  try {
    return await tested(file, logs, signal)
  } finally {
    delete process.env.PORCHLIGHT_FUZZ_RUNS
  }
}

/** Random sequences of operations on an interface's engines (test/sequences/sequences.ts). */
async function sequenced(file, logs, signal) {
  process.env.PORCHLIGHT_SEQUENCES = String(sequences)
  try {
    const { passed, detail } = await tested(file, logs, signal)
    return { passed, detail: passed ? `${sequences} sequences; ${detail}` : detail }
  } finally {
    delete process.env.PORCHLIGHT_SEQUENCES
  }
}

/** A relay restarts, and so many homes come back at once. */
async function storm(logs, signal) {
  process.env.PORCHLIGHT_STORM_HOMES = String(stormHomes)
  try {
    return await tested('test/loopback/storm.test.ts', logs, signal)
  } finally {
    delete process.env.PORCHLIGHT_STORM_HOMES
  }
}

/** A relay dies so often while it writes. */
async function killed(logs, signal) {
  process.env.PORCHLIGHT_KILLS = String(kills)
  try {
    return await tested('test/loopback/kill.test.ts', logs, signal)
  } finally {
    delete process.env.PORCHLIGHT_KILLS
  }
}

/** Each way of proving a name, over each way into the house, at a real directory. */
async function certified(logs, signal) {
  const lab = checkLab()
  if (!lab.ok) return { passed: false, detail: lab.reason }
  return await tested('test/proof/certificates.ts', logs, signal, wrapFor(lab))
}

/** The home's address changes ten times in a row, and the providers of its names fail on some. */
async function addressesChanged(logs, signal) {
  const lab = checkLab()
  if (!lab.ok) return { passed: false, detail: lab.reason }
  const { passed, detail } = await tested('test/proof/address-changes.ts', logs, signal, wrapFor(lab))
  if (!passed) return { passed, detail }
  const { findings } = JSON.parse(readFileSync(join(root, 'test-results', 'address-changes.json'), 'utf8'))
  return { passed, detail: findings.map(({ told }) => told).join('; ') }
}

/** The figures are the point; the part passes when every browser finds the home again. */
async function movedHome(logs, signal) {
  const lab = checkLab()
  if (!lab.ok) return { passed: false, detail: lab.reason }
  const { passed, detail } = await tested('test/proof/moved-home.ts', logs, signal, wrapFor(lab))
  if (!passed) return { passed, detail }
  const { findings } = JSON.parse(readFileSync(join(root, 'test-results', 'moved-home.json'), 'utf8'))
  const figures = findings.map(({ inDns, fresh, held, connected }) => {
    const cells = Object.entries({ fresh, held, connected }).map(([who, { seconds }]) => `${who} ${seconds} s`)
    return `${inDns}: ${cells.join(', ')}`
  })
  return { passed, detail: figures.join('; ') }
}

/** Every cause that is shown is counted. */
async function diagnosed(logs, signal) {
  const lab = checkLab()
  if (!lab.ok) return { passed: false, detail: lab.reason }
  const { passed, detail } = await tested('test/proof/diagnosis.ts', logs, signal, wrapFor(lab))
  const { findings } = JSON.parse(readFileSync(join(root, 'test-results', 'diagnosis.json'), 'utf8'))
  const [{ precision, recall }] = findings
  return { passed: passed && precision === 1 && recall === 1, detail: `precision ${precision}, recall ${recall}; ${detail}` }
}

/** Two gigabytes through the relay and direct, down and up. */
async function transferred(by, logs, signal) {
  const lab = checkLab()
  if (!lab.ok) return { passed: false, detail: lab.reason }
  const { passed, detail } = await tested(`test/proof/transfers-${by}.ts`, logs, signal, wrapFor(lab))
  if (!passed) return { passed, detail }
  const { findings } = JSON.parse(readFileSync(join(root, 'test-results', `transfers-${by}.json`), 'utf8'))
  const figures = findings.map(
    ({ what, mbPerS, engineMb, relayMb }) => `${what}: ${mbPerS} MB/s, engine +${engineMb} MB, relay +${relayMb} MB`,
  )
  return { passed, detail: figures.join('; ') }
}

const wrapFor = (lab) => (lab.how === 'user-namespace' ? userNamespaceArgv : undefined)

async function tested(file, logs, signal, wrap) {
  mkdirSync(logs, { recursive: true })
  const { passed, failures, logFile } = await runFile(file, { logs, limitMs, signal, ...(wrap ? { wrap } : {}) })
  if (failures.length === 0) return { passed: true, detail: `${passed} tests passed` }
  return {
    passed: false,
    detail: `${failures.length} failed: ${failures.map(({ title }) => title).join('; ')} (${logFile.slice(root.length + 1)})`,
  }
}

/** The same scenario again and again: what fails once in a while fails here. */
async function inRounds(file, logs, signal) {
  const lab = checkLab()
  if (!lab.ok) return { passed: false, detail: lab.reason }
  for (let round = 1; round <= rounds && !signal.aborted; round++) {
    const { passed, detail } = await tested(file, logs, signal, wrapFor(lab))
    if (!passed) return { passed, detail: `round ${round} of ${rounds}: ${detail}` }
  }
  return { passed: true, detail: `${rounds} rounds passed` }
}
