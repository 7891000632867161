// What the scenarios of one run counted of the causes that owners were shown (test/scenarios/causes.ts), summed up.
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** One line, and one more for each cause that was wrong or missed; null when none of them ran since. @param {string} folder @param {number} sinceMs */
export function rootsLine(folder, sinceMs) {
  const kept = globSync('roots-*.json', { cwd: folder }).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')))
  const figures = kept.filter(({ atMs }) => atMs >= sinceMs).flatMap(({ findings }) => findings)
  if (figures.length === 0) return null
  const sum = (of) => figures.reduce((total, each) => total + of(each), 0)
  const [right, wrong, missed] = [sum((each) => each.right), sum((each) => each.wrong.length), sum((each) => each.missed.length)]
  const share = (bad) => (bad === 0 ? 1 : right / (right + bad)).toFixed(3)
  const told = figures.flatMap((each) => [
    ...each.wrong.map((cause) => `\n  wrong: ${cause}`),
    ...each.missed.map((cause) => `\n  missed: ${cause}`),
  ])
  return `what to mend first: precision ${share(wrong)}, recall ${share(missed)}, ${right} causes right${told.join('')}`
}
