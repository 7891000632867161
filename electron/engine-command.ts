/** Which Node runs the engine. Never Electron's own: the fuse that forbids run-as-node stays set, and the engine outlives the app. */
import { join } from 'node:path'
import type { EngineCommand } from './engine-process.ts'

export interface Installation {
  readonly isPackaged: boolean
  /** The clone, in development. */
  readonly appPath: string
  readonly resourcesPath: string
  readonly platform: NodeJS.Platform
  readonly arch: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Packaged: `resources/node/node` and `resources/engine/porchlight.js`, outside the asar, which a plain Node cannot read.
 *  In development: the pinned Node of node_modules and dist/, or what PORCHLIGHT_NODE and PORCHLIGHT_ENGINE name. */
export function engineCommand({ isPackaged, appPath, resourcesPath, platform, arch, env }: Installation): EngineCommand {
  const node = platform === 'win32' ? 'node.exe' : 'node'
  if (isPackaged) return { node: join(resourcesPath, 'node', node), script: join(resourcesPath, 'engine', 'porchlight.js') }
  const pinned = join(appPath, 'node_modules', `node-${platform === 'win32' ? 'win' : platform}-${arch}`, 'bin', node)
  return { node: env.PORCHLIGHT_NODE ?? pinned, script: env.PORCHLIGHT_ENGINE ?? join(appPath, 'dist', 'engine', 'porchlight.js') }
}
