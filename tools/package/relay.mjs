// `npm run package:relay`: the relay as one archive for a Linux server of this machine's architecture, with the Node it runs on. Beside it the
// SHA-256 that `porchlight-relay cloud-init` wants.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildAll } from '../build.mjs'

const root = resolve(import.meta.dirname, '..', '..')
const node = `node-linux-${process.arch}`

/** Where each stands in the archive: as in a clone, so that bin/ finds everything. */
const contents = {
  'bin/porchlight-relay': 'bin/porchlight-relay',
  'bin/launch.sh': 'bin/launch.sh',
  'dist/relay': 'dist/relay',
  'dist/THIRD-PARTY.txt': 'dist/THIRD-PARTY.txt',
  'install/porchlight-relay.service': 'relay/install/porchlight-relay.service',
  'install/README': 'relay/install/README',
  LICENSE: 'LICENSE',
  [`node_modules/${node}/bin/node`]: `node_modules/${node}/bin/node`,
}

/** Writes the archive into `folder`, out of what lies in dist/. The same contents give the same bytes. */
export function packRelay(folder, name = 'porchlight-relay-linux.tar.gz') {
  const stage = mkdtempSync(join(tmpdir(), 'porchlight-package-'))
  try {
    for (const [to, from] of Object.entries(contents)) {
      mkdirSync(dirname(join(stage, to)), { recursive: true })
      symlinkSync(join(root, from), join(stage, to))
    }
    const archive = join(folder, name)
    const same = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX']
    execFileSync('tar', [
      '--create',
      '--dereference',
      ...same,
      '--use-compress-program=gzip -n -1',
      '--file',
      archive,
      '--directory',
      stage,
      '.',
    ])
    const sha256 = createHash('sha256').update(readFileSync(archive)).digest('hex')
    writeFileSync(`${archive}.sha256`, `${sha256}  ${basename(archive)}\n`)
    return { archive, sha256 }
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildAll((line) => console.log(line))
  mkdirSync(join(root, 'release'), { recursive: true })
  const { archive, sha256 } = packRelay(join(root, 'release'))
  console.log(`${archive}\nsha256 ${sha256}`)
}
