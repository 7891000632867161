import type { LabProcess } from '../../../lab/process.ts'
import type { Door, LineName, Stage } from '../stage.ts'

/** A way from the relay's public side to the service at home, up and running. */
export interface Running {
  readonly door: Door
  /** Whose processor time and memory count, with all their children. */
  readonly relay: readonly LabProcess[]
  readonly home: readonly LabProcess[]
}

export interface Contender {
  /** As it stands in the table. */
  readonly name: string
  /** Starts it anew, its two ends joined by this line; whatever runs then ends with `stage.clear`. Throws when it does not come up. */
  start(stage: Stage, line: LineName): Promise<Running>
}
