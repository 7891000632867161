import { withEngine } from '../engine/command-line/ask.ts'
import { type Status, withProse } from '../engine/command-line/status.ts'
import { LANGUAGES } from '../languages/index.ts'

export type { Status } from '../engine/command-line/status.ts'

/** What `porchlight status --json` prints, asked of the engine of this folder itself. Tests look several times a second, and each start of
 *  the command costs a tenth of a second of a core, which the engine under test has to do without. Rejects when no engine runs. */
export const statusOf = (dataFolder: string): Promise<Status> =>
  withEngine(dataFolder, async (_engine, _closed, snapshot) => withProse(await snapshot(), LANGUAGES.en))
