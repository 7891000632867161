/** Moving house: everything that makes this home this home, in one sealed file, and out of it again on another computer. */
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../../protocol/json.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { writeAtomic, writeProblem } from '../../system/atomic-file.ts'
import { isSealed } from '../../system/sealed-text.ts'
import { identityFromPem } from '../../wire/identity.ts'
import { newRecoveryCode, readRecoveryCode } from './recovery-code.ts'
import { MAX_SEALED_BYTES, seal, unseal } from './sealed.ts'

const KEY = 'secrets/device.pem'
/** Where the files of a home that moves in wait until all of them are there. */
const INCOMING = 'incoming'
/** What belongs to this computer and its router, and what is not finished or was put aside. */
const STAYS =
  /^(lock\.db.*|engine\.json|control\.sock|journal\.json|secrets\/keychain\.json|.*\.new|.*\.damaged-.*|replaced-.*|incoming(\/.*)?)$/
/** What is remembered here is no part of a home, and a database copied while it is written would not be whole. */
const REMEMBERED = /^(history\.db.*|log\.jsonl.*)$/
const MAX_FILE_BYTES = 1 << 20
const MAX_FILES = 1000
/** Nothing that leads out of the folder. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(\/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,3}$/

const Moved = z.object({
  v: z.literal(1),
  files: z.record(z.string().regex(NAME).max(300), z.base64().max(2 * MAX_FILE_BYTES)),
})

export interface SealedHome {
  readonly sealed: Buffer
  /** Seen this once. */
  readonly code: string
  /** What is too large to be a part of it. */
  readonly leftOut: readonly string[]
}

/** Also beside a running engine: each file is whole at any time. Throws ProblemError `never-run` where no engine has run, `secrets-locked` where
 *  a keychain holds the keys. */
export function sealHome(folder: string): SealedHome {
  if (lstatSync(join(folder, KEY), { throwIfNoEntry: false }) === undefined) throw new ProblemError(problem('never-run', { data: folder }))
  const { taken, leftOut } = filesIn(folder)
  const contents = taken.map((name) => [name, readFileSync(join(folder, name))] as const)
  // Nobody could open it on another computer.
  const locked = contents.find(([, content]) => isSealed(content.toString('latin1')))
  if (locked) throw new ProblemError(problem('secrets-locked', { path: join(folder, locked[0]) }))
  const files = Object.fromEntries(contents.map(([name, content]) => [name, content.toString('base64')]))
  const code = newRecoveryCode()
  return { sealed: seal(Buffer.from(JSON.stringify({ v: 1, files })), secretOf(code)), code, leftOut }
}

/** Into a file. Throws as {@link sealHome} does, and what writing throws. */
export function exportHome(folder: string, path: string): Omit<SealedHome, 'sealed'> {
  const { sealed, ...told } = sealHome(folder)
  writeAtomic(path, sealed)
  return told
}

function filesIn(folder: string): { taken: string[]; leftOut: string[] } {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => NAME.test(name) && !STAYS.test(name) && !REMEMBERED.test(name))
    .flatMap((name) => {
      const found = lstatSync(join(folder, name), { throwIfNoEntry: false })
      return found?.isFile() ? [{ name, fits: found.size <= MAX_FILE_BYTES }] : []
    })
  const taken = files.filter(({ fits }) => fits).slice(0, MAX_FILES)
  return { taken: taken.map(({ name }) => name), leftOut: files.filter((file) => !taken.includes(file)).map(({ name }) => name) }
}

/** Out of a file, into a locked folder. `replace`: what stands there may be put aside. Throws as {@link openHome}, {@link takeIn} and {@link moveIn} do, and
 *  ProblemError `import-not-empty`, `file-unreadable`. */
export function importHome(folder: string, path: string, code: string, replace: boolean): { readonly putAside: string | undefined } {
  secretOf(code) // A mistyped one is told before the file is read.
  const files = openHome(readBounded(path), code, path)
  if (!replace && stands(folder)) throw new ProblemError(problem('import-not-empty', { data: folder }))
  takeIn(folder, files)
  return { putAside: moveIn(folder) }
}

const stands = (folder: string): boolean => lstatSync(join(folder, KEY), { throwIfNoEntry: false }) !== undefined

