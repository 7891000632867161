// Writes an Electron distribution with no Electron in it: enough for electron-builder to lay out, fuse and pack an app for each system
// where the real one cannot be downloaded. It says so when started.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../setup/machine.mjs'

/** What @electron/fuses looks for in the binary, then the wire's version, its length and one character a fuse, as Electron ships them. */
const fuseWire = Buffer.concat([Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'), Buffer.from([1, 8]), Buffer.from('10110001')])
const program = Buffer.concat([Buffer.from('#!/bin/sh\necho "a stub, not Electron" >&2\nexit 97\n'), fuseWire])

const commonFiles = ['LICENSE', 'LICENSES.chromium.html', 'resources.pak', 'icudtl.dat', 'locales/en-US.pak', 'resources/README']

/** `system` is linux, win or mac. */
export function writeStubElectron(folder, version, system) {
  const put = (name, content = '', mode = 0o644) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content, { mode })
  }
  put('version', version)
  for (const name of system === 'mac' ? commonFiles.slice(0, 2) : commonFiles) put(name)
  if (system === 'linux') {
    put('electron', program, 0o755)
    put('chrome-sandbox', '', 0o755)
    put('chrome_crashpad_handler', '', 0o755)
  }
  // electron-builder edits the resources of the .exe, so it has to be a real one: the smallest that the tree holds.
  if (system === 'win')
    put('electron.exe', Buffer.concat([readFileSync(join(root, 'node_modules/electron-winstaller/vendor/Setup.exe')), fuseWire]))
  if (system === 'mac') writeMacBundles(put)
}

function writeMacBundles(put) {
  const bundle = (folder, name) => {
    put(`${folder}${name}.app/Contents/Info.plist`, infoPlist(name))
    put(`${folder}${name}.app/Contents/MacOS/${name}`, program, 0o755)
  }
  bundle('', 'Electron')
  const frameworks = 'Electron.app/Contents/Frameworks/'
  for (const kind of ['', ' (GPU)', ' (Plugin)', ' (Renderer)']) bundle(frameworks, `Electron Helper${kind}`)
  put(`${frameworks}Electron Framework.framework/Electron Framework`, fuseWire)
  put('Electron.app/Contents/Resources/electron.icns')
}

function infoPlist(name) {
  const keys = { CFBundleExecutable: name, CFBundleName: name, CFBundleIdentifier: `com.github.${name.replace(/\W/g, '')}` }
  const entries = Object.entries(keys).map(([key, value]) => `<key>${key}</key><string>${value}</string>`)
  return `<?xml version="1.0" encoding="UTF-8"?><plist version="1.0"><dict>${entries.join('')}</dict></plist>`
}
