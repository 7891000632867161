/** Does this computer run on a battery of its own? Then it is carried about, and falls asleep when nobody uses it. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runTool } from './run-tool.ts'

const TOOL_TIMEOUT_MS = 4000

/** Null: it does not say. */
export async function hasBattery(signal: AbortSignal): Promise<boolean | null> {
  try {
    if (process.platform === 'linux') return await hasLinuxBattery('/sys/class/power_supply', signal)
    if (process.platform === 'darwin') return tellsBattery(await runTool('/usr/bin/pmset', ['-g', 'batt'], TOOL_TIMEOUT_MS, signal))
    if (process.platform === 'win32') return (await askWindows(signal)).trim() !== ''
  } catch {
    signal.throwIfAborted()
  }
  return null
}

/** A mouse and a headset have batteries too: theirs have the scope `Device` (Documentation/ABI/testing/sysfs-class-power). */
export async function hasLinuxBattery(folder: string, signal: AbortSignal): Promise<boolean> {
  const read = (name: string, file: string): Promise<string> =>
    readFile(join(folder, name, file), { encoding: 'latin1', signal }).then(
      (text) => text.trim(),
      () => '',
    )
  const supplies = await readdir(folder).catch(() => [])
  const own = await Promise.all(
    supplies.map(
      async (name) =>
        (await read(name, 'type')) === 'Battery' && (await read(name, 'scope')) !== 'Device' && (await read(name, 'present')) !== '0',
    ),
  )
  return own.includes(true)
}

/** A line for each: ` -InternalBattery-0 (id=…)	100%; charged; …` (man pmset). A UPS is named otherwise. */
export const tellsBattery = (text: string): boolean => /^ -InternalBattery/m.test(text)

const askWindows = (signal: AbortSignal): Promise<string> =>
  runTool(
    'powershell.exe',
    ['-NoProfile', '-NonInteractive', '-Command', '(Get-CimInstance -ClassName Win32_Battery).DeviceID'],
    TOOL_TIMEOUT_MS,
    signal,
  )
