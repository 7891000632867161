/** Where the contenders run: two network namespaces, the relay's and the home's, with two fast cables between them, and a slow or lossy one
 *  where a row asks for it. Visitor and relay share one core, home and service the other: as if they were two machines. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '../../lab/eventually.ts'
import { createHost, type Host } from '../../lab/host.ts'
import { newLabName } from '../../lab/names.ts'
import { type LabProcess, launch, mustRun } from '../../lab/process.ts'
import { sweepDeadLabs } from '../../lab/sweep.ts'
import { folderOf, processesOf, removeAtExit, removedAlready, tearDown } from '../../lab/tear-down.ts'
import { batch, type Machine, type Network, raiseNetwork } from '../../lab/topology.ts'
import { caughtHello } from '../../relay/public-side/hello.fixture.ts'

export type Side = 'relay' | 'home'
/** Besides, a stranger with a cable of its own to the relay; it shares the home's core. */
export type Where = Side | 'stranger'

/** Each way alike. `queueBytes`: what does not fit is dropped, as a home router does. */
export interface LineSettings {
  readonly delayMs: number
  readonly mbitPerS: number
  readonly queueBytes: number
  readonly lossPercent: number
}

/** The cables by name, each with a network of its own, 198.18.N.0/24 (RFC 2544). `wide` and `fast` are veth pairs, the one with packets as
 *  large as loopback's, the other with those of the internet; the others are `cable.c`. */
const LINES = {
  wide: { network: '198.18.4', mtu: 65_535 },
  fast: { network: '198.18.1', mtu: 1500 },
  slow: { network: '198.18.2', settings: { delayMs: 15, mbitPerS: 40, queueBytes: 262_144, lossPercent: 0 } },
  access: { network: '198.18.5', settings: { delayMs: 10, mbitPerS: 100, queueBytes: 262_144, lossPercent: 0 } },
  lossy: { network: '198.18.3', settings: { delayMs: 30, mbitPerS: 40, queueBytes: 262_144, lossPercent: 0.3 } },
} as const satisfies Record<string, { network: string } & ({ mtu: number } | { settings: LineSettings })>
export type LineName = keyof typeof LINES

export const addressOf = (line: LineName, side: Side): string => `${LINES[line].network}.${side === 'relay' ? 1 : 2}`

/** Where the relay is for the stranger. */
export const RELAY_FOR_STRANGER = '198.18.6.1'

/** The relay's domain there: known to the home. */
export const domainOf = (line: LineName): string => `${line}.test`

/** A label has at most 63 of them. */
const HOST_CHARS = 64
/** A host name below this domain; all are of one length, and so are the ClientHellos: the service knows what to skip. */
export const hostBelow = (domain: string): string => `${'s'.repeat(HOST_CHARS - domain.length - 1)}.${domain}`

/** Where the service listens, at home: on every address of it. */
export const SERVICE = { address: '0.0.0.0', port: 7000 }

/** The one for datagrams. */
export const DATAGRAM_SERVICE = { address: '0.0.0.0', port: 7001 }

/** What a visitor connects to, and the file with the ClientHello that he begins with. */
export interface Door {
  readonly address: string
  readonly port: number
  readonly hello: string
}

export interface Stage {
  /** All files; gone after `close`. */
  readonly dir: string
  /** Start a program on one side, on its core. With `readyPattern`, resolves only once it has printed it. */
  spawn(where: Where, argv: readonly string[], options?: { env?: Record<string, string>; readyPattern?: RegExp }): Promise<LabProcess>
  /** Run a program to its end there. A non-zero end is a result. */
  exec(
    side: Side,
    argv: readonly string[],
    options?: { timeoutMs?: number },
  ): Promise<{ code: number | null; stdout: string; stderr: string }>
  /** `load.c`, as a visitor: on the relay's side and core. Resolves to what it printed; throws when it failed or took too long. */
  visit(mode: string, door: Door, args: readonly (string | number)[], timeoutMs: number): Promise<unknown>
  /** `datagrams.c`, likewise. */
  sendDatagrams(door: Pick<Door, 'address' | 'port'>, args: readonly (string | number)[], timeoutMs: number): Promise<unknown>
  /** `load.c`, left running; resolves once it has printed its line. */
  stay(mode: string, door: Door, args: readonly (string | number)[]): Promise<LabProcess>
  /** For what a contender has added to the network: {@link CONGESTION_CONTROL} on every route of this side. */
  levelTcp(side: Side): Promise<void>
  /** End every program but the service and the cables, at once. */
  clear(): Promise<void>
  /** A ClientHello for {@link hostBelow} this domain, in a file. */
  helloBelow(domain: string): Promise<string>
  close(): Promise<void>
}

