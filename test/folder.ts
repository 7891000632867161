/** Folders for tests, and an order for what a test cleans up. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

const cleanups = new WeakMap<TestContext, (() => unknown)[]>()

/** Like `t.after`, but last in, first out: a folder must outlive the programs that write into it. */
export function later(t: TestContext, clean: () => unknown): void {
  const all = cleanups.get(t) ?? []
  all.unshift(clean)
  if (cleanups.has(t)) return
  cleanups.set(t, all)
  t.after(async () => {
    for (const each of all) await each()
  })
}

/** A folder of its own, gone with the test, though the last of Chromium's processes may still be writing there. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'porchlight-test-'))
  later(t, () => rmSync(path, { recursive: true, force: true, maxRetries: 10 }))
  return path
}
