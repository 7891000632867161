// `npm run package:engine`: the headless twin of the desktop app as one archive, for a machine that is always on.
import { fileURLToPath } from 'node:url'
import { packArchive, packInto } from './archive.mjs'

const contents = {
  'bin/porchlight': 'bin/porchlight',
  'dist/engine': 'dist/engine',
  'dist/renderer': 'dist/renderer',
}

export const packEngine = (folder, name = 'porchlight-linux.tar.gz') => packArchive(folder, name, contents)

if (process.argv[1] === fileURLToPath(import.meta.url)) await packInto(packEngine)
