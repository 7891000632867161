/** A registry of its own for one test, in a folder that goes with the test. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { Registry } from './registry.ts'
import { openSqliteRegistry } from './sqlite.ts'

export function temporaryFolder(context: Pick<TestContext, 'after'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-relay-'))
  context.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function temporaryRegistry(context: Pick<TestContext, 'after'>): Registry {
  const registry = openSqliteRegistry(join(temporaryFolder(context), 'registry.db'))
  context.after(() => registry.close())
  return registry
}
