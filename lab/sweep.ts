import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { labNameIn, ownerLives } from './names.ts'
import { tearDown } from './tear-down.ts'

/** Remove what labs have left whose process was killed before it could tidy up. Labs of living processes are not touched.
 *  Resolves to the names of the labs removed. Also a command: `node lab/sweep.ts`. */
export function sweepDeadLabs(): string[] {
  const found = ['/run/netns', '/etc/netns', tmpdir()].flatMap((folder) => {
    try {
      return readdirSync(folder)
    } catch {
      return []
    }
  })
  const labs = new Set(found.map((name) => labNameIn(`${name}-`)).filter((name) => name !== undefined))
  const dead = [...labs].filter((lab) => !ownerLives(lab))
  for (const lab of dead) tearDown(lab)
  return dead
}

if (import.meta.main) {
  const swept = sweepDeadLabs()
  console.log(swept.length === 0 ? 'no leftovers' : `removed ${swept.join(' ')}`)
}
