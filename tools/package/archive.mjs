// One archive for a Linux machine of this architecture, with the Node that the program runs on, out of what lies in dist/. Beside it its SHA-256.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { buildAll } from '../build.mjs'

const root = resolve(import.meta.dirname, '..', '..')
const node = `node-linux-${process.arch}`

/** What every program needs, each where it stands in a clone, so that bin/ finds everything. */
const common = {
  'bin/launch.sh': 'bin/launch.sh',
  'dist/THIRD-PARTY.txt': 'dist/THIRD-PARTY.txt',
  LICENSE: 'LICENSE',
  [`node_modules/${node}/bin/node`]: `node_modules/${node}/bin/node`,
}

/** Writes the archive into `folder`; `contents`: place in the archive → place in the clone. The same contents give the same bytes. */
export function packArchive(folder, name, contents) {
  const stage = mkdtempSync(join(tmpdir(), 'porchlight-package-'))
  try {
    for (const [to, from] of Object.entries({ ...common, ...contents })) {
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

/** As a command: builds, packs into release/ and says where. */
export async function packInto(pack) {
  await buildAll((line) => console.log(line))
  mkdirSync(join(root, 'release'), { recursive: true })
  const { archive, sha256 } = pack(join(root, 'release'))
  console.log(`${archive}\nsha256 ${sha256}`)
}
