// A child that prints `ready <address>` when it serves, and its bounded, orderly end.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** `onLine` gets each line of its standard error. In a process group of its own: a Ctrl-C must reach us alone, so that we end
 *  the engine before the relay that it still has to tell. */
export function startChild(command, args, { env = process.env, onLine = (line) => process.stderr.write(`${line}\n`) } = {}) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32', windowsHide: true })
  // Whatever ends us, short of a SIGKILL, must not leave it running with nobody to stop it: it has no terminal of its own.
  const endWithUs = () => child.kill('SIGKILL')
  process.once('exit', endWithUs)
  child.once('close', () => process.off('exit', endWithUs))
  let errorLine
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.startsWith('error ')) errorLine = line
    onLine(line)
  })
  const ready = new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => line.startsWith('ready ') && resolve(line.slice('ready '.length)))
  })
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, reason: error.message }))
    child.once('close', (code, signal) => resolve({ code, reason: signal ? `ended by ${signal}` : `exit code ${code}` }))
  })
  return { child, ready, ended, errorLine: () => errorLine }
}

/** SIGTERM, then SIGKILL after `graceMs`. Resolves when it is gone. */
export async function stopChild({ child, ended }, graceMs) {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs)
  await ended
  clearTimeout(timer)
}
