/** What lies in a folder, as a page: folders first, sorted as the reader's language sorts, a bounded number at a time. */
import type { Stats } from 'node:fs'
import { opendir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type AllWords, LANGUAGES, type Language } from '../../languages/index.ts'
import { isInside, type Root } from './open.ts'
import { escaped, pageOf } from './page.ts'
import { addressOf, isShown } from './path.ts'

/** A folder with a million files takes no more memory, nor time, than this many. */
export const MAX_ENTRIES = 10_000
export const ENTRIES_A_PAGE = 500

interface Entry {
  readonly name: string
  readonly isFolder: boolean
}

interface Row extends Entry {
  readonly size: number
  readonly modifiedMs: number
}

export interface Listing {
  readonly rows: readonly Row[]
  readonly page: number
  readonly pages: number
  /** Of more than can be shown, some were left out. */
  readonly isCut: boolean
}

/** `place`: the open folder as a path. `page` begins with 1; one that is not there is the nearest. Rejects with the system's error. */
export async function list(root: Root, place: string, page: number, language: Language): Promise<Listing> {
  const { entries, isCut } = await entriesOf(root, place)
  const collator = new Intl.Collator(language, { numeric: true })
  entries.sort((a, b) => Number(b.isFolder) - Number(a.isFolder) || collator.compare(a.name, b.name))
  const pages = Math.max(1, Math.ceil(entries.length / ENTRIES_A_PAGE))
  const shown = Math.min(Math.max(1, page), pages)
  const rows: Row[] = []
  for (const entry of entries.slice((shown - 1) * ENTRIES_A_PAGE, shown * ENTRIES_A_PAGE)) {
    const found = await stat(join(place, entry.name)).catch(() => undefined)
    // It has gone since, or became something else.
    if (found && kindOf(found) === (entry.isFolder ? 'folder' : 'file'))
      rows.push({ ...entry, size: found.size, modifiedMs: found.mtimeMs })
  }
  return { rows, page: shown, pages, isCut }
}

async function entriesOf(root: Root, place: string): Promise<{ entries: Entry[]; isCut: boolean }> {
  const entries: Entry[] = []
  const real = await realpath(place)
  for await (const found of await opendir(place, { bufferSize: 256 })) {
    if (!isShown(found.name)) continue
    const kind = found.isDirectory() ? 'folder' : found.isFile() ? 'file' : await kindBehind(root, join(place, found.name))
    if (!kind) continue
    if (entries.length === MAX_ENTRIES) return { entries, isCut: true }
    // What a link leads to has been looked at; a folder proper really lies where it is found.
    if (found.isDirectory() && !isInside(root, join(real, found.name))) continue
    entries.push({ name: found.name, isFolder: kind === 'folder' })
  }
  return { entries, isCut: false }
}

const kindOf = (stats: Stats): 'file' | 'folder' | undefined => (stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : undefined)

/** Of a link, and where the file system does not say what an entry is (DT_UNKNOWN): what it leads to, where that may be seen. */
async function kindBehind(root: Root, path: string): Promise<'file' | 'folder' | undefined> {
  try {
    return isInside(root, await realpath(path)) ? kindOf(await stat(path)) : undefined
  } catch {
    return undefined
  }
}

/** `names`: where the folder lies. */
export function listingPage(names: readonly string[], { rows, page, pages, isCut }: Listing, language: Language): string {
  const words = LANGUAGES[language]
  const { folder } = words
  const title = names.at(-1) ?? folder.home
  const body = `${way(names, words)}
<main>
<h1>${escaped(title)}</h1>
${isCut ? `<p class="note">${escaped(folder.tooMany(new Intl.NumberFormat(words.locale).format(MAX_ENTRIES)))}</p>` : ''}
${rows.length === 0 ? `<p>${escaped(folder.empty)}</p>` : table(names, rows, words)}
${pages > 1 ? turning(page, pages, words) : ''}
</main>`
  return pageOf(title, body, words)
}

function way(names: readonly string[], { folder }: AllWords): string {
  if (names.length === 0) return ''
  const steps = [folder.home, ...names.slice(0, -1)].map(
    (name, index) => `<li><a href="${addressOf(names.slice(0, index), true)}">${escaped(name)}</a>`,
  )
  return `<nav aria-label="${escaped(folder.way)}"><ol>${steps.join('')}</ol></nav>`
}

function table(names: readonly string[], rows: readonly Row[], words: AllWords): string {
  const { folder, locale } = words
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
  const lines = rows.map(({ name, isFolder, size, modifiedMs }) => {
    const spoken = isFolder ? `<span class="hidden">${escaped(folder.folder)} </span>` : ''
    return `<tr class="${isFolder ? 'folder' : 'file'}"><th scope="row"><a href="${addressOf([...names, name], isFolder)}">${spoken}${escaped(name)}</a></th>\
<td class="size">${isFolder ? '' : escaped(formatSize(size, locale))}</td>\
<td class="when"><time datetime="${new Date(modifiedMs).toISOString()}">${escaped(moment.format(modifiedMs))}</time></td></tr>`
  })
  return `<table>
<thead><tr><th scope="col">${folder.name}</th><th scope="col" class="size">${folder.size}</th><th scope="col" class="when">${folder.changed}</th></tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table>`
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const

export function formatSize(bytes: number, locale: string): string {
  const step = bytes < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3))
  const options = { style: 'unit', unit: UNITS[step], unitDisplay: step === 0 ? 'long' : 'short', maximumSignificantDigits: 3 } as const
  return new Intl.NumberFormat(locale, options).format(bytes / 1000 ** step)
}

function turning(page: number, pages: number, { folder }: AllWords): string {
  const link = (to: number, rel: string, text: string): string => `<a rel="${rel}" href="?page=${to}">${escaped(text)}</a>`
  const parts = [
    page > 1 ? link(page - 1, 'prev', folder.previous) : '',
    `<span>${escaped(folder.page(page, pages))}</span>`,
    page < pages ? link(page + 1, 'next', folder.next) : '',
  ]
  return `<nav class="turn" aria-label="${escaped(folder.pages)}">${parts.join('')}</nav>`
}
