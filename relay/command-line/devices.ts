/** Who is here, and who is shut out: `devices`, `suspend`, `resume`. A running relay notices within seconds. */
import { A_LABEL, defineCommand, deviceNamed, print, timeText, UsageError, withRegistry } from './command.ts'

export const devices = defineCommand({
  name: 'devices',
  synopsis: '',
  purpose: 'one line a device: its label, when it was last here, since or from when it is suspended',
  flags: {},
  read: () => undefined,
  run: (_options, folder) =>
    withRegistry(folder, (registry) => {
      for (const { label, lastSeenAtMs, suspendedAtMs } of registry.devices())
        print(`${label}  seen ${timeText(lastSeenAtMs)}${suspendedAtMs === null ? '' : `  suspended ${timeText(suspendedAtMs)}`}`)
      return 0
    }),
})

export const suspend = defineCommand({
  name: 'suspend',
  synopsis: 'LABEL [--at TIME]',
  purpose: 'shut a device out, now or at a time such as 2030-01-31T18:00Z',
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
