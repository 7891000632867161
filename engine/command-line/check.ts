/** `porchlight check`: what a service would show to strangers; and what `add` and `link` say of it beside what scripts read. */
import { setTimeout as sleep } from 'node:timers/promises'
import { describeFinding, type Words } from '../../languages/index.ts'
import type { Finding, Weight } from '../../protocol/finding.ts'
import type { Snapshot } from '../../protocol/snapshot.ts'
import { withEngine } from './ask.ts'
import { command, readOne, SWITCH } from './command.ts'

export const check = command({
  usage: 'check NAME [--try-default-logins] [--json]   what it would show to strangers',
  read(args) {
    const { values, word } = readOne(args, 'check needs the name of one service', { json: SWITCH, 'try-default-logins': SWITCH })
    return { service: word, json: values.json === true, tryDefaultLogins: values['try-default-logins'] === true, data: values.data }
  },
  run: (folder, { service: name, json, tryDefaultLogins }, words) =>
    withEngine(folder, async (engine) => {
      const { atMs, findings } = await engine.checkService({ name, tryDefaultLogins })
      const told = findings.map((found) => ({ ...found, ...describeFinding(found, words) }))
      process.stdout.write(json ? `${JSON.stringify({ v: 1, atMs, findings: told })}\n` : tell(findings, words))
    }),
})

function tell(findings: readonly Finding[], words: Words): string {
  const { safety } = words
  return findings
    .map((found) => {
      const { what, next } = describeFinding(found, words)
      return `${safety.weight[found.weight]}: ${what}\n${found.weight === 'fine' ? '' : `  ${safety.next}: ${next}\n`}`
    })
    .join('')
}

const WORTH_SAYING: readonly Weight[] = ['danger', 'warning']

/** On standard error, before the address or the link is printed. */
export function warnOf(findings: readonly Finding[] | undefined, words: Words): void {
  process.stderr.write(tell(findings?.filter(({ weight }) => WORTH_SAYING.includes(weight)) ?? [], words))
}

const LOOK_EVERY_MS = 100
const LOOKS = 30

/** Until it has been looked at, or does not answer; at most three seconds. */
export async function untilLookedAt(snapshot: () => Promise<Snapshot>, name: string): Promise<Snapshot['services'][number] | undefined> {
  for (let look = 0; ; look++) {
    const service = (await snapshot()).services.find((each) => each.name === name)
    if (!service || service.safety || service.problem || look === LOOKS) return service
    await sleep(LOOK_EVERY_MS)
  }
}
