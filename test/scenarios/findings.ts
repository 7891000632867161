/** What the scenarios found, kept for the table in docs/compatibility.md (tools/compatibility.mjs makes it). */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const FOLDER = resolve(import.meta.dirname, '..', '..', 'test-results')

/** Written whole: `file` is named after the scenario file that found it. */
export function keepFindings(file: string, findings: readonly object[]): void {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: import.meta.dirname, encoding: 'utf8' }).trim()
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, file), `${JSON.stringify({ atMs: Date.now(), commit, findings }, null, 2)}\n`)
}
