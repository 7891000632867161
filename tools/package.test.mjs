import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { extractFile, listPackage } from '@electron/asar'
import fuses from '@electron/fuses'
import { validateConfiguration } from 'app-builder-lib/out/util/config/config.js'
import { DebugLogger } from 'builder-util'
import { Arch, build, Platform } from 'electron-builder'
import { load } from 'js-yaml'
import { engineCommand } from '../electron/engine-command.ts'
import { writeStubElectron } from './package/stub-electron.mjs'
import { makeKey, releaseConfig } from './release.mjs'
import { findNode, root } from './setup/machine.mjs'

const { FuseV1Options, getCurrentFuseWire } = fuses

/** The app must find what was packed, where it was packed. */
function assertEngine(resourcesPath, platform) {
  const command = engineCommand({ isPackaged: true, appPath: '', resourcesPath, platform, arch: '', env: {} })
  for (const path of Object.values(command)) assert.ok(existsSync(path), `the app starts ${path}`)
  return command
}

/** A fuse in the wire is the character 1 or 0 (@electron/fuses, constants). */
const fuseOn = '1'.charCodeAt(0)

const config = load(readFileSync(join(root, 'electron-builder.yml'), 'utf8'))

/** What electron-builder can make (its documentation, "Linux", "Windows", "macOS"): its own check lets a misspelt name through. */
const targetNames = { linux: ['AppImage', 'deb'], win: ['nsis'], mac: ['dmg', 'zip'] }

let work
let signingKey
let publicKey
before(() => {
  work = mkdtempSync(join(tmpdir(), 'porchlight-package-'))
  publicKey = makeKey(join(work, 'key.pem'))
  signingKey = createPrivateKey(readFileSync(join(work, 'key.pem'), 'utf8'))
})
after(() => rmSync(work, { recursive: true, force: true }))

/** Packs the app for `system` around a stub, with `extraResources` besides those of the configuration; answers with the output folder. */
async function pack(system, targets, extraResources) {
  const { extraMetadata } = releaseConfig('https://updates.example/', signingKey)
  const electronDist = join(work, `electron-${system}`)
  writeStubElectron(electronDist, config.electronVersion, system)
  const output = mkdtempSync(join(work, `release-${system}-`))
  await build({
    targets,
    projectDir: root,
    publish: 'never',
    // Merged into electron-builder.yml; lists are joined.
    config: { electronDist, directories: { ...config.directories, output }, [system]: { extraResources }, extraMetadata },
  })
  return output
}

/** npm installs the pinned Node of this system only: elsewhere this one stands in for it, in the place where the app looks. */
const standIn = (system, name) => (hostSystem === system ? [] : [{ from: findNode(), to: `node/${name}` }])
const hostSystem = { linux: 'linux', win32: 'win' }[process.platform]

async function assertFuses(binary) {
  const wire = await getCurrentFuseWire(binary)
  const state = (fuse) => (wire[fuse] === fuseOn ? 'on' : 'off')
  assert.deepEqual(
    {
      runAsNode: state(FuseV1Options.RunAsNode),
      cookieEncryption: state(FuseV1Options.EnableCookieEncryption),
      nodeOptions: state(FuseV1Options.EnableNodeOptionsEnvironmentVariable),
      inspect: state(FuseV1Options.EnableNodeCliInspectArguments),
      integrity: state(FuseV1Options.EnableEmbeddedAsarIntegrityValidation),
      onlyAsar: state(FuseV1Options.OnlyLoadAppFromAsar),
      filePrivileges: state(FuseV1Options.GrantFileProtocolExtraPrivileges),
    },
    {
      runAsNode: 'off',
      cookieEncryption: 'on',
      nodeOptions: 'off',
      inspect: 'off',
      integrity: 'on',
      onlyAsar: 'on',
      filePrivileges: 'off',
    },
  )
}

function assertAsar(file) {
  const names = listPackage(file).map((name) => name.replaceAll('\\', '/'))
  for (const name of [
    '/package.json',
    '/dist/electron/main.js',
    '/dist/electron/preload.cjs',
    '/dist/renderer/index.html',
    '/assets/icon-512.png',
  ])
    assert.ok(names.includes(name), `${name} is in the asar`)
  assert.ok(
    names.some((name) => name.startsWith('/assets/tray/')),
    'the tray icons are in the asar',
  )
  const ours = /^\/(package\.json|dist|dist\/(electron|renderer)(\/.*)?|assets|assets\/icon-512\.png|assets\/tray(\/.*)?)$/
  const foreign = names.filter((name) => !ours.test(name))
  assert.deepEqual(foreign, [], 'nothing else is in the asar')
  const { main, updates } = JSON.parse(extractFile(file, 'package.json').toString())
  assert.equal(main, 'dist/electron/main.js')
  assert.deepEqual(updates, { url: 'https://updates.example/', key: publicKey }, 'it knows where its updates are, and who signs them')
}

test('the configuration is one that electron-builder accepts, with targets that exist', async () => {
  await validateConfiguration(structuredClone(config), new DebugLogger(false))
  for (const [system, known] of Object.entries(targetNames)) {
    const names = config[system].target.map((target) => target.target ?? target)
    assert.deepEqual(names, known)
  }
  for (const { arch } of config.mac.target) assert.deepEqual(arch, ['x64', 'arm64'])
  const installed = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')).version
  assert.equal(config.electronVersion, installed)
})

test('the Linux app holds its parts, its fuses and an engine that runs on a Node of its own', async () => {
  const unpacked = process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`
  const folder = join(await pack('linux', Platform.LINUX.createTarget('dir', Arch[process.arch]), standIn('linux', 'node')), unpacked)
  assertAsar(join(folder, 'resources', 'app.asar'))
  await assertFuses(join(folder, 'porchlight'))
  const resources = join(folder, 'resources')
  assert.match(readFileSync(join(resources, 'THIRD-PARTY.txt'), 'utf8'), /^ws \d/m)
  const { node, script } = assertEngine(resources, 'linux')
  const engine = [script, 'status', '--data', join(work, 'no-engine')]
  const { status, stderr } = spawnSync(hostSystem === 'linux' ? node : findNode(), engine, {
    encoding: 'utf8',
    timeout: 120_000,
  })
  assert.match(stderr, /^error engine-absent: /m)
  assert.equal(status, 1)
})

test('the Windows app holds its parts and its fuses', async () => {
  const folder = join(await pack('win', Platform.WINDOWS.createTarget('dir', Arch.x64), standIn('win', 'node.exe')), 'win-unpacked')
  assertAsar(join(folder, 'resources', 'app.asar'))
  await assertFuses(join(folder, 'Porchlight.exe'))
  assertEngine(join(folder, 'resources'), 'win32')
})

test('the macOS app holds its parts and its fuses', async () => {
  const app = join(await pack('mac', Platform.MAC.createTarget('dir', Arch.arm64), standIn('mac', 'node')), 'mac-arm64', 'Porchlight.app')
  assertAsar(join(app, 'Contents', 'Resources', 'app.asar'))
  await assertFuses(app)
  assertEngine(join(app, 'Contents', 'Resources'), 'darwin')
  // Windows and Linux: setAsDefaultProtocolClient, and the entry of the menu that AppImage and deb carry.
  assert.match(
    readFileSync(join(app, 'Contents', 'Info.plist'), 'utf8'),
    /<key>CFBundleURLSchemes<\/key>\s*<array>\s*<string>porchlight<\/string>/,
  )
})

test('packing fails where the Node of the app is not there', async () => {
  await assert.rejects(pack('mac', Platform.MAC.createTarget('dir', Arch.x64), []), /resource-missing: node\/node /)
})
