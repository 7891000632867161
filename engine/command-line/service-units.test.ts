import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { installation, LABEL, SYSTEM_DATA, type Wanted } from './service-units.ts'

const ada: Wanted = {
  platform: 'linux',
  system: false,
  program: ['/opt/porchlight/node', '--disable-warning=ExperimentalWarning', '/opt/porchlight/porchlight.js'],
  data: '/home/ada/.local/share/porchlight',
  home: '/home/ada',
  configHome: undefined,
  uid: 1000,
}
const computer: Wanted = { ...ada, system: true, data: SYSTEM_DATA }
const mac: Wanted = { ...ada, platform: 'darwin', home: '/Users/ada', data: '/Users/ada/Library/Application Support/Porchlight', uid: 501 }

describe('for an account on Linux', () => {
  const { files, start, linger, stop } = installation(ada) ?? assert.fail()
  test('a unit of its own session, with the program, its data and nothing else', () => {
    assert.deepEqual(
      files.map(({ path }) => path),
      ['/home/ada/.config/systemd/user/porchlight.service'],
    )
    assert.match(
      files[0]?.text ?? '',
      /^ExecStart=\/opt\/porchlight\/node --disable-warning=ExperimentalWarning \/opt\/porchlight\/porchlight\.js run --data \/home\/ada\/\.local\/share\/porchlight$/m,
    )
    assert.match(files[0]?.text ?? '', /^WantedBy=default\.target$/m)
  })
  test('started now, kept over logouts, and stopped with the same words', () => {
    assert.deepEqual(start.at(-1), ['systemctl', '--user', 'enable', '--now', 'porchlight.service'])
    assert.deepEqual(linger, ['loginctl', 'enable-linger'])
    assert.deepEqual(stop, [['systemctl', '--user', 'disable', '--now', 'porchlight.service']])
  })
  test('in the folder for settings that the account has chosen', () => {
    const path = (configHome: string) => installation({ ...ada, configHome })?.files[0]?.path
    assert.equal(path('/srv/config'), '/srv/config/systemd/user/porchlight.service')
    assert.equal(path('config'), '/home/ada/.config/systemd/user/porchlight.service')
  })
})

describe('for the whole computer on Linux', () => {
  const { files, start } = installation(computer) ?? assert.fail()
  test('an account, and a unit that runs under it, confined', () => {
    assert.deepEqual(
      files.map(({ path }) => path),
      ['/etc/sysusers.d/porchlight.conf', '/etc/systemd/system/porchlight.service'],
    )
    assert.deepEqual(start[0], ['systemd-sysusers', '/etc/sysusers.d/porchlight.conf'])
    const text = files.at(-1)?.text ?? ''
    for (const line of [
      'User=porchlight',
      'StateDirectory=porchlight',
      'WantedBy=multi-user.target',
      'AmbientCapabilities=CAP_NET_BIND_SERVICE',
    ])
      assert.ok(text.split('\n').includes(line), line)
  })
  test('with data elsewhere, which it may write', () => {
    const text = installation({ ...computer, data: '/srv/my home' })?.files.at(-1)?.text ?? ''
    assert.match(text, /^ReadWritePaths="\/srv\/my home"$/m)
    assert.match(text, / run --data "\/srv\/my home"$/m)
  })
})

test('for an account on macOS: an agent that launchd starts, and starts again where it fails', () => {
  const { files, start, stop } = installation(mac) ?? assert.fail()
  const [file] = files
  assert.equal(file?.path, `/Users/ada/Library/LaunchAgents/${LABEL}.plist`)
  assert.deepEqual([start, stop], [[['launchctl', 'bootstrap', 'gui/501', file?.path]], [['launchctl', 'bootout', `gui/501/${LABEL}`]]])
  const words = [...(file?.text ?? '').matchAll(/^ {4}<string>(.*)<\/string>$/gm)].map(([, word]) => word)
  assert.deepEqual(words, [...mac.program, 'run', '--data', mac.data])
  assert.match(file?.text ?? '', /<key>KeepAlive<\/key><dict><key>SuccessfulExit<\/key><false\/><\/dict>/)
})

test('elsewhere nothing is automated', () => {
  assert.equal(installation({ ...ada, platform: 'win32' }), undefined)
  assert.equal(installation({ ...mac, system: true }), undefined)
})

test('odd paths stay one word, and hostile ones are refused', () => {
  const exec = (data: string) => /^ExecStart=(.*)$/m.exec(installation({ ...ada, data })?.files[0]?.text ?? '')?.[1]?.split(' --data ')[1]
  assert.equal(exec('/a b'), '"/a b"')
  assert.equal(exec('/a"b\\c'), '"/a\\"b\\\\c"')
  assert.equal(exec('/100%/$HOME'), '"/100%%/$$HOME"')
  assert.throws(() => exec('/a\nExecStartPre=/bin/evil'), RangeError)
  assert.match(installation({ ...mac, data: '/a&<b>' })?.files[0]?.text ?? '', /<string>\/a&amp;&lt;b&gt;<\/string>/)
})