const PAIRS = ['wide', 'fast'] as const

const machine = (side: Side): Machine => ({
  interfaces: PAIRS.map((line) => ({ name: line, ipv4: `${addressOf(line, side)}/24` })),
  more: PAIRS.map((line) => `link set ${line} mtu ${LINES[line].mtu}`),
  resolver: '127.0.0.1',
})
const { interfaces: relayPorts, ...relayMachine } = machine('relay')
const NETWORK: Network = {
  machines: {
    relay: { ...relayMachine, interfaces: [...relayPorts, { name: 'strange', ipv4: `${RELAY_FOR_STRANGER}/24` }] },
    home: machine('home'),
    visitor: { interfaces: [{ name: 'eth0', ipv4: '198.18.6.2/24' }], resolver: '127.0.0.1' },
  },
  cables: [...PAIRS.map((line) => ['relay', line, 'home', line] as const), ['relay', 'strange', 'visitor', 'eth0']],
}

const CORES: Record<Where, string> = { relay: '0', home: '1', stranger: '1' }
/** Thousands of connections a second leave their ports behind for a minute, if the kernel may not take them again. */
const SYSCTLS = ['net.ipv4.tcp_tw_reuse=1', 'net.ipv4.ip_local_port_range=10000 65000', 'net.core.somaxconn=4096']

/** What Linux, Windows and macOS have by default. A namespace takes over the machine's, where BBR would keep queues short for everybody; and
 *  where the machine does not leave the choice to namespaces (tcp_allowed_congestion_control), a route still may say it. */
const CONGESTION_CONTROL = 'cubic'

/** How much its programs give way to others (-20 … 19, nice(1)), where that is not 0. */
export type Niceness = { readonly [where in Where]?: number }

export async function openStage(lines: ReadonlySet<LineName>, niceness: Niceness = {}): Promise<Stage> {
  sweepDeadLabs()
  const name = newLabName()
  const dir = folderOf(name)
  const children = new Set<LabProcess>()
  const close = async (): Promise<void> => {
    tearDown(name)
    // A cable stands between the namespaces, in none of them.
    for (const child of children) child.kill('SIGKILL')
    removedAlready(name)
    await Promise.all([...children].map((child) => child.exited))
  }
  removeAtExit(name)
  try {
    mkdirSync(dir)
    await raiseNetwork(name, NETWORK)
    const track = (child: LabProcess): void => void children.add(child)
    const hosts = {
      relay: createHost(name, 'relay', track),
      home: createHost(name, 'home', track),
      stranger: createHost(name, 'visitor', track),
    }
    for (const side of ['relay', 'home'] as const) await mustRun(['ip', 'netns', 'exec', name + side, 'sysctl', '-qw', ...SYSCTLS])
    const made = (await Promise.all(['load', 'datagrams', 'cable'].map((program) => compile(program, dir)))) as [string, string, string]
    const [load, datagrams, cable] = made
    // ip-netns(8) lays this file over /etc/hosts for what it starts there.
    const relays = Object.keys(LINES).map((line) => `${addressOf(line as LineName, 'relay')} ${domainOf(line as LineName)}\n`)
    writeFileSync(`/etc/netns/${name}home/hosts`, ['127.0.0.1 localhost\n', ...relays].join(''))
    for (const line of lines) await layCable(cable, name, line, track)
    const lasting = new Set([...children].map(({ pid }) => pid))
    const clear = async (): Promise<void> => {
      for (const pid of processesOf(name)) if (!lasting.has(pid)) process.kill(pid, 'SIGKILL')
      await eventually(() => processesOf(name).every((pid) => lasting.has(pid)))
    }
    const levelTcp = (side: Side): Promise<void> => level(name + side)
    await Promise.all([levelTcp('relay'), levelTcp('home')])
    const stage = assemble(dir, { load, datagrams }, hosts, niceness, { close, clear, levelTcp })
    const services = [
      [load, 'serve', SERVICE.address, String(SERVICE.port), await stage.helloBelow('test')],
      [datagrams, 'echo', DATAGRAM_SERVICE.address, String(DATAGRAM_SERVICE.port)],
    ]
    for (const argv of services) lasting.add((await stage.spawn('home', argv, { readyPattern: /^ready/ })).pid)
    return stage
  } catch (error) {
    await close()
    throw error
  }
}

