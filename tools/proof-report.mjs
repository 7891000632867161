// What `npm run proof` prints at its end, and what it writes into docs/proof/. Pure but for the machine's own description.
import { cpus, totalmem } from 'node:os'

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`

/** One line a part, in the order of the parts. */
export function tableOf(parts, state) {
  const width = Math.max(...parts.map(({ name }) => name.length))
  return parts
    .map(({ name }) => {
      const outcome = state.parts[name]
      return `${name.padEnd(width)}  ${outcome ? `${outcome.passed ? 'passed' : 'FAILED'}  ${seconds(outcome.durationMs)}` : 'not run'}`
    })
    .join('\n')
}

/** The page for docs/proof/. */
export function reportOf(parts, state) {
  const run = parts.filter(({ name }) => state.parts[name])
  const notRun = parts.filter(({ name }) => !state.parts[name]).map(({ name }) => name)
  const failed = run.filter(({ name }) => !state.parts[name].passed)
  const rows = run.map(({ name }) => {
    const { passed, detail, durationMs } = state.parts[name]
    return `| ${name} | ${passed ? 'passed' : '**failed**'} | ${seconds(durationMs)} | ${detail.replaceAll('|', '\\|')} |`
  })
  const dates = [...new Set(run.map(({ name }) => state.parts[name].endedAt.slice(0, 10)))].join(', ')
  return `# Proof of ${state.commit}

Made by \`npm run proof\` on ${dates || 'no day yet'}: ${process.platform} ${process.arch}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB of memory, Node ${process.versions.node}.
${run.length - failed.length} of ${parts.length} parts passed, ${failed.length} failed, ${notRun.length} were not run.

| Part | Outcome | Took | What was seen |
|---|---|---|---|
${rows.join('\n')}

Every fuzz part has passed only if no input threw anything but the parser's own error, none took more than a second of processor time, and
memory grew by no more than 160 MB; the same seed gives the same digest again. The slowest input is by the clock, which also counts what
else the machine did meanwhile.

${notRun.length === 0 ? 'Nothing was left out.' : `Not run: ${notRun.join(', ')}.`}
`
}
