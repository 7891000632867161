/** The whole product in the lab, as a person would run it: a relay on the internet, an engine at home, a web server beside it, a visitor. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { eventually } from '../../lab/eventually.ts'
import { createLab, type Lab, type LabProcess, type PersonalityName, type WebServer } from '../../lab/lab.ts'
import type { Diagnosis } from '../../protocol/diagnosis.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { type Status, statusOf } from '../status.ts'

export type { Status } from '../status.ts'

const BIN = resolve(import.meta.dirname, '..', '..', 'bin')
export const MARKER = 'Hello from the kitchen'

export interface Visit {
  readonly status: number
  readonly body: string
  /** The address that the visitor's connection went to. */
  readonly via: string
}

export interface House {
  readonly lab: Lab
  readonly nginx: WebServer
  readonly dataFolder: string
  readonly relayFolder: string
  /** Starts the relay, or starts it again on the same folder; `ahead` moves its clock (`+11m`), `flags` are more of its options. */
  startRelay(options?: {
    ahead?: string
    flags?: readonly string[]
    env?: Record<string, string>
    on?: 'relay' | 'relay2'
  }): Promise<LabProcess>
  /** What a command of the relay on this machine prints. */
  relayCommand(on: 'relay' | 'relay2', ...args: string[]): Promise<string>
  relayCode(): Promise<string>
  /** Starts the engine at home; resolves when it is ready. */
  startEngine(...more: string[]): Promise<LabProcess>
  /** Variables of the engine's environment besides the usual ones, from its next start on. */
  readonly engineEnv: Record<string, string>
  /** One command against the running engine; resolves with what it printed, rejects when it fails. */
  porchlight(...args: string[]): Promise<string>
  /** The same, with this on its standard input. */
  told(input: string, ...args: string[]): Promise<string>
  /** The same, whatever comes of it. */
  tryPorchlight(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }>
  /** What `status --json` prints. */
  status(): Promise<Status>
  service(name?: string): Promise<ServiceView>
  /** The rung by which IPv4 visitors come, once it is the expected one. */
  becomes(rung: 'mapped' | 'manual' | 'tunnel', timeoutMs?: number): Promise<ServiceView>
  /** What a visitor on the lab's internet gets, following the system's resolver; never from a cache. */
  visit(url: string, ...curlArgs: string[]): Promise<Visit>
  /** What stands in DNS, as the lab's resolver tells it, or a server that is named. */
  addresses(host: string, type?: 'A' | 'AAAA', server?: string): Promise<string[]>
  close(): Promise<void>
}

export async function openHouse(
  options: { personality?: PersonalityName; upnp?: boolean; nonceRejectPercent?: number } = {},
): Promise<House> {
  const lab = await createLab(options)
  try {
    return await furnish(lab)
  } catch (error) {
    await lab.close()
    throw error
  }
}

