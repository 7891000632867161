// Which test file belongs to which suite, and how many of a suite may run at a time.
import { globSync } from 'node:fs'
import { sep } from 'node:path'

const isIn = (folder) => (file) => file.startsWith(`${folder}/`)

/** In the order they run. `needsLab`: only where network namespaces and the lab's programs are. */
export const suites = [
  {
    name: 'unit',
    holds: (file) => !['lab', 'test/scenarios', 'test/e2e'].some((folder) => isIn(folder)(file)),
    atOnce: 3,
    needsLab: false,
  },
  { name: 'lab', holds: (file) => isIn('lab')(file) || isIn('test/scenarios')(file), atOnce: 2, needsLab: true },
  { name: 'e2e', holds: isIn('test/e2e'), atOnce: 2, needsLab: true },
]

const notOurs = ['node_modules', 'dist', 'release', 'test-results', '.git'].flatMap((name) => [`${name}/**`, `**/${name}/**`])

/** Every test file under `folder`, relative, with forward slashes, sorted. */
export function findTests(folder) {
  const files = globSync('**/*.test.{ts,mjs}', { cwd: folder, exclude: notOurs })
  return files.map((file) => file.split(sep).join('/')).sort()
}
