import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataFolder, type Surroundings } from './data-folder.ts'

const rows: [string, Surroundings, string][] = [
  [
    'what the environment says',
    { platform: 'linux', env: { PORCHLIGHT_DATA: '/srv/p', XDG_DATA_HOME: '/x' }, home: '/home/ada' },
    '/srv/p',
  ],
  ['the XDG folder', { platform: 'linux', env: { XDG_DATA_HOME: '/x' }, home: '/home/ada' }, '/x/porchlight'],
  [
    'a relative XDG folder does not count',
    { platform: 'linux', env: { XDG_DATA_HOME: 'x' }, home: '/home/ada' },
    '/home/ada/.local/share/porchlight',
  ],
  ['Linux', { platform: 'linux', env: {}, home: '/home/ada' }, '/home/ada/.local/share/porchlight'],
  ['macOS', { platform: 'darwin', env: {}, home: '/Users/ada' }, '/Users/ada/Library/Application Support/Porchlight'],
  ['Windows', { platform: 'win32', env: { LOCALAPPDATA: 'C:\\Local' }, home: 'C:\\Users\\ada' }, 'C:\\Local\\Porchlight'],
  ['Windows without the variable', { platform: 'win32', env: {}, home: 'C:\\Users\\ada' }, 'C:\\Users\\ada\\AppData\\Local\\Porchlight'],
]

for (const [name, surroundings, folder] of rows) {
  test(`the data folder: ${name}`, () => assert.equal(dataFolder(surroundings), folder))
}