async function furnish(lab: Lab): Promise<House> {
  const { addresses } = lab
  const env = { PORCHLIGHT_PUBLIC_RANGES: addresses.publicRanges, LANG: 'en_GB.UTF-8' }
  const [nginx, certificate, roots] = await Promise.all([
    lab.startNginx('server', { text: MARKER }),
    lab.relayCertificate(),
    lab.issuingRoots(),
  ])
  const dataFolder = join(lab.dir, 'engine')
  const relayFolder = join(lab.dir, 'relay-data')
  const relayFolders = { relay: relayFolder, relay2: join(lab.dir, 'relay2-data') }
  mkdirSync(dataFolder, { recursive: true })
  const bothRoots = join(lab.dir, 'roots.pem')
  writeFileSync(bothRoots, readFileSync(roots, 'utf8') + readFileSync(lab.caFile, 'utf8'))
  const home = lab.host('home')
  const visitor = lab.host('visitor')
  const withData = (args: string[]): string[] => [...args, '--data', dataFolder]

  const house: House = {
    lab,
    nginx,
    dataFolder,
    relayFolder,
    startRelay({ ahead, flags = [], env: more = {}, on = 'relay' } = {}) {
      const { ipv4, ipv6 } = addresses[on]
      const args = ['run', '--domain', 'relay.test', '--data', relayFolders[on], '--ipv4', ipv4, '--ipv6', ipv6]
      args.push('--tls-cert', certificate.certFile, '--tls-key', certificate.keyFile, '--probe-ca', roots, '--user', 'root', ...flags)
      // The dynamic linker fills in $LIB. Timers go by the monotonic clock, which stays.
      const clock = { LD_PRELOAD: '/usr/$LIB/faketime/libfaketime.so.1', FAKETIME: ahead ?? '', DONT_FAKE_MONOTONIC: '1' }
      return lab.host(on).spawn(join(BIN, 'porchlight-relay'), args, {
        env: { ...env, ...more, ...(ahead === undefined ? {} : clock) },
        readyPattern: /^ready /m,
      })
    },
    async relayCommand(on, ...args) {
      const { stdout, stderr, code } = await lab.host(on).exec(join(BIN, 'porchlight-relay'), [...args, '--data', relayFolders[on]])
      assert.equal(code, 0, stderr)
      return stdout.trim()
    },
    relayCode: () => house.relayCommand('relay', 'code'),
    startEngine: (...more) =>
      home.spawn(
        join(BIN, 'porchlight'),
        withData([
          'run',
          '--relay-ca',
          lab.caFile,
          '--acme-directory',
          addresses.acmeDirectory,
          '--acme-ca',
          lab.caFile,
          '--agree',
          ...more,
        ]),
        { env: { ...env, ...house.engineEnv }, readyPattern: /^ready /m },
      ),
    engineEnv: {},
    tryPorchlight: (...args) => home.exec(join(BIN, 'porchlight'), withData(args), { env, timeoutMs: 60_000 }),
    porchlight: (...args) => house.told('', ...args),
    async told(input, ...args) {
      const { code, stdout, stderr } = await home.exec(join(BIN, 'porchlight'), withData(args), { env, input, timeoutMs: 60_000 })
      assert.equal(code, 0, `porchlight ${args.join(' ')}: ${stderr}`)
      return stdout
    },
    status: () => statusOf(dataFolder),
    async service(name = 'web') {
      const found = (await house.status()).services.find((service) => service.name === name)
      assert.ok(found, `no service ${name}`)
      return found
    },
    becomes: (rung, timeoutMs = 60_000) =>
      eventually(
        async () => {
          const service = await house.service()
          assert.deepEqual([service.state, service.best.ipv4], ['reachable', rung], JSON.stringify(service.paths))
          return service
        },
        { timeoutMs, everyMs: 200 },
      ),
    async visit(url, ...curlArgs) {
      const format = '\\n%{http_code} %{remote_ip}'
      const { stdout, stderr, code } = await visitor.exec(
        'curl',
        ['-sS', '--connect-timeout', '10', '--max-time', '30', '--cacert', bothRoots, '-w', format, ...curlArgs, url],
        // curl has a limit of its own.
        { timeoutMs: 60_000 },
      )
      assert.equal(code, 0, `curl ${url}: ${stderr}`)
      const [, body, status, via] = /^([\s\S]*)\n(\d+) (\S*)$/.exec(stdout) ?? []
      return { status: Number(status), body: body ?? '', via: via ?? '' }
    },
    async addresses(host, type = 'A', server) {
      const { stdout } = await visitor.exec('dig', ['+short', host, type, ...(server ? [`@${server}`] : [])])
      return stdout
        .trim()
        .split('\n')
        .filter((line) => line !== '')
    },
    async close() {
      await lab.close()
    },
  }
  return house
}

/** What the diagnosis would have mended, the root first; what follows from it, and mere remarks, aside. */
export const causesIn = ({ problems }: Diagnosis): string[] =>
  problems.flatMap(({ role, problem }) => (role === 'cause' ? [problem.code] : []))

/** The URL's host. */
export const hostOf = (service: ServiceView): string => new URL(service.publicUrl ?? '').hostname
