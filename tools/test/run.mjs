// The second half of `npm test`, on the pinned Node: static checks, then the suites in their lanes, then one line with the count.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { UNPACKED_PACKAGES } from '../../lab/miniupnpd-builds.ts'
import { checkLab, LAB_PACKAGES } from '../../lab/requirements.ts'
import { userNamespaceArgv } from '../../lab/user-namespace.ts'
import { root } from '../setup/machine.mjs'
import { Failure, runMain, say } from '../setup/say.mjs'
import { runFile } from './file.mjs'
import { installPackages, unpackPackages } from './packages.mjs'
import { rootsLine } from './roots.mjs'
import { findTests, suites } from './suites.mjs'

const logs = join(root, 'test-results', 'logs')
const limitMs = 5 * 60_000
const shownLines = 200
const recapLines = 12

const staticChecks = [
  { name: 'types (tsc)', script: 'node_modules/typescript/bin/tsc', args: ['-p', '.'] },
  { name: 'style and room walls (biome)', script: 'node_modules/@biomejs/biome/bin/biome', args: ['check', '.'] },
]

/** What has been counted so far; only `count` changes it. */
const total = { passed: 0, failed: 0 }
/** A line for each failure, told again at the end: who keeps only the end of what was printed shall know what to mend. */
const toMend = []

function count(name, { passed, failures, durationMs }, logFile) {
  total.passed += passed
  total.failed += failures.length
  const seconds = (durationMs / 1000).toFixed(1)
  say(
    `${failures.length === 0 ? '✔' : '✖'} ${name}  ${passed} passed${failures.length > 0 ? `, ${failures.length} failed` : ''} (${seconds} s)`,
  )
  for (const { title, text } of failures) {
    say(`  ✖ ${title}\n${text.replaceAll(/^/gm, '      ')}`)
    toMend.push(`✖ ${name}: ${title}\n${text.split('\n').slice(0, recapLines).join('\n').replaceAll(/^/gm, '      ')}`)
  }
  if (failures.length === 0 || logFile === undefined) return
  const lines = readFileSync(logFile, 'utf8').trimEnd().split('\n')
  const left = lines.length - shownLines
  say(`  its output${left > 0 ? ` (last ${shownLines} lines; all of it: ${relative(root, logFile)})` : ''}:`)
  say(lines.slice(-shownLines).join('\n').replaceAll(/^/gm, '      '))
}

function runStaticChecks() {
  for (const { name, script, args } of staticChecks) {
    const startedMs = performance.now()
    const { status, stdout, stderr, error } = spawnSync(process.execPath, [script, ...args], {
      cwd: root,
      encoding: 'utf8',
      timeout: limitMs,
    })
    const failures = status === 0 ? [] : [{ title: name, text: error ? String(error) : `${stdout}${stderr}`.trimEnd() }]
    count(name, { passed: 1 - failures.length, failures, durationMs: performance.now() - startedMs })
  }
}

/** Starts `files` in their order, at most `atOnce` at a time; `alone`, where that is more, once the promise `othersDone` is kept. */
async function runSuite({ files, atOnce, alone = atOnce, nice }, wrap, signal, othersDone) {
  const queue = files.values()
  const worker = async () => {
    for (const file of queue) {
      if (signal.aborted) return
      const result = await runFile(file, { logs, limitMs, signal, wrap, nice })
      count(file, result, result.logFile)
    }
  }
  const workers = Array.from({ length: atOnce }, worker)
  let more = []
  void othersDone.then(() => {
    more = Array.from({ length: alone - atOnce }, worker)
  })
  await Promise.all(workers)
  await Promise.all(more)
}

/** The test files that `paths` name: files or folders, from where npm was called. */
function select(files, paths) {
  const wanted = paths.map((path) =>
    relative(root, resolve(process.env.INIT_CWD ?? '.', path))
      .split(sep)
      .join('/'),
  )
  for (const [index, path] of wanted.entries()) {
    if (!files.some((file) => file === path || file.startsWith(`${path}/`)))
      throw new Failure('no-such-test', `no test file at ${paths[index]}`)
  }
  return files.filter((file) => wanted.some((path) => file === path || file.startsWith(`${path}/`)))
}

/** Whether and how the lab runs here: `{ wrap }`, or `{ reason }` why it cannot. */
async function prepareLab(signal) {
  const refused =
    process.platform === 'linux'
      ? ((await installPackages(LAB_PACKAGES, signal)) ?? (await unpackPackages(UNPACKED_PACKAGES, signal)))
      : undefined
  const lab = checkLab()
  if (lab.ok) return { wrap: lab.how === 'user-namespace' ? userNamespaceArgv : (argv) => argv }
  return { reason: refused ?? lab.reason }
}

/** A suite that should have run and could not is one failure, unless the portable tests were all that was asked for. */
function reportNotRun(name, files, reason) {
  const excused = process.env.PORCHLIGHT_TESTS === 'portable'
  if (!excused) total.failed += 1
  const line = `${excused ? '-' : '✖'} suite ${name}: ${files.length} files did not run: ${reason}`
  say(line)
  if (!excused) toMend.push(line)
}

async function main() {
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stop.abort())
  const startedAtMs = Date.now()
  const all = findTests(root)
  const paths = process.argv.slice(2)
  const files = paths.length === 0 ? all : select(all, paths)
  rmSync(logs, { recursive: true, force: true })
  mkdirSync(logs, { recursive: true })
  if (paths.length === 0) runStaticChecks()
  const planned = suites.map((suite) => ({ ...suite, files: files.filter(suite.holds) })).filter((suite) => suite.files.length > 0)
  const lab = planned.some((suite) => suite.needsLab) ? await prepareLab(stop.signal) : {}
  const runLane = async (lane, othersDone) => {
    for (const suite of lane) {
      if (suite.needsLab && lab.reason !== undefined) reportNotRun(suite.name, suite.files, lab.reason)
      else await runSuite(suite, suite.needsLab ? lab.wrap : undefined, stop.signal, othersDone)
    }
  }
  const lanes = Object.values(Object.groupBy(planned, ({ lane }) => lane))
  const ends = lanes.map(() => Promise.withResolvers())
  await Promise.all(
    lanes.map(async (lane, index) => {
      await runLane(lane, Promise.all(ends.filter((_, other) => other !== index).map(({ promise }) => promise)))
      ends[index].resolve()
    }),
  )
  if (stop.signal.aborted) throw new Failure('stopped', 'stopped before all tests had run')
  const roots = rootsLine(join(root, 'test-results'), startedAtMs)
  if (roots !== null) say(roots)
  if (toMend.length > 0) say(`\nwhat failed, once more:\n${toMend.join('\n')}`)
  say(`${total.passed} passed, ${total.failed} failed`)
  return total.failed === 0 ? 0 : 1
}

await runMain(main)
