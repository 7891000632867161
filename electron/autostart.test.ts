import assert from 'node:assert/strict'
import { test } from 'node:test'
import { autostartEntry, autostartFile, startsAtLogin } from './autostart.ts'

const execOf = (...command: string[]) => /^Exec=(.*)$/m.exec(autostartEntry('Porchlight', command))?.[1]

test('the entry stands where desktops look', () => {
  assert.equal(autostartFile({}, '/home/ada'), '/home/ada/.config/autostart/porchlight.desktop')
  assert.equal(autostartFile({ XDG_CONFIG_HOME: '/x' }, '/home/ada'), '/x/autostart/porchlight.desktop')
  assert.equal(autostartFile({ XDG_CONFIG_HOME: 'x' }, '/home/ada'), '/home/ada/.config/autostart/porchlight.desktop')
})

test('a command is written as the specification wants it', () => {
  assert.equal(execOf('/opt/Porchlight/porchlight', '--background'), '/opt/Porchlight/porchlight --background')
  assert.equal(execOf('/home/ada/My Apps/P.AppImage'), '"/home/ada/My Apps/P.AppImage"')
  assert.equal(execOf('/a "b" $HOME/`c`'), '"/a \\\\"b\\\\" \\\\$HOME/\\\\`c\\\\`"')
  assert.equal(execOf('/100%/p'), '"/100%%/p"')
  assert.throws(() => execOf('/a\nExec=evil'), RangeError)
})

test('an entry counts while it is there and its desktop has not switched it off', () => {
  const entry = autostartEntry('Porchlight', ['/p'])
  assert.equal(startsAtLogin(entry), true)
  assert.equal(startsAtLogin(undefined), false)
  assert.equal(startsAtLogin(`${entry}Hidden=true\n`), false)
  assert.equal(startsAtLogin(entry.replace('enabled=true', 'enabled=false')), false)
})
