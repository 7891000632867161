/** What a relay's answer about a name means to who wants it. */
import type { LabelStanding } from './model/label.ts'
import { type Problem, problem } from './problem.ts'

/** Null: the device may be called so. */
export function problemOfStanding(name: string, standing: LabelStanding): Problem | null {
  switch (standing.state) {
    case 'free':
    case 'own':
      return null
    case 'malformed':
      return problem('label-malformed', { name })
    case 'taken':
      return problem('label-taken', { name })
    case 'quarantined':
      return problem('label-resting', { name })
    case 'reserved':
      return problem('label-reserved', { name })
    case 'imitates':
      return problem('label-imitates', { name, detail: standing.brand })
    case 'too-soon':
      return problem('label-too-soon', { name, until: String(standing.untilMs) })
  }
}
