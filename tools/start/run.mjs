// The second half of `npm start`, on the pinned Node: a relay of our own on loopback where none is configured, the engine, the desktop app.
import { createWriteStream } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { defaultDataFolder, openDataFolder } from '../../system/data-folder.ts'
import { root } from '../setup/machine.mjs'
import { AlreadySaid, Failure, runMain, say } from '../setup/say.mjs'
import { startChild, stopChild } from './child.mjs'
import { hasRelay, keepPort, rehearsalDomain, rehearsalPort } from './data.mjs'
import { findElectron } from './desktop.mjs'

const readyWithinMs = 30_000
/** Together under the 5 s within which a stop is promised. */
const engineGraceMs = 3500
const relayGraceMs = 1000

function readArguments() {
  try {
    return parseArgs({ args: process.argv.slice(2), options: { data: { type: 'string' } } }).values
  } catch (error) {
    throw new Failure('usage', `${error.message}; npm start knows one argument: npm start -- --data DIR`)
  }
}

function openFolder(path) {
  try {
    return openDataFolder(path)
  } catch (error) {
    const { code, params } = error.problem ?? { code: 'data-unwritable', params: { reason: error.message } }
    throw new Failure(code, `${path} cannot be used${params.reason ? ` (${params.reason})` : ''}; name another folder with --data DIR`)
  }
}

const node = (bundle, args, options) =>
  startChild(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'dist', bundle), 'run', ...args], options)

/** The address a child serves at, or the Failure that says why it does not. */
async function whenReady(name, one, stopping) {
  const late = AbortSignal.timeout(readyWithinMs)
  const waiting = new Promise((_, reject) =>
    late.addEventListener('abort', () => reject(new Failure(`${name}-silent`, `the ${name} was not ready within 30 s`))),
  )
  const died = one.ended.then((ending) => Promise.reject(stoppedEarly(name, one, ending)))
  return await Promise.race([one.ready, died, waiting, stopping])
}

function stoppedEarly(name, one, { reason }) {
  return one.errorLine() ? new AlreadySaid(name) : new Failure(`${name}-stopped`, `the ${name} ended by itself (${reason})`)
}

async function startRehearsal(data, running, stopping) {
  const folder = openFolder(join(data, 'rehearsal'))
  const { port, taken } = await rehearsalPort(folder)
  if (taken) say(`port ${taken} of the last rehearsal is taken by another program: links made then stop working`)
  const addresses = ['--ipv4', '127.0.0.1', '--https', `127.0.0.1:${port}`, '--http', '127.0.0.1:0', '--dns', 'off']
  const log = createWriteStream(join(folder, 'relay.log'), { flags: 'a' })
  // A full disk takes the relay's log, not the relay.
  log.on('error', () => {})
  const relay = node('relay/porchlight-relay.js', ['--domain', rehearsalDomain, '--data', folder, ...addresses, '--open'], {
    onLine: (line) => {
      if (line.startsWith('error ')) process.stderr.write(`${line}\n`)
      else log.write(`${line}\n`)
    },
  })
  running.push({ name: 'relay', graceMs: relayGraceMs, ...relay })
  const url = await whenReady('relay', relay, stopping)
  if (url === undefined) return []
  keepPort(folder, Number(new URL(url).port))
  return ['--relay', url, '--relay-ca', join(folder, 'ca.pem')]
}

function frame(lines) {
  const width = Math.max(...lines.map((line) => line.length))
  const edge = '─'.repeat(width + 2)
  return [`┌${edge}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${edge}┘`].join('\n')
}

function introduction(page, rehearsal, data, named) {
  const command = `bin/porchlight add web --to http://127.0.0.1:8080${named ? ` --data ${data}` : ''}`
  const local = [
    'This is a local rehearsal, not the internet: the relay runs on this',
    'machine, and nobody outside can reach anything. Nothing was added to',
    'the system. Your browser will warn about the home-made certificate on',
    'the links of services; that is expected here.',
  ]
  const joined = ['Your relay is the one you joined before.']
  return frame(['Porchlight is running.', '', ...(rehearsal ? local : joined), '', `Page:  ${page}`, `Next:  ${command}`, 'Stop:  Ctrl-C'])
}

async function openDesktop(data, running) {
  const { binary, reason } = await findElectron(process.env, process.platform)
  if (binary === undefined) return say(`${reason}: running headless`)
  const app = startChild(binary, [root], { env: { ...process.env, PORCHLIGHT_DATA: data, PORCHLIGHT_NODE: process.execPath } })
  running.push({ name: 'desktop app', graceMs: relayGraceMs, ...app })
  app.ended.then(() => say('the desktop app has closed; your services stay up until Ctrl-C'))
}

/** Runs until told to stop or until the engine or the relay ends; `running` is what has to be stopped afterwards. */
async function serve(data, named, running, stopping) {
  const rehearsal = !hasRelay(data)
  const relayArguments = rehearsal ? await startRehearsal(data, running, stopping) : []
  if (rehearsal && relayArguments.length === 0) return 0
  const engine = node('engine/porchlight.js', ['--data', data, ...relayArguments])
  running.push({ name: 'engine', graceMs: engineGraceMs, ...engine })
  const page = await whenReady('engine', engine, stopping)
  if (page === undefined) return 0
  say(introduction(page, rehearsal, data, named))
  await openDesktop(data, running)
  say(`ready ${page}`)
  const watched = running.filter(({ name }) => name !== 'desktop app')
  const ends = watched.map(async (one) => ({ one, ending: await one.ended }))
  const first = await Promise.race([stopping, ...ends])
  if (first === undefined) return 0
  // `porchlight stop`, or "stop everything" in the tray: an end that was asked for.
  if (first.one.name === 'engine' && first.ending.code === 0) return 0
  throw stoppedEarly(first.one.name, first.one, first.ending)
}

async function main() {
  const { data: named } = readArguments()
  const data = openFolder(named === undefined ? defaultDataFolder('porchlight') : resolve(process.env.INIT_CWD ?? '.', named))
  const stopping = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(undefined))
  })
  const running = []
  try {
    return await serve(data, named !== undefined, running, stopping)
  } finally {
    // The engine first: it still has to tell the relay.
    for (const one of running.reverse()) await stopChild(one, one.graceMs)
    say('stopped')
  }
}

await runMain(main)
