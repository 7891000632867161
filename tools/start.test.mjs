import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, test } from 'node:test'
import { root } from './setup/machine.mjs'
import { hasRelay, rehearsalPort } from './start/data.mjs'
import { findElectron } from './start/desktop.mjs'

let data
let running

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'porchlight-start-'))
  running = []
})
afterEach(async () => {
  for (const { child, ended } of running) {
    child.kill('SIGTERM')
    await ended
  }
  rmSync(data, { recursive: true, force: true })
})

/** npm start after its setup, without a display. */
function start(...args) {
  const env = { ...process.env, DISPLAY: '', WAYLAND_DISPLAY: '' }
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(root, 'tools/start/run.mjs'), ...args], { env })
  const said = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    said.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    said.err += chunk
  })
  const ended = new Promise((resolve) => child.once('close', resolve))
  const ready = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('ready ') && resolve(line.slice(6)))
    ended.then(() => reject(new Error(`ended before it was ready: ${said.err}`)))
  })
  ready.catch(() => {})
  const one = { child, ended, ready, said }
  running.push(one)
  return one
}

/** Whether anything listens there. */
const answers = (number) =>
  new Promise((resolve) => {
    const socket = connect(number, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })

const port = () => readFileSync(join(data, 'rehearsal', 'port'), 'utf8')

test('a rehearsal starts, says what it is, answers, stops cleanly, and comes back on the same port', async () => {
  const first = start('--data', data)
  const page = await first.ready
  assert.match(first.said.out, /local rehearsal, not the internet/)
  assert.match(first.said.out, /Nothing was added to/)
  assert.match(first.said.out, /no display: running headless/)
  assert.ok(first.said.out.includes(page))
  assert.equal((await fetch(page, { redirect: 'manual' })).status < 400, true)
  const kept = port()
  first.child.kill('SIGTERM')
  assert.equal(await first.ended, 0, first.said.err)
  assert.doesNotMatch(first.said.err, /^error /m)
  const second = start('--data', data)
  await second.ready
  // Any program on this machine may have been given it meanwhile; then that is said.
  assert.ok(port() === kept || second.said.out.includes(`port ${kept.trim()} of the last rehearsal is taken`), `${port()} after ${kept}`)
})

test('an engine that dies takes the rehearsal down with one line', async () => {
  const one = start('--data', data)
  await one.ready
  process.kill(JSON.parse(readFileSync(join(data, 'engine.json'), 'utf8')).pid, 'SIGKILL')
  assert.equal(await one.ended, 1)
  assert.match(one.said.err, /^error engine-stopped: .*SIGKILL.*$/m)
  assert.equal((await rehearsalPort(join(data, 'rehearsal'))).taken, undefined)
})

test('nothing is left running when the data folder is taken away', async () => {
  const one = start('--data', data)
  const ports = [new URL(await one.ready).port, port()]
  rmSync(data, { recursive: true, force: true })
  one.child.kill('SIGTERM')
  // 'close' comes only when every process that holds our output has ended.
  await one.ended
  assert.deepEqual(await Promise.all(ports.map((number) => answers(Number(number)))), [false, false])
})

test('a second start on the same folder is refused with the reason of whoever refuses', async () => {
  await start('--data', data).ready
  const second = start('--data', data)
  assert.equal(await second.ended, 1)
  assert.equal(second.said.err.match(/^error /gm)?.length, 1)
  assert.match(second.said.err, /^error engine-running: /m)
})

for (const [what, args, line] of [
  ['an unknown argument', ['--dta', 'x'], /^error usage: .*npm start -- --data DIR\n$/],
  ['an argument without its value', ['--data'], /^error usage: .*npm start -- --data DIR\n$/],
  ['a stray word', ['here'], /^error usage: .*npm start -- --data DIR\n$/],
]) {
  test(`${what} is refused in one line`, async () => {
    const { ended, said } = start(...args)
    assert.equal(await ended, 1)
    assert.match(said.err, line)
  })
}

test('a data folder that cannot be made is refused in one line', async () => {
  writeFileSync(join(data, 'file'), '')
  const { ended, said } = start('--data', join(data, 'file', 'inside'))
  assert.equal(await ended, 1)
  assert.match(said.err, /^error data-unwritable: .*--data DIR\n$/)
})

test('a port that was taken meanwhile is named and replaced by any', async () => {
  const other = createServer()
  await new Promise((resolve) => other.listen(0, '127.0.0.1', resolve))
  writeFileSync(join(data, 'port'), `${other.address().port}\n`)
  assert.deepEqual(await rehearsalPort(data), { port: 0, taken: other.address().port })
  other.close()
  writeFileSync(join(data, 'port'), 'nonsense')
  assert.deepEqual(await rehearsalPort(data), { port: 0, taken: undefined })
})

test('a relay counts as configured only where the settings name one', () => {
  assert.equal(hasRelay(data), false)
  for (const [text, expected] of [
    ['{"relay":null}', false],
    ['{"relay":{"url":"https://relay.example","key":"k"}}', true],
    ['{', false],
    ['null', false],
  ]) {
    writeFileSync(join(data, 'settings.json'), text)
    assert.equal(hasRelay(data), expected, text)
  }
})

test('without a display no Electron is looked for', async () => {
  assert.deepEqual(await findElectron({}, 'linux'), { reason: 'no display' })
})
