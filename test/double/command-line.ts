/** The command line as Electron reads it: `electron [-r MODULE] [--switch[=value]]… APP [arguments of the app]`. */
import { resolve } from 'node:path'

const switches = new Map<string, string>()

export function readCommandLine(args: readonly string[]): { inspectPort: number | undefined; requires: string[]; appPath: string } {
  const requires: string[] = []
  let inspectPort: number | undefined
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? ''
    if (arg === '-r' || arg === '--require') requires.push(args[++at] ?? '')
    else if (arg.startsWith('--inspect')) inspectPort = Number(arg.split('=')[1] ?? 9229)
    else if (arg.startsWith('--')) commandLine.appendSwitch(...splitSwitch(arg))
    else return { inspectPort, requires, appPath: resolve(arg) }
  }
  return { inspectPort, requires, appPath: process.cwd() }
}

const splitSwitch = (arg: string): [string, string] => {
  const [, name = '', value = ''] = /^--([^=]*)=?(.*)$/.exec(arg) ?? []
  return [name, value]
}

/** `app.commandLine`. Switches count until Chromium starts, which is before the app's main module runs. */
export const commandLine = {
  appendSwitch: (name: string, value = ''): void => void switches.set(name, value),
  hasSwitch: (name: string): boolean => switches.has(name),
  getSwitchValue: (name: string): string => switches.get(name) ?? '',
  removeSwitch: (name: string): void => void switches.delete(name),
}

export const chromiumSwitches = (): string[] => [...switches].map(([name, value]) => (value === '' ? `--${name}` : `--${name}=${value}`))
