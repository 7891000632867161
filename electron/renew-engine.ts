/** After an update of the app: its engine becomes the new one too, once nobody is being served. Names and links stay; visitors of those seconds try
 *  again. */
import { sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ProblemError } from '../protocol/problem.ts'
import { programsFolder, sweepCopies } from './engine-copy.ts'
import type { EngineLink } from './engine-link.ts'
import { type EngineCommand, readEngineFile } from './engine-process.ts'
import { untilQuiet } from './quiet-engine.ts'
import { succession } from './succession.ts'

const LOOK_EVERY_MS = 50

/** The one that runs ends, and one of ours begins. */
export async function beginAnew(engine: EngineLink, signal: AbortSignal): Promise<void> {
  await engine.stop()
  while (engine.state().phase === 'running') await delay(LOOK_EVERY_MS, undefined, { signal })
  engine.wake()
}

/** For the engine that runs now, once a start of the app: an engine that stays old in spite of it is left alone. */
export async function renewEngine(
  dataDir: string,
  command: EngineCommand,
  version: string,
  engine: EngineLink,
  signal: AbortSignal,
): Promise<void> {
  const programs = programsFolder(dataDir)
  const state = engine.state()
  const running = await readEngineFile(dataDir)
  if (!running || state.phase !== 'running') return
  const fate = succession(running, { version, script: command.script, programs: programs + sep })
  if (fate !== 'keep') await untilQuiet(state.client, signal)
  // Its answer may not come through any more.
  if (fate === 'restart')
    await state.client.restart({}).catch((error) => {
      if (error instanceof ProblemError) throw error
    })
  if (fate === 'replace') await beginAnew(engine, signal)
  if (fate === 'replace' || running.program === command.script) await sweepCopies(command, programs)
}
