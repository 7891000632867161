// The Debian packages that the lab runs: installed only as root, only where one is missing, and none of their daemons is left running.
// One that excludes another is only unpacked.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { step } from '../setup/say.mjs'

/** Debian asks this program before it starts a daemon; 101 forbids it (invoke-rc.d(8)). */
const policyFile = '/usr/sbin/policy-rc.d'

const aptOptions = ['-q', '-y', '-o', 'DPkg::Lock::Timeout=400', '-o', 'Acquire::Retries=2']

/** Those of `packages` that dpkg does not have, or undefined where there is no dpkg. */
function missingOf(packages) {
  const { stdout, error } = spawnSync('dpkg', ['-s', ...packages], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } })
  if (error) return undefined
  const installed = new Set([...stdout.matchAll(/^Package: (.+)\n(?:.+\n)*?Status: \w+ ok installed$/gm)].map(([, name]) => name))
  return packages.filter((name) => !installed.has(name))
}

/** Returns undefined where all is there, else one sentence: why the lab's packages could not be installed. */
export async function installPackages(packages, signal) {
  const missing = missingOf(packages)
  if (missing?.length === 0) return undefined
  if (missing === undefined || !existsSync('/usr/bin/apt-get')) return 'the lab needs Debian packages, and this system has no apt-get'
  if (process.geteuid() !== 0) return `the lab needs Debian packages; as root: apt-get install ${missing.join(' ')}`
  return step(`installing Debian packages for the lab (${missing.join(' ')})`, () => aptInstall(missing, signal))
}

async function aptInstall(missing, signal) {
  const guarded = !existsSync(policyFile)
  if (guarded) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    const updated = await apt(['update'], signal)
    if (updated !== undefined) return updated
    return await apt(['install', '--no-install-recommends', ...missing], signal)
  } finally {
    if (guarded) rmSync(policyFile)
  }
}

/** Unpacks each package that is not there yet into its folder: `{ [package]: folder }`. Returns what `installPackages` does. */
export async function unpackPackages(folders, signal) {
  for (const [name, folder] of Object.entries(folders)) {
    if (existsSync(folder)) continue
    const refused = await step(`unpacking a Debian package for the lab (${name})`, () => unpack(name, folder, signal))
    if (refused !== undefined) return refused
  }
}

async function unpack(name, folder, signal) {
  const work = `${folder}.${process.pid}`
  mkdirSync(work, { recursive: true })
  const download = () => apt(['download', name], signal, work)
  try {
    // What apt knows may be old: then what it wants to fetch is gone.
    const refused = (await download()) && ((await apt(['update'], signal)) ?? (await download()))
    if (refused) return refused
    const [archive = ''] = readdirSync(work)
    const unpacked = spawnSync('dpkg-deb', ['-x', archive, 'files'], { cwd: work, encoding: 'utf8' })
    if (unpacked.status !== 0) return `dpkg-deb could not unpack ${name}: ${unpacked.error?.message ?? unpacked.stderr.trim()}`
    if (!existsSync(folder)) renameSync(join(work, 'files'), folder)
    return undefined
  } finally {
    rmSync(work, { recursive: true })
  }
}

/** Returns undefined when apt-get did it, else the end of what it said. */
async function apt(args, signal, cwd) {
  const child = spawn('apt-get', [...aptOptions, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    signal,
    cwd,
  })
  let said = ''
  const keep = (chunk) => {
    said = (said + chunk).slice(-4000)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const code = await new Promise((resolve, reject) => {
    child.once('close', resolve)
    child.once('error', reject)
  })
  return code === 0 ? undefined : `apt-get ${args[0]} failed:\n${said.trim().split('\n').slice(-15).join('\n')}`
}
