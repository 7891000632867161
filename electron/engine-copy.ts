/** Where the engine cannot run from the app's own files, it runs from a copy of them in the data folder, a folder a version. An AppImage's files
 *  are a mount that ends with the app, and Windows replaces no program that runs; the engine outlives the app and its updates. */
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Installation } from './engine-command.ts'
import type { EngineCommand } from './engine-process.ts'

export const needsCopy = ({ isPackaged, platform, env }: Installation): boolean =>
  isPackaged && (platform === 'win32' || env.APPIMAGE !== undefined)

/** Of each version, below the data folder. */
export const programsFolder = (dataDir: string): string => join(dataDir, 'programs')

/** As electron-builder.yml lays them out: the Node, the engine, and the page beside it. */
const PARTS = ['node', 'engine', 'renderer', 'THIRD-PARTY.txt']

/** The same command on a copy, which is made where there is none yet: whole, or not at all. */
export async function copyEngine(command: EngineCommand, resourcesPath: string, programs: string, version: string): Promise<EngineCommand> {
  const folder = join(programs, version)
  const moved = (path: string): string => join(folder, path.slice(resourcesPath.length))
  if (!existsSync(folder)) {
    await mkdir(programs, { recursive: true, mode: 0o700 })
    const beside = `${folder}.new-${process.pid}`
    await rm(beside, { recursive: true, force: true })
    for (const part of PARTS) await cp(join(resourcesPath, part), join(beside, part), { recursive: true })
    await rename(beside, folder).catch((error) => {
      if (!existsSync(folder)) throw error
    })
  }
  return { node: moved(command.node), script: moved(command.script) }
}

/** Forgets every other copy, once the engine that runs is of this one. What cannot be removed is tried again at the next start. */
export async function sweepCopies({ script }: EngineCommand, programs: string): Promise<void> {
  const kept = dirname(dirname(script))
  for (const name of await readdir(programs).catch(() => []))
    if (join(programs, name) !== kept) await rm(join(programs, name), { recursive: true, force: true }).catch(() => {})
}
