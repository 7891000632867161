/** `porchlight status`: what the page shows, for terminals and scripts. The JSON is version 1, documented in docs/command-line.md. */
import { describeDetour, describeLight, type Told, type Words } from '../../languages/index.ts'
import { describeProblem } from '../../languages/problems.ts'
import { formatEndpoint } from '../../protocol/model/address.ts'
import { type Problem, ProblemError, problem } from '../../protocol/problem.ts'
import { lightOf, lightOfService, type ServiceView, type Snapshot } from '../../protocol/snapshot.ts'
import { withEngine } from './ask.ts'
import { command, readFlags, SWITCH } from './command.ts'

interface StatusOptions {
  readonly json: boolean
  /** Print again whenever something changes, until the engine or the reader goes. */
  readonly watch: boolean
}

export const status = command<StatusOptions>({
  usage: 'status [--json] [--watch]',
  read(args) {
    const { json, watch, data } = readFlags(args, { json: SWITCH, watch: SWITCH }).values
    return { json: json === true, watch: watch === true, data }
  },
  run: showStatus,
})

async function showStatus(folder: string, { json, watch }: StatusOptions, words: Words): Promise<void> {
  const print = (snapshot: Snapshot): void =>
    void process.stdout.write(json ? `${JSON.stringify(withProse(snapshot, words))}\n` : asText(snapshot, words))
  await withEngine(folder, async (engine, _closed, snapshot) => {
    if (!watch) {
      print(await snapshot())
      return
    }
    process.stdout.on('error', () => process.exit(0))
    await new Promise<void>((_resolve, reject) => engine.snapshot({}, print, reject)).catch(() => {
      throw new ProblemError(problem('engine-absent', { data: folder }))
    })
  })
}

/** What `status --json` prints. */
export type Status = Omit<Snapshot, 'problems'> & { readonly problems: readonly (Problem & Omit<Told, 'title'>)[] }

/** Scripts get the problem's code; people who read the JSON get its words too. */
export function withProse(snapshot: Snapshot, words: Words): Status {
  const problems = snapshot.problems.map((found) => {
    const { title: _, ...prose } = describeProblem(found, words)
    return { ...found, ...prose }
  })
  return { ...snapshot, problems }
}

/** What a visitor types: a URL, or for raw services a host and a port. Null before any relay has given a name. */
export function publicAddressOf({ publicUrl, publicAddress }: ServiceView): string | null {
  return publicUrl ?? (publicAddress && formatEndpoint({ address: publicAddress.host, port: publicAddress.port }))
}

function asText(snapshot: Snapshot, words: Words): string {
  const lines = [describeLight(lightOf(snapshot), snapshot.rehearsal, words).sentence, '']
  const { chain } = words.page
  for (const { url, state, transport, rttMs, serves } of snapshot.relays) {
    const is = { none: 'none', connecting: 'connecting', connected: 'ready', waiting: 'closed', refused: 'closed' } as const
    const delay = rttMs === null ? '' : chain.delay(rttMs)
    const role = serves && snapshot.relays.length > 1 ? `, ${chain.relayServes}` : ''
    lines.push(`${chain.relay}  ${url}  ${chain.relayIs[is[state]]}${describeDetour(transport, words)}${delay}${role}`)
  }
  if (snapshot.relays.length > 0) lines.push('')
  for (const service of snapshot.services) {
    lines.push(`${service.name}  ${service.target}  ${words.serviceLight[lightOfService(service)]}`)
    const address = publicAddressOf(service)
    if (address) lines.push(`    ${address}`)
    if (service.shareLink) lines.push(`    ${service.shareLink}`)
  }
  for (const found of snapshot.problems) {
    const { title, cause, consequence, remedy } = describeProblem(found, words)
    lines.push('', title, ...[cause, consequence, remedy].map((part) => `    ${part}`))
  }
  return `${lines.join('\n')}\n`
}
