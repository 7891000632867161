// Which test file belongs to which suite, how many of a suite may run at a time, and what begins first.
import { globSync } from 'node:fs'
import { sep } from 'node:path'

const isIn = (folder) => (file) => file.startsWith(`${folder}/`)
const isLab = (file) => isIn('lab')(file) || isIn('test/scenarios')(file)
/** Musicians who really play, and count what is lost: a machine that is short of time drops it by itself. */
const isMusic = (file) => file.startsWith('test/scenarios/jamulus')

/** Those of a lane run one after the other, the lanes side by side: a scenario mostly waits for timers of the product, the others compute, and
 *  give way to it (`nice`).
 *  `alone`: so many at a time once the other lane is done.
 *  `needsLab`: only where network namespaces and the lab's programs are. */
export const suites = [
  { name: 'lab', lane: 'waits', holds: (file) => isLab(file) && !isMusic(file), atOnce: 2, alone: 3, needsLab: true },
  { name: 'music', lane: 'waits', holds: isMusic, atOnce: 1, needsLab: true },
  {
    name: 'unit',
    lane: 'computes',
    holds: (file) => !['lab', 'test/scenarios', 'test/e2e'].some((folder) => isIn(folder)(file)),
    atOnce: 3,
    nice: 10,
    needsLab: false,
  },
  { name: 'e2e', lane: 'computes', holds: isIn('test/e2e'), atOnce: 2, nice: 5, needsLab: true },
]

/** What takes more than half a minute, the longest first: begun last, it would run on alone when all else is done. */
export const LONG = [
  'test/scenarios/personalities.test.ts',
  'test/scenarios/foundation.test.ts',
  'test/scenarios/faults-line.test.ts',
  'test/scenarios/faults-home.test.ts',
  'test/scenarios/operator.test.ts',
  'test/scenarios/faults-router.test.ts',
  'test/scenarios/blindness.test.ts',
  'test/scenarios/links.test.ts',
  'test/scenarios/own-names.test.ts',
  'test/scenarios/manual.test.ts',
  'test/scenarios/wizard.test.ts',
  'test/scenarios/hostile.test.ts',
  'test/scenarios/alerts.test.ts',
  'test/scenarios/jamulus.test.ts',
  'test/scenarios/detours.test.ts',
  'test/scenarios/routers.test.ts',
  'test/scenarios/check.test.ts',
  'test/scenarios/pcp.test.ts',
  'test/scenarios/install.test.ts',
  'test/scenarios/upnp-pinhole.test.ts',
  'test/scenarios/two-relays.test.ts',
  'test/e2e/page.test.ts',
  'test/e2e/visitor-pages.test.ts',
  'test/e2e/page-layout.test.ts',
  'test/e2e/wizard.test.ts',
  'test/e2e/page-hands.test.ts',
  'test/e2e/page-owner.test.ts',
  'test/e2e/page-share.test.ts',
  'test/e2e/desktop-engine.test.ts',
  'test/e2e/page-diagnosis.test.ts',
  'test/e2e/page-routes.test.ts',
  'test/e2e/wizard-doors.test.ts',
  'test/e2e/page-safety.test.ts',
  'test/fuzz/targets.test.ts',
  'test/loopback/relay-refusals.test.ts',
  'relay/registry/durability.test.ts',
]

const notOurs = ['node_modules', 'dist', 'release', 'test-results', '.git'].flatMap((name) => [`${name}/**`, `**/${name}/**`])

/** Every test file under `folder`, relative, with forward slashes: the long ones, then by name. */
export function findTests(folder) {
  const files = globSync('**/*.test.{ts,mjs}', { cwd: folder, exclude: notOurs }).map((file) => file.split(sep).join('/'))
  return [...LONG.filter((file) => files.includes(file)), ...files.filter((file) => !LONG.includes(file)).sort()]
}
