/** What the scenarios with two home routers share: an engine behind both, and the chain of two rules that lets visitors in. */
import assert from 'node:assert/strict'
import { eventually } from '../../lab/eventually.ts'
import type { Lab, LabProcess, PersonalityName } from '../../lab/lab.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'

export const OUTSIDE = '203.0.113.10'
/** The inner router, as the outer one knows it. */
export const INNER = '192.168.0.2'

export const outer = ({ outerRouter }: Lab) => {
  assert.ok(outerRouter)
  return outerRouter
}

/** Our rules, from the home outwards, as `443→192.168.1.10:40443`. */
export function chain({ lab }: House): string[] {
  return [...lab.router.mappings(), ...outer(lab).mappings()]
    .filter(({ description }) => description !== 'NAS')
    .map(({ externalPort, internalAddress, internalPort }) => `${externalPort}→${internalAddress}:${internalPort}`)
}

/** Straight through both routers, at this address; nothing is wrong. */
export async function straight(house: House, address = OUTSIDE): Promise<void> {
  await eventually(
    async () => {
      const { services, problems, gateway } = await house.status()
      const path = services[0]?.paths.find(({ rung }) => rung === 'mapped')
      assert.deepEqual([path?.phase, path?.outside], ['confirmed', { address, port: 443 }], JSON.stringify(path))
      assert.deepEqual([problems.map(({ code }) => code), gateway.nat], [[], 'double'])
    },
    { timeoutMs: 60_000, everyMs: 200 },
  )
  const { publicUrl } = await house.service()
  const where = ['--resolve', `${hostOf(await house.service())}:443:${address}`]
  assert.match((await house.visit(publicUrl ?? '', ...where)).body, new RegExp(MARKER))
}

export async function gone(house: House): Promise<void> {
  await eventually(() => assert.deepEqual(chain(house), []), { timeoutMs: 60_000 })
}

/** A relay, an engine that has joined it, and a website. `prepare` comes before both. */
export async function settle(
  personality: PersonalityName,
  prepare: (lab: Lab) => Promise<void> = async () => {},
): Promise<{ house: House; engine: LabProcess }> {
  const house = await openHouse({ personality })
  try {
    await prepare(house.lab)
    await house.startRelay()
    const engine = await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    return { house, engine }
  } catch (error) {
    await house.close()
    throw error
  }
}
