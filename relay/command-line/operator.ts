/** What needs a running relay: `page`, `health`. */
import http from 'node:http'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Health } from '../operator/health.ts'
import { pageOf } from '../operator/operator.ts'
import { warningsOf } from '../operator/views.ts'
import { defineCommand, print, timeText, withRegistry } from './command.ts'

/** How long a printed address may wait for its browser. */
const ADDRESS_FOR_MS = 10 * 60_000
const ANSWER_MS = 10_000
const MAX_ANSWER_BYTES = 65_536

/** Throws ProblemError `relay-not-running`. */
function running(folder: string): string {
  const url = pageOf(folder)
  if (url === undefined) throw new ProblemError(problem('relay-not-running', { data: folder }))
  return url
}

export const page = defineCommand({
  name: 'page',
  synopsis: '',
  purpose: 'print an address of the operator’s page: it lets one browser of this machine in, once, within ten minutes',
  flags: {},
  read: () => undefined,
  async run(_options, folder) {
    const url = running(folder)
    await healthAt(url, folder)
    const key = withRegistry(folder, (registry) => registry.createPageKey(Date.now() + ADDRESS_FOR_MS))
    print(`${url}/login?key=${key}`)
    const { port, host } = new URL(url)
    process.stderr.write(`from elsewhere, first: ssh -L ${port}:${host} THIS-MACHINE\n`)
    return 0
  },
})

export const health = defineCommand({
  name: 'health',
  synopsis: '[--json]',
  purpose: 'how the running relay is; ends with 1 when something must be looked after',
  flags: { json: { type: 'boolean' } },
  read: ({ json }) => json === true,
  async run(json, folder) {
    const found = await healthAt(running(folder), folder)
    const warnings = warningsOf(found)
    if (json) print(JSON.stringify({ ...found, warnings }))
    else for (const line of describe(found, warnings)) print(line)
    return warnings.length === 0 ? 0 : 1
  },
})

/** Throws ProblemError `relay-not-running`, also for what a killed relay left behind. */
async function healthAt(url: string, folder: string): Promise<Health> {
  const text = await ask(`${url}/health.json`).catch((error: unknown) => {
    throw new ProblemError(problem('relay-not-running', { data: folder }), { cause: error })
  })
  return JSON.parse(text) as Health
}

function describe(
  { version, url, sinceMs, certificateUntilMs, eyes, dns, disk, memory, figures }: Health,
  warnings: readonly string[],
): string[] {
  const gb = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
  const sees = Object.entries(eyes).map(([family, ageS]) => `${family} ${ageS === null ? 'blind' : 'sees'}`)
  return [
    `${url}  version ${version}, running since ${timeText(sinceMs)}`,
    `  certificate   ${certificateUntilMs === null ? 'none' : `until ${timeText(certificateUntilMs)}`}`,
    `  own eyes      ${sees.join(', ')}`,
    `  name server   ${dns}`,
    `  disk          ${gb(disk.freeBytes)} of ${gb(disk.totalBytes)} free`,
    `  memory        ${gb(memory.usedBytes)} used`,
    `  devices       ${figures.connected} of ${figures.registered} connected, ${figures.suspended} suspended`,
    `  carrying      ${figures.streams} streams, ${figures.flows} flows`,
    ...warnings.map((warning) => `look after: ${warning}`),
  ]
}

function ask(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { signal: AbortSignal.timeout(ANSWER_MS), agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
        if (text.length > MAX_ANSWER_BYTES) request.destroy(new Error('more than an answer'))
      })
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`status ${response.statusCode}`))))
      response.on('error', reject)
    })
    request.on('error', reject)
  })
}
