/** A computer that sleeps answers nobody: no idle sleep while it has mains power and shares something, where its owner wants that. */
import { powerMonitor, powerSaveBlocker } from 'electron'
import type { EngineState } from './engine-link.ts'

/** Closing the lid still sends it to sleep; the screen still goes dark. */
export const shouldStayAwake = (state: EngineState, wanted: boolean, onBattery: boolean): boolean =>
  wanted && !onBattery && state.phase === 'running' && state.snapshot.services.some((service) => service.state !== 'paused')

/** Call what it returns after each change of the engine or of the wish. */
export function stayAwake(isWanted: () => boolean, engine: () => EngineState): () => void {
  let blocker: number | undefined
  const update = (): void => {
    const awake = shouldStayAwake(engine(), isWanted(), powerMonitor.isOnBatteryPower())
    if (awake) blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker)
      blocker = undefined
    }
  }
  powerMonitor.on('on-ac', update)
  powerMonitor.on('on-battery', update)
  return update
}
