/**
 * How long it takes until a port is open, in the lab's ordinary home (`plain`): Porchlight from a service that is added to a path that
 * somebody outside has confirmed, our three clients by themselves, and the tools that come with miniupnpd's family, upnpc and natpmpc.
 * All in one lab, and in turn, so that whatever else the machine does hits all of them alike.
 */
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { withEngine } from '../engine/command-line/ask.ts'
import type { GatewayProtocol } from '../engine/gateway/gateway.ts'
import { eventually } from '../lab/eventually.ts'
import { must } from '../lab/host.ts'
import type { LabProcess } from '../lab/lab.ts'
import { run } from '../lab/process.ts'
import { copyMiniupnpd } from '../lab/public-miniupnpd.ts'
import { type House, openHouse } from '../test/scenarios/house.ts'
import { median, note, quantile, type Samples } from './medians.ts'
import type { Took } from './one-mapping.ts'

const TARGET = 'http://192.168.1.20:8080'
const OUTSIDE_PORT = 443
/** A relay lets a device have 40 probes a minute, and each service that is added costs some: more would only measure that limit. */
const ROUND_AT_LEAST_MS = 14_000
/** The tools and our clients each take one from here on. */
const FIRST_PORT = 9000
/** Ours up to *provisioned*, at most so many times what upnpc takes from its search to the mapping. */
const BAR = 1.5

/** What is measured. The order is that of the table. */
const ROWS = {
  upnpc: '`upnpc -a`: search and mapping',
  upnpcUrl: '`upnpc -u URL -a`: mapping only, the router’s address given',
  natpmpc: '`natpmpc -g ROUTER -a`: mapping, the router given',
  upnpOpen: 'our UPnP client: search',
  upnpMap: 'our UPnP client: mapping',
  upnpBoth: 'our UPnP client: both',
  pcpOpen: 'our PCP client: first answer',
  pcpMap: 'our PCP client: mapping',
  pcpBoth: 'our PCP client: both',
  natpmpOpen: 'our NAT-PMP client: first answer',
  natpmpMap: 'our NAT-PMP client: mapping',
  natpmpBoth: 'our NAT-PMP client: both',
  discovery: 'service added → router found (discovery)',
  mapping: 'router found → rule opened (mapping)',
  probe: 'rule opened → confirmed from outside (probe)',
  provisioned: '**service added → provisioned**',
  confirmed: '**service added → confirmed**',
  commandProvisioned: '`porchlight add` started → provisioned',
  commandConfirmed: '`porchlight add` started → confirmed',
} as const
type Row = keyof typeof ROWS

/** `withinBar`: ours from a service added to provisioned is at most {@link BAR} times upnpc. */
export async function benchGateway(rounds: number, say: (line: string) => void): Promise<{ table: string; withinBar: boolean }> {
  const house = await openHouse()
  try {
    await house.startRelay()
    const engine = await house.startEngine('--relay', await house.relayCode())
    const samples: Samples = new Map()
    const libraries = await upnpcLibraries(house)
    await connected(house)
    // The first service gets the certificate, once for the home and not for every service: it is no part of opening a port.
    await addAndRemove(house, engine, 'by contract')
    for (let round = 0; round < rounds; round++) {
      const pause = wait(ROUND_AT_LEAST_MS)
      await inTurn(house, engine, samples, libraries)
      say(`round ${round + 1} of ${rounds}: provisioned after ${samples.get('provisioned')?.at(-1)?.toFixed(0)} ms`)
      await pause
    }
    return { table: tableOf(samples), withinBar: ratio(samples, 'provisioned', 'upnpc') <= BAR }
  } finally {
    await house.close()
  }
}

async function inTurn(house: House, engine: LabProcess, samples: Samples, libraries: string): Promise<void> {
  const add = (row: Row, ms: number): void => note(samples, row, ms)
  const port = FIRST_PORT
  const byContract = await addAndRemove(house, engine, 'by contract')
  for (const [row, ms] of Object.entries(byContract)) add(row as Row, ms)
  const { home, router } = house.lab.addresses
  const rule = (at: number) => ['-a', home.ipv4, '8080', String(at), 'TCP', '3600']
  add('upnpc', await tool(house, port, 'upnpc', rule(port), libraries))
  add('upnpcUrl', await tool(house, port + 1, 'upnpc', ['-u', house.lab.addresses.upnpDescription, ...rule(port + 1)], libraries))
  const natpmp = ['-g', router.ipv4, '-a', String(port + 2), '8080', 'tcp', '3600']
  add('natpmpc', await tool(house, port + 2, 'natpmpc', natpmp))
  for (const [index, via] of (['upnp', 'pcp', 'natpmp'] as const).entries()) {
    const { openMs, mapMs } = await ourClient(house, via, port + 3 + index)
    add(`${via}Open`, openMs)
    add(`${via}Map`, mapMs)
    add(`${via}Both`, openMs + mapMs)
  }
  const { provisioned, confirmed } = await addAndRemove(house, engine, 'by command')
  add('commandProvisioned', provisioned)
  add('commandConfirmed', confirmed)
}

