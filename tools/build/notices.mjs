// The licences of what the bundles contain, from the files that really went in.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of the package that owns `file`, or undefined for our own sources and the bundler's virtual modules. */
function packageFolderOf(file) {
  const path = file.replace(/^\0/, '').replace(/\?.*$/, '')
  if (!path.includes(`node_modules`) || !existsSync(path)) return undefined
  let folder = dirname(path)
  // Inner package.json files without a name only set the module type (axios, acme-client's builds).
  while (!isPackage(folder)) folder = dirname(folder)
  return folder
}

function isPackage(folder) {
  const file = join(folder, 'package.json')
  return existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version !== undefined
}

function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
  const bodies = texts.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim())
  return { title: `${name} ${version} (${license ?? 'see text'})`, body: bodies.join('\n\n') }
}

/** The text of dist/THIRD-PARTY.txt for the bundled `files` (absolute paths; ours and repeated ones are ignored). */
export function noticesOf(files) {
  const folders = new Set(files.map(packageFolderOf).filter((folder) => folder !== undefined))
  const notices = [...folders].map(noticeOf).sort((a, b) => a.title.localeCompare(b.title, 'en'))
  const rule = '-'.repeat(72)
  const sections = notices.map(({ title, body }) => [rule, title, rule, body || 'No licence text in the package.'].join('\n'))
  return ['Porchlight contains the following packages.', ...sections].join('\n\n').concat('\n')
}
