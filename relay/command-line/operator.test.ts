/** The operator's commands as he types them: programs that work on a data folder, beside a relay or without one. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseRelayCode } from '../../protocol/model/relay-code.ts'
import { temporaryFolder } from '../registry/registry.fixture.ts'
import { openSqliteRegistry } from '../registry/sqlite.ts'
import { monthOf } from '../registry/traffic.ts'
import { newKey, newLinkId, publicationOf } from '../registry/values.fixture.ts'

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url))

function operator(context: TestContext) {
  const folder = temporaryFolder(context)
  const registry = openSqliteRegistry(join(folder, 'registry.db'))
  context.after(() => registry.close())
  const type = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const env = { ...process.env, LANG: 'C' }
      execFile(process.execPath, [MAIN, ...args, '--data', folder], { env, timeout: 60_000 }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      )
    })
  return { folder, registry, type }
}

test('a device, with what it has, was carried and may be carried', async (context) => {
  const { registry, type } = operator(context)
  const [key, id] = [newKey(), newLinkId()]
  const { label } = registry.registerDevice(key, Date.now())
  registry.setPublished(key, publicationOf({ web: [id], wiki: [] }), Date.now())
  registry.addTraffic(monthOf(Date.now()), new Map([[key, { inBytes: 250e6, outBytes: 1e9 }]]))
  registry.takeDown({ deviceKey: key, kind: 'service', name: 'wiki' }, 'a copied shop', Date.now())
  assert.equal((await type('quota', label, '--gb', '2.5')).code, 0)
  const { stdout } = await type('device', label)
  for (const line of [/^ {2}service {7}web \(http\)$/m, /share links {3}1$/m, /taken down {4}service wiki: a copied shop$/m])
    assert.match(stdout, line)
  assert.match(stdout, /0\.250 GB in, 1\.000 GB out, of 2\.500 GB$/m)
  assert.equal((await type('quota', label, '--gb', 'default')).code, 0)
  const { v, devices } = JSON.parse((await type('devices', '--json')).stdout)
  assert.deepEqual(
    [v, devices.length, devices[0].label, devices[0].outBytes, devices[0].monthlyBytes, devices[0].services[0]],
    [1, 1, label, 1e9, null, { name: 'web', kind: 'http', port: null }],
  )
  const unknown = await type('device', 'nobody-here-1')
  assert.deepEqual([unknown.code, unknown.stderr], [1, 'error device-unknown: No device is called nobody-here-1 here.\n'])
})

test('codes: several at once, listed by their ids, revoked', async (context) => {
  const { folder, registry, type } = operator(context)
  writeFileSync(join(folder, 'address.json'), JSON.stringify({ v: 1, host: 'relay.example', port: 443 }))
  const made = await type('code', '--count', '2', '--expires', '12h')
  const texts = made.stdout.trim().split('\n')
  assert.equal(texts.length, 2)
  for (const text of texts) assert.ok(parseRelayCode(text))
  const [id] = [...made.stderr.matchAll(/^id: (\w+)$/gm)].map(([, id]) => id)
  const left = registry.codes().map(({ expiresAtMs }) => expiresAtMs - Date.now())
  for (const ms of left) assert.ok(ms > 11.9 * 3_600_000 && ms <= 12 * 3_600_000)
  assert.equal((await type('code-revoke', id ?? '')).code, 0)
  const listed = (await type('codes')).stdout
  assert.match(listed, /^\w{12} {2}open {2}until \S+Z\n$/)
  assert.ok(!listed.includes(id ?? ''))
  assert.match((await type('code-revoke', id ?? '')).stderr, /^error no-open-code: /)
})

test('taken down by link or by name, in any spelling, and put back', async (context) => {
  const { registry, type } = operator(context)
  const [key, id] = [newKey(), newLinkId()]
  const { label } = registry.registerDevice(key, Date.now())
  registry.setPublished(key, publicationOf({ web: [id] }), Date.now())
  const down = () => registry.takedowns().map(({ kind, name, reason }) => `${kind} ${name} ${reason}`)
  assert.equal((await type('takedown', `https://relay.example/s/${id}#secret`, '--reason', 'a copied shop')).code, 0)
  assert.deepEqual(down(), [`link ${id} a copied shop`])
  assert.equal((await type('links', label)).stdout, `${id}  web  taken down\n`)
  assert.match((await type('takedowns')).stdout, new RegExp(`^link ${id} of ${label} {2}since \\S+ {2}a copied shop\n$`))
  // Its owner may have withdrawn it since.
  registry.setPublished(key, publicationOf({ web: [] }), Date.now())
  assert.equal((await type('put-back', id)).code, 0)
  assert.deepEqual(down(), [])

  assert.equal((await type('takedown', `https://web--relay.${label}.relay.example:8443/page`)).code, 0)
  assert.deepEqual(down(), ['service web null'])
  assert.equal((await type('put-back', `web.${label}`)).code, 0)
  assert.match((await type('put-back', `web.${label}`)).stderr, /^error not-taken-down: /)
  for (const wrong of [`wiki.${label}`, label, 'web.nobody-here-1.relay.example', newLinkId()])
    assert.match((await type('takedown', wrong)).stderr, /^error not-published: /, wrong)
})
