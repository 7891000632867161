/** Ours: the relay as it is run, and the engine's tunnel in a process of its own (`home.ts`). */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Certificate, createAuthority, issueCertificate } from '../../../lab/certificates.ts'
import type { LabProcess } from '../../../lab/process.ts'
import type { FrontOptions } from '../front.ts'
import type { HomeOptions } from '../home.ts'
import { addressOf, DATAGRAM_SERVICE, domainOf, type LineName, SERVICE, type Stage } from '../stage.ts'
import type { Contender } from './contender.ts'

const RELAY = join(import.meta.dirname, '..', '..', '..', 'relay', 'main.ts')
const beside = (file: string): string => join(import.meta.dirname, '..', file)
const [HOME, FRONT, BARE] = [beside('home.ts'), beside('front.ts'), beside('bare.ts')]
const COLLECT = join(import.meta.dirname, '..', '..', 'collect-garbage.ts')
/** Until the home and its names are settled. */
const SETTLED_MS = 700

export const porchlight: Contender = {
  name: 'Porchlight',
  async start(stage, line) {
    const relay = await startRelay(stage, line)
    const { home, labels } = await startHomes(stage, line, 1)
    await wait(SETTLED_MS)
    const hello = await stage.helloBelow(`${labels[0]}.${domainOf(line)}`)
    return { door: { address: addressOf(line, 'relay'), port: 443, hello }, relay: [relay], home: [home] }
  },
}

/** Ours for a service over UDP: a public port of the relay, and datagrams in the tunnel's frames. */
export const porchlightUdp: Contender = {
  name: 'Porchlight, UDP',
  async start(stage, line) {
    const relay = await startRelay(stage, line)
    const { home } = await startHomes(stage, line, 1)
    const [, port] = await home.waitForOutput(/^udp (\d+)$/m)
    await wait(SETTLED_MS)
    return { door: { address: addressOf(line, 'relay'), port: Number(port), hello: '/dev/null' }, relay: [relay], home: [home] }
  },
}

/** Ours without a tunnel: the relay's public port, before a home that it can reach. */
export const porchlightFront = front('Porchlight’s public port', FRONT)
/** What Node needs for the same, whoever writes it. */
export const bareNode = front('a bare Node proxy', BARE)

function front(name: string, program: string): Contender {
  return {
    name,
    async start(stage, line) {
      const address = addressOf(line, 'relay')
      const options: FrontOptions = { address, port: 9000, home: addressOf(line, 'home'), servicePort: SERVICE.port }
      const relay = await stage.spawn('relay', [process.execPath, program, JSON.stringify(options)], { readyPattern: /^ready/ })
      return { door: { address, port: options.port, hello: await stage.helloBelow('test') }, relay: [relay], home: [] }
    },
  }
}

/** Ours with nobody at home yet, and a relay that collects its garbage when it is asked to: what is left then is really held. Its space for
 *  new objects stays small: else that grows to 16 MB somewhere on the way, and counts as whatever was measured just then. */
export const porchlightRelay: Contender = {
  name: 'Porchlight’s relay',
  async start(stage, line) {
    const relay = await startRelay(stage, line, ['--expose-gc', '--max-semi-space-size=1', '--import', COLLECT])
    return { door: { address: addressOf(line, 'relay'), port: 443, hello: '/dev/null' }, relay: [relay], home: [] }
  },
}

/** `nodeFlags`: for the Node that runs it. It listens on every line. */
export async function startRelay(stage: Stage, line: LineName, nodeFlags: readonly string[] = []): Promise<LabProcess> {
  const address = addressOf(line, 'relay')
  const { certFile, keyFile } = await certificate(stage)
  return stage.spawn(
    'relay',
    [
      ...[
        process.execPath,
        ...nodeFlags,
        RELAY,
        'run',
        '--open',
        '--dns',
        'off',
        '--domain',
        domainOf(line),
        '--data',
        join(stage.dir, `relay-${line}`),
      ],
      ...[
        '--ipv4',
        address,
        '--https',
        '0.0.0.0:443',
        '--http',
        '0.0.0.0:80',
        '--tls-cert',
        certFile,
        '--tls-key',
        keyFile,
        '--user',
        'root',
      ],
    ],
    { readyPattern: /^ready /m },
  )
}

/** So many devices, all in one process, and the labels that the relay gave them. */
export async function startHomes(stage: Stage, line: LineName, devices: number): Promise<{ home: LabProcess; labels: string[] }> {
  const { caFile } = await certificate(stage)
  const options: HomeOptions = { relay: domainOf(line), caFile, servicePort: SERVICE.port, datagramPort: DATAGRAM_SERVICE.port, devices }
  const home = await stage.spawn('home', [process.execPath, HOME, JSON.stringify(options)])
  const [, labels = ''] = await home.waitForOutput(/^ready (.*)$/m, 60_000)
  return { home, labels: labels.split(' ') }
}

async function certificate({ dir }: Stage): Promise<Certificate & { caFile: string }> {
  const made = { certFile: join(dir, 'porchlight.pem'), keyFile: join(dir, 'porchlight.key'), caFile: join(dir, 'ca.pem') }
  if (existsSync(made.certFile)) return made
  await issueCertificate(
    dir,
    'porchlight',
    ['DNS:wide.test', 'DNS:fast.test', 'DNS:slow.test', 'DNS:access.test', 'DNS:lossy.test'],
    await createAuthority(dir),
  )
  return made
}
