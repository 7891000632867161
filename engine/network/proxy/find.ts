/** Which HTTP proxy this computer is to use for a host: what the environment says, else the desktop's or the system's settings.
 *  Scripts that choose one (PAC, WPAD) are not run: that would take a JavaScript engine for foreign code. */
import { runTool } from '../run-tool.ts'
import { readDarwin, SCUTIL } from './darwin.ts'
import { readEnvironment } from './environment.ts'
import { GSETTINGS, readGnome } from './gnome.ts'
import { isExcepted, type ProxySettings } from './settings.ts'
import { REG_QUERY, readWin32 } from './win32.ts'

const TOOL_TIMEOUT_MS = 3000

/** Read anew at each call: people change it while we run. Undefined where there is none. Never throws. */
export async function findProxy(host: string, signal: AbortSignal): Promise<URL | undefined> {
  const settings = readEnvironment(process.env) ?? (await readSystem(signal).catch(() => undefined))
  return settings && !isExcepted(host.replace(/^\[|\]$/g, ''), settings.except) ? settings.proxy : undefined
}

async function readSystem(signal: AbortSignal): Promise<ProxySettings | undefined> {
  const run = (file: string, args: readonly string[]): Promise<string> => runTool(file, args, TOOL_TIMEOUT_MS, signal)
  switch (process.platform) {
    case 'darwin':
      return readDarwin(await run('scutil', SCUTIL))
    case 'win32':
      return readWin32(await run('reg', REG_QUERY))
    default:
      return readGnome(await run('gsettings', GSETTINGS))
  }
}
