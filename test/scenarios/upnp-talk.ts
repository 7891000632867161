/** What the UPnP scenarios share: somebody at home who asks the router. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Mapping } from '../../engine/gateway/gateway.ts'
import type { Lab, LabProcess } from '../../lab/lab.ts'
import type { Errand, Outcome } from './ask-upnp.ts'

const ASK = join(import.meta.dirname, 'ask-upnp.ts')

export interface Talk {
  readonly found: { readonly address: string; readonly name: string | null } | null
  readonly outcomes: readonly Outcome[]
}

/** Each call is a program of its own, so that the second of two is one after a restart. */
export async function talk(lab: Lab, errand: Errand): Promise<Talk> {
  const { stdout, stderr, code } = await lab.host('home').exec(process.execPath, [ASK, JSON.stringify(errand)])
  assert.equal(code, 0, stderr)
  const [first, ...outcomes] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  return { found: first.found, outcomes }
}

/** A program at home that hears what the router says. */
export async function hearNotices(lab: Lab): Promise<LabProcess> {
  const errand: Errand = { find: 'notices', gatewayAddress: lab.addresses.router.ipv4, localAddress: lab.addresses.home.ipv4 }
  return lab.host('home').spawn(process.execPath, [ASK, JSON.stringify(errand)], { readyPattern: /"listening":true/ })
}

/** The mapping in an outcome; a failure when there is none. */
export function mapped(outcome: Outcome | undefined): Mapping {
  assert.ok(outcome && 'ok' in outcome, JSON.stringify(outcome))
  return outcome.ok as Mapping
}
