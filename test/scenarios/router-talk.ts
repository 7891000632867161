/** What the scenarios of single protocols share: somebody at home who asks the router, something that listens there, and a visitor. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Mapping } from '../../engine/gateway/gateway.ts'
import { createLab, type Lab, type LabProcess, type PersonalityName } from '../../lab/lab.ts'
import type { Errand, Outcome, Step } from './ask-router.ts'

const ASK = join(import.meta.dirname, 'ask-router.ts')
export const INNER_PORT = 8080
/** What a visitor hears from `listenAtHome`. */
export const HEARD = 'home heard knock'
/** An ordinary home on each of Debian's two builds of miniupnpd, the newer and the older. */
const BUILDS = ['plain', 'iptables'] as const satisfies readonly PersonalityName[]

export interface Speaker {
  readonly via: 'pcp' | 'natpmp'
  readonly family: 'ipv4' | 'ipv6'
  readonly gatewayAddress?: string
  /** Another name forgets the nonces. */
  readonly nonces?: string
}

function errand(lab: Lab, speaker: Speaker, steps: readonly Step[]): Errand {
  const { via, family, nonces = 'nonces' } = speaker
  return {
    via,
    gatewayAddress: speaker.gatewayAddress ?? lab.addresses.router[family],
    localAddress: lab.addresses.home[family],
    ...(family === 'ipv6' && { interfaceName: 'eth0' }),
    nonceFile: join(lab.dir, `${nonces}.json`),
    steps,
  }
}

/** The same stories on both builds, side by side, each build in a home of its own where something listens. */
export function onEachBuild(what: string, tell: (story: (says: string, act: (lab: Lab) => Promise<void>) => void) => void): void {
  describe(`${what}, on a real miniupnpd`, { concurrency: BUILDS.length }, () => {
    for (const personality of BUILDS)
      describe(personality, { concurrency: 1 }, () => {
        let lab: Lab
        before(async () => {
          lab = await createLab({ personality })
          await listenAtHome(lab)
        })
        after(() => lab.close())
        tell((says, act) => void it(says, () => act(lab)))
      })
  })
}

/** Each call is a program of its own, so that the second of two is one after a restart. */
export async function ask(lab: Lab, speaker: Speaker, ...steps: Step[]): Promise<Outcome[]> {
  const { stdout, stderr, code } = await lab.host('home').exec(process.execPath, [ASK, JSON.stringify(errand(lab, speaker, steps))])
  assert.equal(code, 0, stderr)
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** Keeps these rules, and makes them anew when the router has restarted. */
export async function keep(lab: Lab, speaker: Speaker, ...steps: Step[]): Promise<LabProcess> {
  const args = [ASK, JSON.stringify({ ...errand(lab, speaker, steps), watch: true })]
  return lab.host('home').spawn(process.execPath, args, { readyPattern: /"watching"/ })
}

export function wanted(
  lab: Lab,
  family: 'ipv4' | 'ipv6',
  protocol: 'tcp' | 'udp',
  externalPort: number,
  internalPort = INNER_PORT,
): Mapping {
  return {
    protocol,
    internalAddress: lab.addresses.home[family],
    internalPort,
    externalPort,
    lifetimeS: 3600,
    description: 'Porchlight',
    via: 'pcp',
  }
}

/** Something at home that answers every connection and every datagram, over both families, with the visitor's words. */
export async function listenAtHome(lab: Lab): Promise<LabProcess> {
  return lab.host('home').spawn(process.execPath, ['-e', ECHO, String(INNER_PORT)], { readyPattern: /listening/ })
}

/** What a visitor hears; "" when he is turned away, or hears nothing. */
export function visit(lab: Lab, protocol: 'tcp' | 'udp', address: string, port: number): Promise<string> {
  return knock(lab, protocol, address, port, PATIENCE_MS.heard)
}

/** Throws when a visitor hears anything. */
export async function hearsNothing(lab: Lab, protocol: 'tcp' | 'udp', address: string, port: number): Promise<void> {
  assert.equal(await knock(lab, protocol, address, port, PATIENCE_MS.unheard), '')
}

/** Who is let in is heard as soon as the machine has time for it; who is kept out waits in vain, each time for so long. */
const PATIENCE_MS = { heard: 20_000, unheard: 1000 }

async function knock(lab: Lab, protocol: 'tcp' | 'udp', address: string, port: number, patienceMs: number): Promise<string> {
  const args = ['-e', KNOCK, protocol, address, String(port), String(patienceMs)]
  const { stdout } = await lab.host('visitor').exec(process.execPath, args)
  return stdout
}

const ECHO = `
const port = Number(process.argv[1])
const udp = require('node:dgram').createSocket('udp6')
udp.on('message', (bytes, from) => udp.send('home heard ' + bytes, from.port, from.address))
const tcp = require('node:net').createServer((socket) => {
  socket.on('error', () => {})
  socket.on('data', (bytes) => socket.write('home heard ' + bytes))
})
udp.bind(port, () => tcp.listen(port, '::', () => console.log('listening')))
`

const KNOCK = `
const [protocol, address, port, patienceMs] = process.argv.slice(1)
setTimeout(() => process.exit(), Number(patienceMs)).unref()
const heard = (bytes) => process.stdout.write(bytes, () => process.exit())
if (protocol === 'tcp') {
  const socket = require('node:net').connect(Number(port), address, () => socket.write('knock'))
  socket.on('data', heard)
  socket.on('error', () => process.exit())
} else {
  const socket = require('node:dgram').createSocket(address.includes(':') ? 'udp6' : 'udp4')
  socket.once('message', heard)
  socket.on('error', () => process.exit())
  socket.send('knock', Number(port), address)
}
`
