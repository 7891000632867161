/** The engine of this app: where its program lies, what it is handed to open its keys, and that an older one is renewed, once a start. */
import { app } from 'electron'
import type { Wrapping } from '../protocol/wrapping.ts'
import { engineCommand } from './engine-command.ts'
import { copyEngine, needsCopy, programsFolder } from './engine-copy.ts'
import { type EngineLink, type EngineState, linkEngine } from './engine-link.ts'
import type { EngineCommand } from './engine-process.ts'
import type { Keychain } from './keychain.ts'
import { renewEngine } from './renew-engine.ts'
import type { Troubles } from './troubles.ts'

export interface OwnEngine extends EngineLink {
  /** What starts one of ours; where it cannot run from its place, its copy. */
  program(): Promise<EngineCommand>
}

export function keepEngine(
  dataDir: string,
  keychain: Keychain,
  { tell, sentenceOf }: Troubles,
  onChange: (state: EngineState) => void,
  signal: AbortSignal,
): OwnEngine {
  const { env, platform, arch, resourcesPath } = process
  const installation = { isPackaged: app.isPackaged, appPath: app.getAppPath(), resourcesPath, platform, arch, env }
  const program = async (): Promise<EngineCommand> => {
    const packed = engineCommand(installation)
    return needsCopy(installation) ? copyEngine(packed, resourcesPath, programsFolder(dataDir), app.getVersion()) : packed
  }
  let handed: Wrapping | undefined
  const command = async (): Promise<EngineCommand> => {
    handed = await keychain.wrapping()
    return { ...(await program()), wrapping: handed }
  }
  let isRenewed = false
  const renew = (): void => {
    isRenewed = true
    const renewed = program().then((ours) => renewEngine(dataDir, ours, app.getVersion(), link, signal))
    void renewed.catch((error) => signal.aborted || tell(error))
  }
  let phase: EngineState['phase'] = 'starting'
  const onEngine = (next: EngineState): void => {
    const isNew = next.phase === 'running' && phase !== 'running'
    phase = next.phase
    onChange(next)
    if (isNew && !isRenewed) renew()
    if (isNew && handed?.wish === 'unlock') keychain.unlocked()
  }
  const link = linkEngine(dataDir, command, sentenceOf, onEngine, signal)
  return { ...link, program }
}
