// electron-builder only warns where a resource is missing. An app without its engine or its Node starts and does nothing, so packing fails.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

export default function afterPack({ appOutDir, electronPlatformName, packager }) {
  const isMac = electronPlatformName === 'darwin'
  const resources = isMac
    ? join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Resources')
    : join(appOutDir, 'resources')
  const node = electronPlatformName === 'win32' ? 'node/node.exe' : 'node/node'
  for (const name of [node, 'engine/porchlight.js', 'renderer/index.html', 'THIRD-PARTY.txt'])
    if (!existsSync(join(resources, name)))
      throw new Error(
        `error resource-missing: ${name} is not in the packed app; run "npm run build" and see extraResources in electron-builder.yml`,
      )
}
