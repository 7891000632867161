// Installs the locked dependencies, only where they differ from what is installed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { root } from './machine.mjs'
import { Failure, step } from './say.mjs'

const stampFile = join(root, 'node_modules', '.porchlight-lock')

/** What npm's log says, and what it means for the person. Looked for in this order. */
const npmTroubles = [
  { signs: /ENOSPC/, code: 'disk-full', sentence: 'the disk filled up while dependencies were fetched' },
  { signs: /EROFS|EACCES|EPERM/, code: 'read-only', sentence: 'npm may not write here' },
  {
    signs: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|\bE50[234]\b/,
    code: 'registry-unreachable',
    sentence: 'npm cannot reach its registry; check the internet connection or the proxy',
  },
]

/** The lock file on this kind of machine: the same clone may be mounted on another. */
function wantedStamp() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  return createHash('sha256').update(lock).update(`${process.platform}-${process.arch}`).digest('hex')
}

/** Throws disk-full, read-only, registry-unreachable, npm-missing or install-failed. */
export async function install() {
  const wanted = wantedStamp()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted) return
  if (process.platform === 'win32' && process.execPath.startsWith(join(root, 'node_modules')))
    throw new Failure('install-blocked', 'dependencies have changed; delete the node_modules folder, then start again')
  await step('installing dependencies (about half a minute)', npmCi)
  writeFileSync(stampFile, wanted)
}

/** npm through the Node that runs npm: the one first on PATH may be the pinned one, inside the folder that npm is about to replace. */
function npmCommand() {
  const { npm_execpath: npm, npm_node_execpath: node } = process.env
  if (npm?.endsWith('npm-cli.js') && node) return { command: node, args: [npm], shell: false }
  return { command: 'npm', args: [], shell: process.platform === 'win32' }
}

async function npmCi() {
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-npm-'))
  const logFile = join(folder, 'npm-ci.log')
  const log = openSync(logFile, 'w')
  const { command, args, shell } = npmCommand()
  const path = process.env.PATH.split(delimiter)
    .filter((entry) => !entry.startsWith(root))
    .join(delimiter)
  const child = spawn(command, [...args, 'ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: root,
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: path },
    shell,
  })
  const code = await new Promise((resolve, reject) => {
    child.once('close', resolve)
    child.once('error', (error) => reject(new Failure('npm-missing', `npm could not be started (${error.code})`, { cause: error })))
  }).finally(() => closeSync(log))
  if (code !== 0) throw explain(readFileSync(logFile, 'utf8'), logFile)
  rmSync(folder, { recursive: true, force: true })
}

function explain(text, logFile) {
  const known = npmTroubles.find(({ signs }) => signs.test(text))
  if (known) return new Failure(known.code, `${known.sentence} (npm's log: ${logFile})`)
  process.stderr.write(`${text.trimEnd().split('\n').slice(-30).join('\n')}\n`)
  return new Failure('install-failed', `npm ci failed (npm's log: ${logFile})`)
}
