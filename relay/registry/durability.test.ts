/** Kill -9 while it writes, thirty times over: whatever was acknowledged is there, and the store opens every time. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Acknowledged } from './durability.writer.ts'
import type { Registry } from './registry.ts'
import { openSqliteRegistry } from './sqlite.ts'

const WRITER = fileURLToPath(new URL('./durability.writer.ts', import.meta.url))
const KILLS = 30
const NOW = 1_800_000_000_000

/** What one writer acknowledged before it was killed: after a random number of lines, at a moment of the system's choosing. */
async function writeUntilKilled(path: string): Promise<Acknowledged[]> {
  const writer = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(writer, 'exit')
  const enough = 1 + Math.floor(Math.random() * 60)
  const acknowledged: Acknowledged[] = []
  let last = ''
  for await (const line of createInterface({ input: writer.stdout })) {
    last = line
    if (line.endsWith('}')) acknowledged.push(JSON.parse(line))
    if (acknowledged.length === enough) writer.kill('SIGKILL')
  }
  assert.deepEqual(await exited, [null, 'SIGKILL'], last)
  return acknowledged
}

const CHECKS: Record<Acknowledged['kind'], (registry: Registry, key: string, value: string) => void> = {
  registered: (registry, key, label) => assert.equal(registry.device(key)?.label, label),
  published: (registry, key, link) => assert.deepEqual(registry.linkOwner(link), { deviceKey: key, service: 'web' }),
  direct: (registry, key, address) => assert.equal(registry.direct(key).ipv4?.address, address),
  code: (registry, key, code) => assert.equal(registry.redeemCode(Buffer.from(code, 'base64url'), key, NOW), 'ok'),
  released: (registry, key, label) => assert.deepEqual([registry.device(key), registry.deviceByLabel(label, NOW)], [undefined, undefined]),
}

test('no acknowledged write is lost to kill -9', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-durability-'))
  const path = join(folder, 'relay.db')
  const all: Acknowledged[] = []
  for (let round = 0; round < KILLS; round++) {
    all.push(...(await writeUntilKilled(path)))
    const registry = openSqliteRegistry(path)
    for (const { kind, key, value } of all) CHECKS[kind](registry, key, value)
    registry.close()
  }
  assert.ok(all.length >= KILLS)
  rmSync(folder, { recursive: true })
})
