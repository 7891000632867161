/** The figures in docs/performance.md: what stands between two marks there is written by the bench itself, all else by hand. */
import { readFileSync, writeFileSync } from 'node:fs'

/** Puts `text` between `<!-- bench NAME -->` and `<!-- end -->` of the Markdown file. Throws when the file has no such marks. */
export function writeBetweenMarks(file: string, name: string, text: string): void {
  const [before, marked] = splitAt(readFileSync(file, 'utf8'), `<!-- bench ${name} -->`, file)
  const [, after] = splitAt(marked, '<!-- end -->', file)
  writeFileSync(file, `${before}<!-- bench ${name} -->\n${text.trim()}\n<!-- end -->${after}`)
}

function splitAt(text: string, mark: string, file: string): [string, string] {
  const at = text.indexOf(mark)
  if (at < 0) throw new Error(`${file} has no ${mark}`)
  return [text.slice(0, at), text.slice(at + mark.length)]
}
