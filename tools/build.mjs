// `npm run build`: bundles every process into dist/, and skips the work when nothing that goes in has changed.
// Each bundle carries its dependencies, so that bin/ and the packaged app need no node_modules beside them.
import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { noticesOf } from './build/notices.mjs'

const root = resolve(import.meta.dirname, '..')
const dist = join(root, 'dist')

/** One bundle a process. `split`: into what starts at once and what only `run` needs, because most starts are a short command's (0.25 s of
 *  processor time without, 0.10 s with). `format` cjs only for the preload: a sandboxed preload cannot be a module (Electron's ESM guide). */
const bundles = [
  { input: 'engine/command-line/main.ts', output: 'engine/porchlight.js', format: 'esm', external: [], split: true },
  { input: 'relay/main.ts', output: 'relay/porchlight-relay.js', format: 'esm', external: [], split: true },
  { input: 'electron/main.ts', output: 'electron/main.js', format: 'esm', external: ['electron'] },
  { input: 'electron/preload.ts', output: 'electron/preload.cjs', format: 'cjs', external: ['electron'] },
]

/** Natives that ws tries to require and does without (ws README, "Opt-in for performance"): never bundled, never shipped. */
const optionalNatives = ['bufferutil', 'utf-8-validate']

/** What never goes into a bundle. Everything else counts as an input: better one build too many than a stale one. */
const notInputs = ['node_modules', 'dist', 'release', 'test-results', 'docs', 'lab', 'test', 'bench', '.git'].flatMap((name) => [
  name,
  `**/${name}/**`,
])

/** A hash over names and contents of all that may go into dist/. */
function hashInputs() {
  const entries = globSync('**/*', { cwd: root, exclude: [...notInputs, '**/*.test.*'], withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const hash = createHash('sha256').update(process.version)
  for (const file of files.sort()) hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

function isFresh(hash) {
  const stamp = join(dist, '.stamp')
  const outputs = [...bundles.map((bundle) => bundle.output), 'renderer/index.html', 'THIRD-PARTY.txt']
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && outputs.every((output) => existsSync(join(dist, output)))
}

/** Bundles one process; returns the files that went in, for the notices. */
async function bundle({ input, output, format, external, split = false }, folder) {
  const { build } = await import('rolldown')
  const { output: chunks } = await build({
    cwd: root,
    input: join(root, input),
    platform: 'node',
    external: [...external, ...optionalNatives],
    logLevel: 'warn',
    output: split
      ? { dir: join(folder, dirname(output)), entryFileNames: basename(output), chunkFileNames: '[name]-[hash].js', format }
      : { file: join(folder, output), format, codeSplitting: false },
  })
  return chunks.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.moduleIds : []))
}

/** Builds the page; fonts and styles count as inputs for the notices, like code. */
async function page(folder) {
  const { build } = await import('vite')
  const { output } = await build({
    configFile: join(root, 'vite.config.ts'),
    logLevel: 'warn',
    build: { outDir: join(folder, 'renderer'), emptyOutDir: true },
  })
  return output.flatMap((file) =>
    file.type === 'chunk' ? file.moduleIds : file.originalFileNames.map((name) => resolve(root, 'renderer', name)),
  )
}

/** Staging folders of builds that were killed: named by the process that made them. */
function sweepStaging() {
  if (!existsSync(dist)) return
  for (const name of readdirSync(dist).filter((entry) => entry.startsWith('.staging-'))) {
    try {
      process.kill(Number(name.slice('.staging-'.length)), 0)
    } catch (error) {
      if (error.code === 'ESRCH') rmSync(join(dist, name), { recursive: true, force: true })
    }
  }
}

/** Puts the finished build in place folder by folder, so that an engine that is serving the old page misses it for no longer than a rename. */
function swapIn(folder) {
  const outgoing = join(folder, '.outgoing')
  mkdirSync(outgoing)
  for (const name of readdirSync(folder).filter((entry) => entry !== '.outgoing')) {
    if (existsSync(join(dist, name))) renameSync(join(dist, name), join(outgoing, name))
    renameSync(join(folder, name), join(dist, name))
  }
}

/** Builds dist/ where it is stale. `say` gets one line a step. Throws an Error whose message names what failed. */
export async function buildAll(say) {
  const hash = hashInputs()
  if (isFresh(hash)) return say('build: dist/ is up to date')
  sweepStaging()
  const startedMs = performance.now()
  const folder = join(dist, `.staging-${process.pid}`)
  mkdirSync(folder, { recursive: true })
  try {
    const jobs = [...bundles.map((one) => bundle(one, folder)), page(folder)]
    const inputs = (await Promise.all(jobs)).flat()
    // A bundle that is copied away from the clone (a rented server, the app's resources) must still be read as a module.
    for (const name of ['engine', 'relay']) writeFileSync(join(folder, name, 'package.json'), '{ "type": "module" }\n')
    writeFileSync(join(folder, 'THIRD-PARTY.txt'), noticesOf(inputs))
    swapIn(folder)
    writeFileSync(join(dist, '.stamp'), hash)
    say(`build: dist/ written in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await buildAll((line) => console.log(line))
  } catch (error) {
    console.error(stripVTControlCharacters(error.message))
    console.error('error build-failed: dist/ could not be built; the reason stands above')
    process.exitCode = 1
  }
}
