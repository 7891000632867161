/** What a relay that starts again remembers of what it was just telling, in a real registry; the mail server is a function. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqliteRegistry } from '../registry/sqlite.ts'
import { newKey } from '../registry/values.fixture.ts'
import { AlertError } from './alert.ts'
import { watchHouses } from './alerts.ts'
import type { Mail } from './send-mail.ts'

const [READ, AWAY] = ['read@home.example', 'away@home.example']
const AFTER_MS = 60_000

test('who has read it does not read it again after a restart, though another address is still being tried; and reads that it is over', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setInterval'], now: 1_800_000_000_000 })
  const folder = mkdtempSync(join(tmpdir(), 'porchlight-alerts-'))
  const registry = openSqliteRegistry(join(folder, 'relay.db'))
  t.after(() => {
    registry.close()
    rmSync(folder, { recursive: true })
  })
  const key = newKey()
  registry.registerDevice(key, Date.now())
  const channels = [READ, AWAY].map((to, i) => ({ id: `aaaaaaa${'ab'[i]}`, channel: { kind: 'mail' as const, to } }))
  registry.setAlerts(key, { language: 'en', channels })
  for (const to of [READ, AWAY]) registry.answerMailConsent(registry.askMailConsent(key, to, Date.now()).number, 'given')
  const sent: string[] = []
  let isUp = false
  const start = () =>
    watchHouses({
      registry,
      presence: { isUp: () => isUp, asleepSinceMs: () => undefined },
      domain: 'relay.test',
      publicRanges: [],
      sendMail: async ({ to, subject }: Mail) => {
        if (to === AWAY) throw new AlertError('status 450')
        sent.push(subject)
      },
      consentUrl: (number) => `https://relay.test/alerts/${number}`,
      afterMs: AFTER_MS,
      seesItself: async () => true,
      log: () => {},
    })
  /** Timers of one length fire in their order: what has been begun leaves before the third. */
  const settled = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) await sleep(1)
  }
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 5000) {
      t.mock.timers.tick(5000)
      await settled()
    }
  }
  const first = start()
  await pass(2 * AFTER_MS)
  assert.equal(sent.length, 1)
  assert.match(sent[0] ?? '', /cannot be reached/)
  await first.close()
  const second = start()
  await pass(2 * AFTER_MS)
  assert.equal(sent.length, 1)
  isUp = true
  second.changed(key)
  await pass(2 * AFTER_MS)
  assert.equal(sent.length, 2)
  assert.match(sent[1] ?? '', /is back/)
  await second.close()
})
