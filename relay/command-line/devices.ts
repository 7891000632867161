/** Who is here, how much of the relay they use, and who is shut out. A running relay notices what is set within a second or two. */

import { type DeviceFacts, deviceFacts } from '../registry/device-facts.ts'
import type { MonthlyBytes } from '../registry/traffic.ts'
import { A_LABEL, defineCommand, deviceNamed, print, printJson, timeText, UsageError, withRegistry } from './command.ts'

const GB = 1e9

export const devices = defineCommand({
  name: 'devices',
  synopsis: '[--json]',
  purpose: 'one line a device: its label, when it was last here, since or from when it is suspended',
  flags: { json: { type: 'boolean' } },
  read: ({ json }) => json === true,
  run: (json, folder) =>
    withRegistry(folder, (registry) => {
      const found = deviceFacts(registry, registry.devices(), Date.now())
      if (json) printJson({ devices: found })
      else for (const device of found) print(lineOf(device))
      return 0
    }),
})

const lineOf = ({ label, lastSeenAtMs, suspendedAtMs }: DeviceFacts): string =>
  `${label}  seen ${timeText(lastSeenAtMs)}${suspendedAtMs === null ? '' : `  suspended ${timeText(suspendedAtMs)}`}`

export const device = defineCommand({
  name: 'device',
  synopsis: 'LABEL [--json]',
  purpose: 'all about one device: its services, links and ports, what it was carried this month, what it may be carried',
  flags: { json: { type: 'boolean' } },
  operand: A_LABEL,
  read: ({ json }, label) => ({ json: json === true, label }),
  run: ({ json, label }, folder) =>
    withRegistry(folder, (registry) => {
      const [facts] = deviceFacts(registry, [deviceNamed(registry, label)], Date.now())
      if (json) printJson({ device: facts })
      else if (facts) for (const line of describe(facts)) print(line)
      return 0
    }),
})

function describe(facts: DeviceFacts): string[] {
  const {
    label,
    createdAtMs,
    lastSeenAtMs,
    suspendedAtMs,
    services,
    ownHosts,
    linksCount,
    takenDown,
    month,
    inBytes,
    outBytes,
    monthlyBytes,
  } = facts
  const gb = (bytes: number): string => (bytes / GB).toFixed(3)
  return [
    label,
    `  here since    ${timeText(createdAtMs)}`,
    `  last seen     ${timeText(lastSeenAtMs)}`,
    ...(suspendedAtMs === null ? [] : [`  suspended     ${timeText(suspendedAtMs)}`]),
    ...services.map(({ name, kind, port }) => `  service       ${name} (${kind})${port === null ? '' : ` at port ${port}`}`),
    ...ownHosts.map((host) => `  own name      ${host}`),
    `  share links   ${linksCount}`,
    ...takenDown.map(({ kind, name, reason }) => `  taken down    ${kind} ${name}${reason === null ? '' : `: ${reason}`}`),
    `  ${month}       ${gb(inBytes)} GB in, ${gb(outBytes)} GB out, of ${monthlyBytes === null ? 'no limit' : `${gb(monthlyBytes)} GB`}`,
  ]
}

export const suspend = defineCommand({
  name: 'suspend',
  synopsis: 'LABEL [--at TIME]',
  purpose: 'shut a device out, now or at a time such as 2030-01-31T18:00Z, which it is told beforehand',
  flags: { at: { type: 'string' } },
  operand: A_LABEL,
  read({ at }, label) {
    const atMs = at === undefined ? undefined : Date.parse(at)
    if (Number.isNaN(atMs)) throw new UsageError('--at needs a time such as 2030-01-31T18:00Z')
    return { label, atMs }
  },
  run: ({ label, atMs = Date.now() }, folder) => setSuspension(folder, label, atMs),
})

export const resume = defineCommand({
  name: 'resume',
  synopsis: 'LABEL',
  purpose: 'let it in again',
  flags: {},
  operand: A_LABEL,
  read: (_values, label) => label,
  run: (label, folder) => setSuspension(folder, label, null),
})

const setSuspension = (folder: string, label: string, atMs: number | null): number =>
  withRegistry(folder, (registry) => {
    registry.suspendDevice(deviceNamed(registry, label).key, atMs)
    return 0
  })

export const quota = defineCommand({
  name: 'quota',
  synopsis: 'LABEL --gb NUMBER|unlimited|default',
  purpose: 'how many gigabytes (10⁹ bytes) the relay carries for this device in a calendar month, both ways together',
  flags: { gb: { type: 'string' } },
  operand: A_LABEL,
  read({ gb }, label) {
    if (gb === undefined) throw new UsageError('quota needs --gb: a number, unlimited or default')
    return { label, monthlyBytes: gb === 'default' ? undefined : gb === 'unlimited' ? null : gigabytes('--gb', gb) }
  },
  run: ({ label, monthlyBytes }, folder) =>
    withRegistry(folder, (registry) => {
      registry.setQuota(deviceNamed(registry, label).key, monthlyBytes)
      return 0
    }),
})

/** Throws {@link UsageError}. */
export function gigabytes(flag: string, text: string): NonNullable<MonthlyBytes> {
  const bytes = Math.round(Number(text) * GB)
  if (!/^\d{1,7}(\.\d{1,3})?$/.test(text) || bytes === 0) throw new UsageError(`${flag} needs a number of gigabytes, such as 500 or 0.5`)
  return bytes
}
