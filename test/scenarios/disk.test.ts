/** Disks that are full or can only be read: real ones, each in a mount namespace that is gone with the program in it. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { folder } from '../folder.ts'
import { argv, assertError, finish, type Outcome, type Program, start } from '../loopback/programs.ts'

/** `script` in a shell that has a small disk of its own at `data`, then the engine in its place. */
const onDisk = (data: string, options: string, script: string): [string, string[]] => {
  const [file, args] = argv('porchlight', ['run', '--data', data, '--ui', 'off', '--relay', 'https://porchlight.localhost:1'])
  const mount = `mount -t tmpfs -o ${options} disk "$0" && ${script} exec "$@"`
  return ['unshare', ['--mount', 'sh', '-c', mount, data, file, ...args]]
}

/** A command that sees the disk of that engine. */
const inside = ({ process }: Program, ...command: readonly string[]): Promise<Outcome> =>
  finish(['nsenter', ['-t', String(process.pid), '-m', ...command]])

const porchlightInside = (engine: Program, ...args: readonly string[]): Promise<Outcome> => {
  const [file, all] = argv('porchlight', args)
  return inside(engine, file, ...all)
}

const fill = (data: string): string[] => ['sh', '-c', 'cat /dev/zero > "$0/filler" 2>&1; true', data]

async function names(engine: Program, data: string): Promise<string[]> {
  const { stdout } = await porchlightInside(engine, 'status', '--json', '--data', data)
  return JSON.parse(stdout).services.map(({ name }: { name: string }) => name)
}

test('a disk that can only be read, or has no room at all: the engine does not start', async (t: TestContext) => {
  const data = folder(t)
  assertError(await finish(onDisk(data, 'ro', '')), 'data-unwritable', /another one with --data/)
  assertError(await finish(onDisk(data, 'size=16k', 'cat /dev/zero > "$0/filler" 2>&1;')), 'disk-full', /Free some space/)
})

test('a disk that fills up: what cannot be saved is not done, what runs goes on, and with room again all is well', async (t: TestContext) => {
  const data = folder(t)
  const engine = await start(t, onDisk(data, 'size=1m', ''))
  const add = (name: string): Promise<Outcome> => porchlightInside(engine, 'add', name, '--to', 'http://127.0.0.1:1', '--data', data)
  assert.equal((await add('web')).code, 0)
  await inside(engine, ...fill(data))
  assertError(await add('photos'), 'disk-full', /Free some space/)
  assert.deepEqual(await names(engine, data), ['web'])
  const { stdout: settings } = await inside(engine, 'cat', `${data}/settings.json`)
  assert.deepEqual(
    JSON.parse(settings).services.map(({ name }: { name: string }) => name),
    ['web'],
  )
  await inside(engine, 'rm', `${data}/filler`)
  assert.equal((await add('photos')).code, 0)
  assert.deepEqual(await names(engine, data), ['web', 'photos'])
})
