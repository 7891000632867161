import { readFileSync, readlinkSync, statSync } from 'node:fs'
import { eventually } from './eventually.ts'
import { type ExecResult, type LabProcess, launch, run } from './process.ts'
import type { HostName } from './topology.ts'

/** One machine of the lab. Programs run as on the real machine: with its network, and its resolver in /etc/resolv.conf. */
export type Host = {
  readonly name: HostName
  readonly namespace: string
  /** Run a program to its end; a non-zero `code` is a result, not an error. Output is the last 256 KiB of each stream.
   *  Throws when it has not ended within `timeoutMs` (30,000 by default); it is killed then. */
  exec(
    command: string,
    args?: readonly string[],
    options?: { timeoutMs?: number; input?: string; env?: Record<string, string> },
  ): Promise<ExecResult>
  /** Start a program and leave it running. With `readyPattern`, resolves only once the program has printed it (30 s at most). */
  spawn(command: string, args?: readonly string[], options?: { env?: Record<string, string>; readyPattern?: RegExp }): Promise<LabProcess>
}

export function createHost(lab: string, name: HostName, onStart: (child: LabProcess) => void): Host {
  const namespace = lab + name
  const inside = ['ip', 'netns', 'exec', namespace]
  return {
    name,
    namespace,
    exec: (command, args = [], options = {}) => run([...inside, command, ...args], options),
    spawn: async (command, args = [], { env, readyPattern } = {}) => {
      const child = await launch([...inside, command, ...args], env ? { env } : {})
      onStart(child)
      if (readyPattern) {
        await child.waitForOutput(readyPattern).catch(async (error) => {
          await child.stop()
          throw error
        })
      }
      return child
    },
  }
}

/** As `host.exec` for a step of the lab itself that has to succeed: resolves to what it printed, else throws what it said. */
export async function must(host: Host, command: string, args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await host.exec(command, args, input === undefined ? {} : { input })
  if (code !== 0) throw new Error(`${host.name}: ${command} ended with ${code}: ${stderr.trim() || stdout.trim()}`)
  return stdout
}

/** Wait until `child` runs in the host's network and something there listens on `port`, TCP unless told otherwise;
 *  throws when it ends first.
 *  Read from /proc, so that waiting costs no process and leaves no connection in the daemon's log. */
export async function listening(host: Host, child: LabProcess, port: number, protocol: 'tcp' | 'udp' = 'tcp'): Promise<void> {
  let ended = false
  void child.exited.then(() => {
    ended = true
  })
  // Before ip(8) has entered the namespace, /proc shows the ports of the machine that runs the lab.
  const there = () => networkOf(child.pid) === inodeOf(host.namespace) && listensOn(child.pid, port, protocol)
  await eventually(() => ended || there(), { everyMs: 10 }).catch((cause) => {
    throw new Error(`nothing listens on port ${port} of ${host.name}: ${child.stderr().slice(-1_000)}`, { cause })
  })
  if (ended) throw new Error(`ended before it listened on port ${port} of ${host.name}: ${child.stderr().slice(-1_000)}`)
}

function listensOn(pid: number, port: number, protocol: 'tcp' | 'udp'): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const sockets = [protocol, `${protocol}6`].flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, 'utf8').split('\n'))
  return sockets.some((line) => {
    const [, local, , state] = line.trim().split(/\s+/)
    return local?.endsWith(wanted) && state === (protocol === 'tcp' ? '0A' : '07') // TCP_LISTEN; a UDP socket that is bound has TCP_CLOSE
  })
}

export function networkOf(pid: number): number | undefined {
  try {
    return Number(/\d+/.exec(readlinkSync(`/proc/${pid}/ns/net`))?.[0])
  } catch {
    return undefined // ended, or a zombie: neither has a network
  }
}

export function inodeOf(namespace: string): number | undefined {
  return statSync(`/run/netns/${namespace}`, { throwIfNoEntry: false })?.ino
}
