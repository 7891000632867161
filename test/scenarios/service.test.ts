/** `porchlight service`, as somebody types it, with stand-ins for the programs of systemd. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { installation, SYSTEM_DATA } from '../../engine/command-line/service-units.ts'

const MAIN = resolve(import.meta.dirname, '..', '..', 'engine', 'command-line', 'main.ts')
let home: string
let unit: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'service-'))
  unit = join(home, 'config', 'systemd', 'user', 'porchlight.service')
  mkdirSync(join(home, 'bin'))
  standIn('systemctl', 'exit 0')
  standIn('loginctl', 'exit 0')
})
afterEach(() => rmSync(home, { recursive: true }))

function standIn(name: string, does: string): void {
  const path = join(home, 'bin', name)
  writeFileSync(path, `#!/bin/sh\necho "${name} $*" >> "${home}/said"\n${does}\n`)
  chmodSync(path, 0o755)
}

function porchlight(...args: string[]) {
  const env = {
    ...process.env,
    LC_ALL: 'C',
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    PATH: `${join(home, 'bin')}${delimiter}${process.env.PATH}`,
  }
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args, '--data', join(home, 'data')], {
    encoding: 'utf8',
    env,
    timeout: 30_000,
  })
  return { status, stderr }
}
const said = (): string[] => readFileSync(join(home, 'said'), 'utf8').trim().split('\n')

test('install writes the unit and starts it; uninstall takes both back and keeps the data', () => {
  assert.deepEqual(porchlight('service', 'install'), {
    status: 0,
    stderr: `Porchlight now runs in the background. Its service: ${unit}\n`,
  })
  assert.match(readFileSync(unit, 'utf8'), new RegExp(`^ExecStart=${process.execPath} .*${MAIN} run --data ${join(home, 'data')}$`, 'm'))
  assert.deepEqual(said(), ['systemctl --user daemon-reload', 'systemctl --user enable --now porchlight.service', 'loginctl enable-linger'])
  assert.equal(porchlight('service', 'install').status, 0, 'again, as after an update')
  assert.equal(porchlight('service', 'uninstall').status, 0)
  assert.equal(existsSync(unit), false)
  assert.deepEqual(said().slice(-2), ['systemctl --user disable --now porchlight.service', 'systemctl --user daemon-reload'])
  assert.ok(existsSync(join(home, 'data')))
  assert.equal(porchlight('service', 'uninstall').status, 0, 'what is gone already is no failure')
})

test('what systemd refuses is told in its own words', () => {
  standIn('systemctl', 'echo "Failed to connect to bus" >&2; exit 1')
  const { status, stderr } = porchlight('service', 'install')
  assert.equal(status, 1)
  assert.match(stderr, /^error background-refused: .*Failed to connect to bus/)
})

test('where the account may not linger, the command that allows it is told', () => {
  standIn('loginctl', 'exit 1')
  const { status, stderr } = porchlight('service', 'install')
  assert.equal(status, 0)
  assert.match(stderr, /sudo loginctl enable-linger "\$USER"/)
})

const wanted = {
  platform: 'linux',
  program: ['/opt/porchlight/node', '/opt/porchlight/porchlight.js'],
  home: '/home/ada',
  configHome: undefined,
  uid: 1000,
} as const
const units: [string, '--user' | '--system', string, boolean][] = [
  ['for an account', '--user', '/home/ada/.local/share/porchlight', false],
  ['for the whole computer', '--system', SYSTEM_DATA, true],
  ['with data elsewhere', '--system', '/srv/my "home" 100%', true],
]
for (const [what, mode, data, system] of units)
  test(`systemd understands the unit ${what} whole`, () => {
    assert.equal(verified(installation({ ...wanted, system, data })?.files.at(-1)?.text ?? '', mode), '0 ')
  })

/** What `systemd-analyze verify` says of a unit, which is read where systemd would look for it. */
function verified(text: string, mode: '--user' | '--system'): string {
  const folder = join(home, 'unit')
  mkdirSync(folder)
  const path = join(folder, 'porchlight.service')
  // Where the program stands is looked at too.
  writeFileSync(path, text.replaceAll('/opt/porchlight/node', '/bin/true'))
  mkdirSync(join(folder, 'run'), { mode: 0o700 })
  const env = { ...process.env, XDG_RUNTIME_DIR: join(folder, 'run') }
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', mode, path], { encoding: 'utf8', env, timeout: 30_000 })
  return `${status} ${stderr}`
}
