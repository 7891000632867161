/** Ask one of the operating system's own tools, and wait for its answer no longer than it deserves. */

import { execFile } from 'node:child_process'

/** Standard output as text. Rejects when the tool is missing, ends with a code that is not among `good`, says more than 1 MB or takes longer
 *  than `timeoutMs`. */
export function runTool(
  file: string,
  args: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
  good: readonly number[] = [0],
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      file,
      [...args],
      { timeout: timeoutMs, signal, maxBuffer: 1_000_000, windowsHide: true, env: { ...process.env, LC_ALL: 'C' } },
      (error, stdout) => (error && !good.includes(error.code as number) ? reject(error) : resolve(stdout)),
    )
  })
}