function assemble(
  dir: string,
  programs: Record<'load' | 'datagrams', string>,
  hosts: Record<Where, Host>,
  niceness: Niceness,
  rest: Pick<Stage, 'close' | 'clear' | 'levelTcp'>,
): Stage {
  const pinned = (where: Where, argv: readonly string[]): string[] => ['-c', CORES[where], ...ranked(niceness[where] ?? 0, argv)]
  const visitor = async (argv: string[], timeoutMs: number): Promise<unknown> => {
    const { code, stdout, stderr } = await stage.exec('relay', argv, { timeoutMs })
    if (code !== 0) throw new Error(`${argv.slice(1, 4).join(' ')} ended with ${code}: ${stderr.trim()}`)
    return JSON.parse(stdout)
  }
  const stage: Stage = {
    dir,
    ...rest,
    spawn: (where, argv, options) => hosts[where].spawn('taskset', pinned(where, argv), options),
    exec: (where, argv, options) => hosts[where].exec('taskset', pinned(where, argv), options),
    visit: (mode, { address, port, hello }, args, timeoutMs) =>
      visitor([programs.load, mode, address, String(port), hello, ...args.map(String)], timeoutMs),
    sendDatagrams: ({ address, port }, args, timeoutMs) =>
      visitor([programs.datagrams, 'load', address, String(port), ...args.map(String)], timeoutMs),
    stay: (mode, { address, port, hello }, args) =>
      stage.spawn('relay', [programs.load, mode, address, String(port), hello, ...args.map(String)], { readyPattern: /\}/ }),
    async helloBelow(domain) {
      const file = join(dir, `${domain}.hello`)
      writeFileSync(file, await caughtHello({ servername: hostBelow(domain), ALPNProtocols: ['h2', 'http/1.1'] }))
      return file
    },
  }
  return stage
}

async function level(namespace: string): Promise<void> {
  const routes = (await mustRun(['ip', '-n', namespace, '-4', 'route', 'show', 'table', 'all'])).trim().split('\n')
  const carrying = routes.filter((route) => !route.startsWith('broadcast'))
  await batch(
    carrying.map((route) => `route replace ${route.trim()} congctl ${CONGESTION_CONTROL}`),
    namespace,
  )
}

/** With this niceness: of the program itself, and of its session, which is what counts where the kernel groups by it (sched(7), "The
 *  autogroup feature"). Only an administrator may go below 0; without that it runs like others. */
function ranked(nice: number, argv: readonly string[]): readonly string[] {
  const rank = `{ echo ${nice} > /proc/self/autogroup; renice -n ${nice} $$; } > /dev/null 2>&1; exec "$@"`
  return nice === 0 ? argv : ['sh', '-c', rank, 'sh', ...argv]
}

async function compile(program: string, dir: string): Promise<string> {
  const made = join(dir, program)
  await mustRun(['cc', '-O2', '-Wall', '-Werror', '-o', made, join(import.meta.dirname, `${program}.c`)], { timeoutMs: 60_000 })
  return made
}

async function layCable(program: string, lab: string, line: LineName, track: (child: LabProcess) => void): Promise<void> {
  const found = LINES[line]
  if (!('settings' in found)) return
  const { delayMs, mbitPerS, queueBytes, lossPercent } = found.settings
  const numbers = [delayMs, mbitPerS, queueBytes, lossPercent].map(String)
  // A cable is never late because somebody computes.
  const child = await launch(ranked(-20, [program, line, `${lab}relay`, `${lab}home`, ...numbers]))
  track(child)
  await child.waitForOutput(/^ready/)
  for (const side of ['relay', 'home'] as const)
    await batch([`addr add ${addressOf(line, side)}/24 dev ${line}`, `link set ${line} up`], lab + side)
}
