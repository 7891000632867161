/** From "share this" to the first byte that a visitor gets, in the lab's home whose router maps nothing: a service added to a running engine,
 *  and `ssh -R` started for the same web server. The visitor knows the relay's address, and asks until he is answered. */
import { join } from 'node:path'
import { withEngine } from '../../engine/command-line/ask.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { type House, hostOf, MARKER, openHouse } from '../../test/scenarios/house.ts'
import type { AwaitOptions } from './await-first-byte.ts'
import { clientCommand, type Keys, makeKeys, serverCommand } from './contenders/ssh.ts'

const TARGET = { host: '192.168.1.20', port: 8080 }
const SSH_DOOR = 9000
const VISITOR = join(import.meta.dirname, 'await-first-byte.ts')

/** In milliseconds. */
export interface FirstBytes {
  /** `porchlight add`, the start of its own Node included. */
  readonly command: number
  /** The same through the contract, as the page does. */
  readonly page: number
  readonly ssh: number
}

export async function firstBytes(rounds: number, say: (line: string) => void): Promise<FirstBytes[]> {
  const house = await openHouse({ personality: 'upnp-off' })
  try {
    await house.startRelay()
    await house.startEngine('--relay', await house.relayCode())
    const keys = await makeKeys(house.lab)
    const relay = house.lab.addresses.relay.ipv4
    await start(house, 'relay', serverCommand(house.lab.dir, relay, keys), /Server listening/)
    // The first service waits for the home's certificate, once: no part of what is compared.
    await house.porchlight('add', 'web', '--to', `http://${TARGET.host}:${TARGET.port}`)
    await house.becomes('tunnel', 60_000)
    const domain = hostOf(await house.service()).replace(/^web\./, '')
    const found: FirstBytes[] = []
    for (let round = 0; round < rounds; round++) {
      const took = await inTurn(house, domain, round, keys)
      say(`round ${round + 1} of ${rounds}: first byte after ${JSON.stringify(took)} ms`)
      found.push(took)
    }
    return found
  } finally {
    await house.close()
  }
}

function start(
  { lab }: House,
  where: 'relay' | 'home' | 'visitor',
  [command = '', ...args]: string[],
  readyPattern?: RegExp,
): Promise<LabProcess> {
  return lab.host(where).spawn(command, args, readyPattern ? { readyPattern } : {})
}

async function inTurn(house: House, domain: string, round: number, keys: Keys): Promise<FirstBytes> {
  const relay = house.lab.addresses.relay.ipv4
  const target = `http://${TARGET.host}:${TARGET.port}`
  const names = { command: `command-${round}`, page: `page-${round}` }
  const command = await timed(house, { address: relay, port: 443, serverName: `${names.command}.${domain}`, expect: MARKER }, async () => {
    await house.porchlight('add', names.command, '--to', target)
  })
  const page = await timed(house, { address: relay, port: 443, serverName: `${names.page}.${domain}`, expect: MARKER }, () =>
    withEngine(house.dataFolder, async (client) => void (await client.addService({ name: names.page, target }))),
  )
  let stop = async (): Promise<unknown> => undefined
  const ssh = await timed(house, { address: relay, port: SSH_DOOR, expect: MARKER }, async () => {
    const client = await start(house, 'home', clientCommand(relay, SSH_DOOR, TARGET, keys))
    stop = () => client.stop()
  })
  await stop()
  for (const name of Object.values(names)) await house.porchlight('remove', name)
  return { command, page, ssh }
}

/** From the start of `share` to the visitor's first byte. The visitor is there before, and knocks. */
async function timed(house: House, options: AwaitOptions, share: () => Promise<void>): Promise<number> {
  const visitor = await start(house, 'visitor', [process.execPath, VISITOR, JSON.stringify(options)], /knocking/)
  const startedAtMs = performance.timeOrigin + performance.now()
  const shared = share()
  shared.catch(() => {})
  const [, atMs] = await visitor.waitForOutput(/first byte at ([\d.]+)/, 30_000)
  await shared
  await visitor.exited
  return Number(atMs) - startedAtMs
}
