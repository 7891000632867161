/** Where the proxies are compared: one machine's loopback. The proxy has one core; the service, and who asks for it, have the other. */

import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { eventually } from '../../lab/eventually.ts'
import { type ExecResult, type LabProcess, launch, run } from '../../lab/process.ts'

/** The name that visitors ask for, as long as ours are. */
export const HOST = 'jeedom.brise.example-relay.test'
/** Answers of the service: a usual one of home software, and a film. */
export const SMALL = '/small'
export const BIG = '/big'
const SMALL_BYTES = 1024
const BIG_BYTES = 100_000_000

const PROXY_CORE = '0'
const VISITORS_CORE = '1'

export interface Files {
  readonly dir: string
  readonly certFile: string
  readonly keyFile: string
  /** Both in one. */
  readonly pemFile: string
}

export interface Stage extends Files {
  /** Of 127.0.0.1: where the proxy listens, and where the service. */
  readonly port: number
  readonly backendPort: number
  /** A proxy, on its core; resolves once it listens on {@link port}. */
  start(argv: readonly string[], env?: Record<string, string>): Promise<LabProcess>
  /** A program of the visitors, to its end. */
  visit(argv: readonly string[], timeoutMs: number): Promise<ExecResult>
  /** The same, left running. */
  stay(argv: readonly string[]): Promise<LabProcess>
  close(): Promise<void>
}

export async function openStage(): Promise<Stage> {
  const dir = mkdtempSync(join(tmpdir(), 'porchlight-bench-'))
  chmodSync(dir, 0o755)
  const files = await makeFiles(dir)
  const [port, backendPort] = await freePorts()
  const backend = await launch(['taskset', '-c', VISITORS_CORE, ...backendCommand(dir, backendPort)])
  const running = new Set([backend])
  const started = async (argv: readonly string[], env?: Record<string, string>): Promise<LabProcess> => {
    const child = await launch(argv, { ...(env && { env }) })
    running.add(child)
    void child.exited.then(() => running.delete(child))
    return child
  }
  await listens(backendPort, backend)
  return {
    ...files,
    port,
    backendPort,
    start: async (argv, env) => {
      const proxy = await started(['taskset', '-c', PROXY_CORE, ...argv], env)
      await listens(port, proxy)
      return proxy
    },
    visit: (argv, timeoutMs) => run(asVisitor(dir, argv), { timeoutMs }),
    stay: (argv) => started(asVisitor(dir, argv)),
    close: async () => {
      await Promise.all([...running].map((child) => child.stop()))
      rmSync(dir, { recursive: true })
    },
  }
}

/** Whoever else measures here at the same time has others. */
async function freePorts(): Promise<[number, number]> {
  const servers = [net.createServer(), net.createServer()]
  const ports: number[] = []
  for (const server of servers) {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    ports.push((server.address() as AddressInfo).port)
  }
  for (const server of servers) await new Promise((resolve) => server.close(resolve))
  return ports as [number, number]
}

async function makeFiles(dir: string): Promise<Files> {
  const { certPem, keyPem } = await issue(await makeAuthority(), { names: [HOST] })
  const files = { dir, certFile: join(dir, 'cert.pem'), keyFile: join(dir, 'key.pem'), pemFile: join(dir, 'both.pem') }
  writeFileSync(files.certFile, certPem)
  writeFileSync(files.keyFile, keyPem)
  writeFileSync(files.pemFile, certPem + keyPem)
  writeFileSync(join(dir, 'hosts'), `127.0.0.1 localhost ${HOST}\n`)
  writeFileSync(join(dir, 'small'), 'x'.repeat(SMALL_BYTES))
  writeFileSync(join(dir, 'big'), '')
  truncateSync(join(dir, 'big'), BIG_BYTES)
  return files
}

/** In a mount namespace of his own, in which the name leads here: not every program can be told an address beside it. */
function asVisitor(dir: string, argv: readonly string[]): string[] {
  const there = `mount --bind ${join(dir, 'hosts')} /etc/hosts && exec "$@"`
  return ['taskset', '-c', VISITORS_CORE, 'unshare', '--mount', 'sh', '-c', there, 'sh', ...argv]
}

/** nginx as a web server: the quickest that there is, so that it is not what is measured. */
function backendCommand(dir: string, port: number): string[] {
  const file = join(dir, 'backend.conf')
  writeFileSync(
    file,
    `worker_processes 1;
daemon off;
pid ${dir}/backend.pid;
error_log /dev/null;
events { worker_connections 4096; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  open_file_cache max=10;
  keepalive_requests 1000000000;
  server { listen 127.0.0.1:${port} backlog=4096; root ${dir}; }
}
`,
  )
  return ['nginx', '-c', file]
}

async function listens(port: number, child: LabProcess): Promise<void> {
  let ended = false
  void child.exited.then(() => {
    ended = true
  })
  const look = () => {
    if (ended) throw new Error(`it has ended: ${child.stderr()}`)
    return new Promise<void>((resolve, reject) => {
      const socket = net
        .connect({ host: '127.0.0.1', port }, () => {
          socket.destroy()
          resolve()
        })
        .on('error', reject)
    })
  }
  await eventually(look, { timeoutMs: 15_000, everyMs: 100 })
}
