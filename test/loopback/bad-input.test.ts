import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { folder } from '../folder.ts'
import { freePort } from '../ports.ts'
import { assertError, at, porchlight, runEngine, startEngine, startRelay, statusOf, succeed } from './programs.ts'

/** A rehearsal's relay that is not there: the router is left alone all the same. */
const NO_RELAY = ['--relay', 'https://porchlight.localhost:1']

async function takenPort(t: TestContext): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

test('wrong usage: exit code 2, one sentence, then how it goes', async () => {
  const wrong = [
    [],
    ['expose', 'web'],
    ['add', 'web'],
    ['add', '--to', 'http://127.0.0.1:80'],
    ['add', 'web', 'photos', '--to', 'http://127.0.0.1:80'],
    ['remove'],
    ['link', 'web', '--json'],
    ['status', '--all'],
    ['join'],
    ['stop', 'now'],
    ['status', '--data'],
    ['status', '--data='],
    ['run', '--ui', '0.0.0.0:8090'],
    ['run', '--ui', '192.168.1.10:8090'],
    ['run', '--ui', '127.0.0.1'],
  ]
  const outcomes = await Promise.all(wrong.map((args) => porchlight(...args)))
  for (const [index, { code, stdout, stderr }] of outcomes.entries()) {
    const [first, second] = stderr.split('\n')
    assert.deepEqual([code, stdout], [2, ''], `${wrong[index]}: ${stderr}`)
    assert.match(first ?? '', /^error usage: \S.+/, `${wrong[index]}`)
    assert.equal(second, 'usage:', `${wrong[index]}`)
  }
})

test('without an engine every command says so, and how to start one', async (t) => {
  const data = folder(t)
  const commands = [
    ['status'],
    ['add', 'web', '--to', 'http://127.0.0.1:80'],
    ['link', 'web'],
    ['join', 'https://relay.example'],
    ['stop'],
    ['page'],
  ]
  for (const outcome of await Promise.all(commands.map((args) => porchlight(...args, '--data', data))))
    assertError(outcome, 'engine-absent', /porchlight run/)
})

test('what the owner types is refused with what to type instead, and changes nothing', async (t) => {
  const data = folder(t)
  await startEngine(t, data, ...NO_RELAY)
  const closed = await freePort()
  const added = await porchlight('add', 'web', '--to', `http://127.0.0.1:${closed}`, '--data', data)
  assert.deepEqual([added.code, added.stderr], [0, "web isn't responding. Your connection is fine.\n"])
  const rows: readonly [string[], string, RegExp][] = [
    [['add', 'Web Site', '--to', 'http://127.0.0.1:80'], 'name-invalid', /Choose a name/],
    [['add', 'xn--web', '--to', 'http://127.0.0.1:80'], 'name-invalid', /Choose a name/],
    [['add', 'web', '--to', 'http://127.0.0.1:80'], 'name-taken', /Choose another name/],
    [['add', 'photos', '--to', '192.168.1.20:8080'], 'target-invalid', /http:\/\/192\.168\.1\.20:8080/],
    [['add', 'photos', '--to', 'http://192.168.1.20:8080/admin'], 'target-invalid', /Write it like/],
    [['add', 'photos', '--to', 'http://192.168.1.20:99999'], 'target-invalid', /Write it like/],
    [['add', 'photos', '--to', 'tcp://192.168.1.20'], 'target-invalid', /Write it like/],
    [['add', 'photos', '--to', 'http://169.254.169.254:80'], 'target-forbidden', /home network/],
    [['add', 'photos', '--to', 'http://0.0.0.0:80'], 'target-forbidden', /home network/],
    [['add', 'photos', '--to', 'http://1.1.1.1:80'], 'target-forbidden', /home network/],
    [['remove', 'photos'], 'service-unknown', /list of your services/],
    [['pause', 'photos'], 'service-unknown', /list of your services/],
    [['resume', 'photos'], 'service-unknown', /list of your services/],
    [['link', 'photos'], 'service-unknown', /list of your services/],
    [['join', 'relay.example'], 'relay-address-invalid', /relay code/],
    [['join', 'http://relay.example'], 'relay-address-invalid', /relay code/],
    [['join', 'https://relay.example/join/plr1abc'], 'relay-code-invalid', /Copy the code again/],
  ]
  for (const [args, code, nextStep] of rows) assertError(await porchlight(...args, '--data', data), code, nextStep)
  assert.deepEqual(
    (await statusOf(data)).services.map(({ name }) => name),
    ['web'],
  )
})

test('a service that refuses is told as just that, never as a way that is closed', async (t) => {
  const data = folder(t)
  const relay = await startRelay(t, { open: true })
  await startEngine(t, data, ...at(relay))
  await succeed('add', 'web', '--to', `http://127.0.0.1:${await freePort()}`, '--data', data)
  const status = await eventually(async () => {
    const now = await statusOf(data)
    assert.equal(now.services[0]?.state, 'unreachable')
    assert.equal(now.services[0].paths[0]?.phase, 'confirmed')
    return now
  })
  assert.equal(status.services[0]?.problem?.code, 'service-refused')
  assert.deepEqual(
    status.problems.map(({ code }) => code),
    ['service-refused'],
  )
  assert.match(status.problems[0]?.remedy ?? '', /Start web on its machine/)
  const diagnosis = await porchlight('diagnose', '--json', '--data', data)
  assert.equal(diagnosis.code, 3)
  const { chain, problems } = JSON.parse(diagnosis.stdout)
  assert.equal(chain[0].verdict, 'broken')
  assert.equal(chain[0].problem.code, 'service-refused')
  assert.deepEqual([problems[0].problem.code, problems[0].role], ['service-refused', 'cause'])
})

test('a page where another program listens: the engine does not start, and leaves nothing', async (t) => {
  const data = folder(t)
  const port = await takenPort(t)
  assertError(await porchlight('run', '--data', data, '--ui', `127.0.0.1:${port}`), 'port-taken', /choose another address/)
  for (const name of ['engine.json', 'control.sock']) assert.ok(!existsSync(join(data, name)))
})

test('a file that is named and not there', async (t) => {
  const data = folder(t)
  const missing = join(data, 'missing.pem')
  const outcome = await runEngine(data, ...NO_RELAY, '--relay-ca', missing)
  assertError(outcome, 'file-unreadable', /./)
  assert.equal(outcome.stdout, '')
})

test('a relay that is no relay is refused before anything starts', async (t) => {
  const data = folder(t)
  assertError(await runEngine(data, '--relay', 'ftp://relay.example'), 'relay-address-invalid', /relay code/)
  assertError(await runEngine(data, '--relay', ''), 'relay-address-invalid', /relay code/)
})

test('without a page there is no address of it', async (t) => {
  const data = folder(t)
  const engine = await startEngine(t, data)
  assert.equal(engine.ready, '-')
  assertError(await porchlight('page', '--data', data), 'internal', /without --ui off/)
})

test('a reader of the log or of a list who goes away ends nothing', async (t) => {
  const data = folder(t)
  const engine = await startEngine(t, data, ...NO_RELAY)
  engine.process.stderr?.destroy()
  await succeed('add', 'web', '--to', `http://127.0.0.1:${await freePort()}`, '--data', data)
  await eventually(async () => assert.equal((await statusOf(data)).services[0]?.problem?.code, 'service-refused'))
  // Another line for the log.
  await porchlight('join', 'https://porchlight.localhost:2', '--data', data)
  assert.equal((await statusOf(data)).services.length, 1)
  assert.equal((await engine.stop()).code, 0)
})
