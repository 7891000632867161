/** `porchlight name check HOST`: which records lead a domain of the owner's own here, and which of them stand. */
import type { Words } from '../../languages/index.ts'
import type { EngineContract } from '../../protocol/contract.ts'
import type { OwnDomain, OwnDomainRecord } from '../../protocol/model/own-domain.ts'
import { isSetUp } from '../../protocol/model/own-domain.ts'
import type { Client } from '../../protocol/rpc.ts'

/** The engine itself asks for twelve seconds. */
const TIMEOUT_MS = 20_000

export async function checkDomain(
  { host, service, json }: { readonly host: string; readonly service: string; readonly json: boolean },
  engine: Client<EngineContract>,
  words: Words,
): Promise<void> {
  const found = await engine.checkOwnDomain({ host, service }, TIMEOUT_MS)
  const lines = json ? [JSON.stringify({ v: 1, domain: found }, null, 2)] : told(found, words)
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
}

function told(domain: OwnDomain, { ownDomain: say }: Words): string[] {
  const { zone, nameServers, records, findings, relay } = domain
  return [
    zone === null ? say.anywhere : say.where(zone, nameServers.join(', ')),
    ...records.flatMap((record) => toldRecord(record, say)),
    ...findings.map(({ finding, detail }) => say.findings[finding](detail)),
    ...(relay ? [say.relay[relay.state]] : []),
    ...(isSetUp(domain) ? [say.done(domain.host)] : []),
  ]
}

function toldRecord({ type, name, value, purpose, isOptional, state, found, ttlS }: OwnDomainRecord, say: Words['ownDomain']): string[] {
  const is = ttlS === null ? say.states[state] : `${say.states[state]}: ${say.old(ttlS)}`
  return [
    `  ${name}  ${type}  ${value}`,
    `    ${say.purposes[purpose]}${isOptional ? ` (${say.optional})` : ''}: ${is}`,
    ...(state === 'wrong' ? [`    ${say.found(found.join(', '))}`] : []),
  ]
}