/** Writes all of that home beside what stands there, also beside a running engine: a disk that fills up does so here, and nothing has changed. Throws
 *  ProblemError `disk-full`, `data-unwritable`. */
export function takeIn(folder: string, files: ReadonlyMap<string, Buffer>): void {
  const incoming = join(folder, INCOMING)
  rmSync(incoming, { recursive: true, force: true })
  try {
    for (const [name, content] of files) {
      mkdirSync(dirname(join(incoming, name)), { recursive: true, mode: 0o700 })
      writeAtomic(join(incoming, name), content)
    }
  } catch (error) {
    rmSync(incoming, { recursive: true, force: true })
    throw error instanceof ProblemError ? error : writeProblem(incoming, error)
  }
}

/** Makes a locked folder the home that was taken in. What stood there is put aside, in a folder beside it that is returned. The device's key
 *  comes last: an import that was cut short can be done again. Throws what renaming throws. */
export function moveIn(folder: string): string | undefined {
  const incoming = join(folder, INCOMING)
  const putAside = stands(folder) ? putEverythingAside(folder) : undefined
  const names = readdirSync(incoming, { recursive: true, encoding: 'utf8' }).filter((name) => lstatSync(join(incoming, name)).isFile())
  const key = join(KEY)
  for (const name of [...names.filter((each) => each !== key), key]) {
    mkdirSync(dirname(join(folder, name)), { recursive: true, mode: 0o700 })
    renameSync(join(incoming, name), join(folder, name))
  }
  rmSync(incoming, { recursive: true })
  return putAside
}

function secretOf(code: string): string {
  const secret = readRecoveryCode(code)
  if (secret === undefined) throw new ProblemError(problem('recovery-code-mistyped', {}))
  return secret
}

/** `path`: what its owner calls it. Throws ProblemError `recovery-code-mistyped`, `recovery-code-wrong`, `export-unusable`. */
export function openHome(sealed: Uint8Array, code: string, path: string): ReadonlyMap<string, Buffer> {
  const secret = secretOf(code)
  const unusable = unusableAt(path)
  const unsealed = unseal(sealed, secret)
  if (!unsealed.ok) throw unsealed.why === 'wrong' ? new ProblemError(problem('recovery-code-wrong', { path })) : unusable(unsealed.why)
  // Whoever knows the code may have made it; nothing in it may lead elsewhere.
  const moved = Moved.safeParse(parseJson(unsealed.plain.toString('utf8')))
  if (!moved.success) throw unusable('not-an-export')
  const files = new Map(Object.entries(moved.data.files).map(([name, content]) => [name, Buffer.from(content, 'base64')]))
  const isForeign = [...files.keys()].some((name) => STAYS.test(name)) || files.size > MAX_FILES
  if (isForeign || !isIdentity(files.get(KEY))) throw unusable('not-an-export')
  return files
}

function isIdentity(pem: Buffer | undefined): boolean {
  try {
    return pem !== undefined && identityFromPem(pem.toString('utf8')) !== undefined
  } catch {
    return false
  }
}

const unusableAt =
  (path: string) =>
  (reason: string): ProblemError =>
    new ProblemError(problem('export-unusable', { path, reason }))

function readBounded(path: string): Buffer {
  try {
    if (lstatSync(path).size > MAX_SEALED_BYTES) throw unusableAt(path)('export-too-large')
    return readFileSync(path)
  } catch (error) {
    if (error instanceof ProblemError) throw error
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new ProblemError(problem('file-unreadable', { path, reason }), { cause: error })
  }
}

function putEverythingAside(folder: string): string {
  const aside = join(folder, `replaced-${new Date().toISOString().replace(/[:.]/g, '-')}`)
  mkdirSync(aside, { mode: 0o700 })
  // The key last: a kill in between leaves a home that has lost settings, never settings that have lost their home.
  const names = readdirSync(folder).filter((name) => name !== INCOMING && !/^(lock\.db.*|replaced-.*)$/.test(name))
  for (const name of [...names.filter((each) => each !== 'secrets'), 'secrets']) renameSync(join(folder, name), join(aside, name))
  return aside
}