/** upnpc, like miniupnpd, takes the documentation's addresses for no internet at all: it gets a library that does not. */
async function upnpcLibraries(house: House): Promise<string> {
  const folder = join(house.lab.dir, 'upnpc')
  mkdirSync(folder)
  const { stdout } = await run(['sh', '-c', 'ldd "$(command -v upnpc)"'])
  const [, name, file] = /^\s*(libminiupnpc\S+) => (\S+)/m.exec(stdout) ?? []
  assert.ok(name && file, stdout)
  copyFileSync(file, join(folder, name))
  copyMiniupnpd(file, join(folder, name), ['documentation'])
  return folder
}

/** Every mapping is the router's only one: miniupnpd takes the longer, the more it has. */
async function forget({ lab }: House, port: number): Promise<void> {
  await must(lab.host('home'), 'upnpc', ['-u', lab.addresses.upnpDescription, '-d', String(port), 'TCP'])
  await eventually(() => assert.deepEqual(lab.router.mappings(), []))
}

/** A whole run of a tool, in milliseconds. Checked in the router's own table. */
async function tool(house: House, port: number, command: string, args: readonly string[], libraries?: string): Promise<number> {
  const startedMs = performance.now()
  const env = libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }
  const { stdout, stderr } = await house.lab.host('home').exec(command, args, { env, timeoutMs: 20_000 })
  const tookMs = performance.now() - startedMs
  await isMapped(house, port, stdout + stderr)
  await forget(house, port)
  return tookMs
}

async function ourClient(house: House, via: GatewayProtocol, externalPort: number): Promise<Took> {
  const { home, router } = house.lab.addresses
  const wanted = { via, gatewayAddress: router.ipv4, localAddress: home.ipv4, externalPort }
  const args = [join(import.meta.dirname, 'one-mapping.ts'), JSON.stringify(wanted)]
  const { stdout, stderr } = await house.lab.host('home').exec(process.execPath, args, { timeoutMs: 30_000 })
  await isMapped(house, externalPort, stderr)
  await forget(house, externalPort)
  return JSON.parse(stdout)
}

/** The router writes its table down a little after it has answered. */
const isMapped = (house: House, port: number, said: string): Promise<void> =>
  eventually(() =>
    assert.ok(
      house.lab.router.mappings().some(({ externalPort }) => externalPort === port),
      said,
    ),
  )

const connected = (house: House): Promise<void> => eventually(async () => assert.equal((await house.status()).relay.state, 'connected'))

type Milestones = Record<'discovery' | 'mapping' | 'probe' | 'provisioned' | 'confirmed', number>

/** Adds a service, times what the engine's log tells, and removes it again: the next one starts from nothing known of the router. */
async function addAndRemove(house: House, engine: LabProcess, how: 'by contract' | 'by command'): Promise<Milestones> {
  const startedAtMs = Date.now()
  if (how === 'by command') await house.porchlight('add', 'web', '--to', TARGET)
  else await withEngine(house.dataFolder, async (client) => void (await client.addService({ name: 'web', target: TARGET })))
  const at = (pattern: RegExp): number | undefined =>
    engine
      .stderr()
      .split('\n')
      .filter((line) => pattern.test(line))
      .map((line) => Date.parse(line.slice(0, line.indexOf(' '))))
      .find((atMs) => atMs >= startedAtMs)
  const seen = await eventually(
    () => {
      const found = at(/ gateway-found /)
      // A pinhole has the same port on both sides; a mapping here never has.
      const opened = at(new RegExp(` rule-opened .*protocol=tcp external=${OUTSIDE_PORT} internal=(?!${OUTSIDE_PORT} )`))
      const confirmed = at(/ probed path=":web mapped ipv4" outcome=reachable/)
      assert.ok(found !== undefined && opened !== undefined && confirmed !== undefined, engine.stderr().slice(-1000))
      return { found, opened, confirmed }
    },
    { timeoutMs: 30_000, everyMs: 100 },
  )
  await house.porchlight('remove', 'web')
  await eventually(() => assert.ok(!house.lab.router.mappings().some(({ externalPort }) => externalPort === OUTSIDE_PORT)), {
    timeoutMs: 10_000,
  })
  return {
    discovery: seen.found - startedAtMs,
    mapping: seen.opened - seen.found,
    probe: seen.confirmed - seen.opened,
    provisioned: seen.opened - startedAtMs,
    confirmed: seen.confirmed - startedAtMs,
  }
}

const ratio = (samples: Samples, row: Row, to: Row): number => median(samples.get(row)) / median(samples.get(to))

function tableOf(samples: Samples): string {
  const lines = Object.entries(ROWS).map(([row, says]) => {
    const values = samples.get(row) ?? []
    const [low, high] = [quantile(values, 0), quantile(values, 1)].map((ms) => ms.toFixed(0))
    return `| ${says} | ${median(values).toFixed(0)} ms | ${low}–${high} | ${ratio(samples, row as Row, 'upnpc').toFixed(2)} | ${ratio(samples, row as Row, 'upnpcUrl').toFixed(1)} |`
  })
  return [
    '| What | Median | Range | × `upnpc -a` | × `upnpc -u URL` |',
    '|---|---|---|---|---|',
    ...lines,
    '',
    `${samples.get('upnpc')?.length ?? 0} rounds. Bar: service added → provisioned at most ${BAR} × \`upnpc -a\`; measured ${ratio(samples, 'provisioned', 'upnpc').toFixed(2)}.`,
  ].join('\n')
}
