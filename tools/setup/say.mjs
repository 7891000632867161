// How npm start and npm test talk: calm lines with elapsed time, and one `error <code>: <sentence>` line where it ends badly.
const heartbeatMs = 10_000

/** Something the person can act on. `code` is for scripts, the message is one sentence. */
export class Failure extends Error {
  constructor(code, sentence, options) {
    super(sentence, options)
    this.code = code
  }
}

/** For an end whose `error` line a child has already written. */
export class AlreadySaid extends Error {}

export const say = (line) => console.log(line)

/** Says that `title` begins, every 10 s that it goes on, and how long it took; returns what `work` returns. */
export async function step(title, work) {
  const startedMs = performance.now()
  const elapsed = () => `${Math.round((performance.now() - startedMs) / 1000)} s`
  say(`· ${title} …`)
  const heartbeat = setInterval(() => say(`· ${title}: still going after ${elapsed()}`), heartbeatMs)
  try {
    const result = await work()
    say(`· ${title}: done in ${elapsed()}`)
    return result
  } finally {
    clearInterval(heartbeat)
  }
}

/** Runs `main` and turns its outcome into the exit code. Only unforeseen errors show a stack. */
export async function runMain(main) {
  try {
    process.exitCode = await main()
  } catch (error) {
    if (!(error instanceof AlreadySaid))
      console.error(error instanceof Failure ? `error ${error.code}: ${error.message}` : `error internal: ${error.stack}`)
    process.exitCode = 1
  }
}
