// What is too long for every change, in parts of a few minutes each: `npm run proof [-- --part NAME]… [--resume]`.
// A part is `fuzz/TARGET`, `million/FILE`, `storm/…`, `kills/…`, `browser/…` or `rounds/FILE`; the name of a group stands for all of
// its parts. What has passed is noted in test-results/proof/state.json, so that --resume goes on where an earlier run of the same commit ended.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { allParts } from './proof-parts.mjs'
import { reportOf, tableOf } from './proof-report.mjs'
import { root } from './setup/machine.mjs'
import { Failure, runMain, say } from './setup/say.mjs'

const folder = join(root, 'test-results', 'proof')
const stateFile = join(folder, 'state.json')

/** The commit that is proven; a `+` behind it when files differ from it. */
function commitHere() {
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  return git('rev-parse', '--short=7', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+')
}

/** `{ commit, parts: { [name]: { passed, detail, durationMs, endedAt } } }`; empty for another commit. */
function readState(commit) {
  try {
    const state = JSON.parse(readFileSync(stateFile, 'utf8'))
    if (state.commit === commit) return state
  } catch (error) {
    if (error.code !== 'ENOENT' && !(error instanceof SyntaxError)) throw error
  }
  return { commit, parts: {} }
}

/** In one step: a run that is killed leaves the old state or the new one. */
function writeState(state) {
  writeFileSync(`${stateFile}.new`, `${JSON.stringify(state, null, 2)}\n`)
  renameSync(`${stateFile}.new`, stateFile)
}

function select(parts, wanted) {
  if (wanted.length === 0) return parts
  const isIn = (name) => (part) => part.name === name || part.name.startsWith(`${name}/`)
  for (const name of wanted)
    if (!parts.some(isIn(name))) throw new Failure('no-such-part', `no part ${name}; parts: ${parts.map((part) => part.name).join(', ')}`)
  return parts.filter((part) => wanted.some((name) => isIn(name)(part)))
}

async function run(part, signal) {
  const startedMs = performance.now()
  const { passed, detail } = await part.run(signal)
  return { passed, detail, durationMs: Math.round(performance.now() - startedMs), endedAt: new Date().toISOString() }
}

/** @returns {{ part: string[], resume?: boolean }} */
function readArguments() {
  try {
    return parseArgs({ options: { part: { type: 'string', multiple: true, default: [] }, resume: { type: 'boolean' } } }).values
  } catch (error) {
    throw new Failure('usage', `npm run proof -- [--part NAME]… [--resume]: ${error.message}`)
  }
}

async function main() {
  const values = readArguments()
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stop.abort())
  mkdirSync(folder, { recursive: true })
  const parts = allParts(join(folder, 'logs'))
  const commit = commitHere()
  // One part by name adds to what is known; everything anew forgets it.
  const state = values.resume || values.part.length > 0 ? readState(commit) : { commit, parts: {} }
  for (const part of select(parts, values.part)) {
    if (values.resume && state.parts[part.name]?.passed) continue
    say(`· ${part.name} …`)
    const outcome = await run(part, stop.signal)
    if (stop.signal.aborted) throw new Failure('stopped', 'stopped; npm run proof -- --resume goes on from here')
    state.parts[part.name] = outcome
    writeState(state)
    say(`${outcome.passed ? '✔' : '✖'} ${part.name}: ${outcome.detail} (${(outcome.durationMs / 1000).toFixed(1)} s)`)
  }
  say(tableOf(parts, state))
  const file = join(root, 'docs', 'proof', `${new Date().toISOString().slice(0, 10)}-${commit}.md`)
  mkdirSync(join(root, 'docs', 'proof'), { recursive: true })
  writeFileSync(file, reportOf(parts, state))
  say(`written: ${file.slice(root.length + 1)}`)
  return Object.values(state.parts).every(({ passed }) => passed) ? 0 : 1
}

await runMain(main)
