// `npm run package:relay`: the relay as one archive for a server. `porchlight-relay cloud-init` wants its SHA-256.
import { fileURLToPath } from 'node:url'
import { packArchive, packInto } from './archive.mjs'

const contents = {
  'bin/porchlight-relay': 'bin/porchlight-relay',
  'dist/relay': 'dist/relay',
  'install/porchlight-relay.service': 'relay/install/porchlight-relay.service',
  'install/README': 'relay/install/README',
}

export const packRelay = (folder, name = 'porchlight-relay-linux.tar.gz') => packArchive(folder, name, contents)

if (process.argv[1] === fileURLToPath(import.meta.url)) await packInto(packRelay)
