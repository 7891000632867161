/** Real name servers on loopback: BIND and Knot, which take signed updates for one zone; a second BIND that lags behind; BIND as a resolver. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { folder, later } from './folder.ts'

export const ZONE = 'dyn.test'
const KEY_NAME = 'porchlight-test'
const START_MS = 60_000

export interface NameServer {
  readonly endpoint: { readonly address: string; readonly port: number }
  /** As the server's own tool writes it. */
  readonly keyText: string
  /** Killed without a word, and started again on what it had written. */
  kill(): Promise<void>
  start(): Promise<void>
}

export type Make = (t: TestContext) => Promise<NameServer>

const zoneText = (more: string): string => `$TTL 5
@ IN SOA ns.${ZONE}. hostmaster.${ZONE}. 1 3600 600 86400 1
@ IN NS ns.${ZONE}.
${more}@ IN MX 10 mail.example.org.
ns IN A 127.0.0.1
www IN A 192.0.2.80
`

export const bind: Make = (t) => primary(t, '')

/** A primary, and a secondary that has the zone as it stood when it started: it looks for changes once an hour, and nobody tells it of any. */
export async function bindWithSecondary(t: TestContext): Promise<{ first: NameServer; second: NameServer }> {
  const first = await primary(t, '@ IN NS ns2\nns2 IN AAAA ::1\n')
  const { port } = first.endpoint
  const at = join(folder(t), 'name-server')
  mkdirSync(at)
  const zone = `zone "${ZONE}" { type secondary; primaries { 127.0.0.1 port ${port}; }; };\n`
  const endpoint = { address: '::1', port }
  const second = await serving(t, { endpoint, keyText: '', command: namedAt(at, endpoint, zone), ready: /Transfer status: success/ })
  return { first, second }
}

/** A domain with signatures, each wrong in its way or right, and a resolver that checks them as its owner has told it to. */
export interface SignedZone {
  readonly zone: string
  /** `expired`: as of years ago. `stale`: the resolver has been told of another key, as after a change that the registrar never heard of. */
  readonly is: 'right' | 'expired' | 'stale'
}

/** All of them at one BIND, on whose port the resolver, another BIND, is told to ask. */
export async function bindWithSignatures(t: TestContext, zones: readonly SignedZone[]): Promise<{ port: number; resolver: string }> {
  const { at, port } = await prepared(t, '')
  const run = (program: string, ...args: string[]): string =>
    execFileSync(program, args, { cwd: at, encoding: 'utf8', stdio: 'pipe' }).trim()
  const anchors = zones.map(({ zone, is }) => {
    writeFileSync(join(at, zone), `$TTL 5\n@ IN SOA ns hostmaster 1 3600 600 86400 1\n@ IN NS ns\nns IN A 127.0.0.1\nwww IN A 192.0.2.80\n`)
    const newKey = (): string => run('dnssec-keygen', '-q', '-a', 'ECDSAP256SHA256', '-f', 'KSK', zone)
    const key = newKey()
    const past = is === 'expired' ? ['-s', '20200101000000', '-e', '20200201000000'] : []
    // -P: a zone that is wrong is written all the same.
    run('dnssec-signzone', '-q', '-P', '-z', '-S', '-o', zone, ...past, zone)
    const [, , , tag, algorithm, type, ...digest] = run('dnssec-dsfromkey', '-2', is === 'stale' ? newKey() : key).split(' ')
    return `${zone}. static-ds ${tag} ${algorithm} ${type} "${digest.join('')}";`
  })
  const served = zones.map(({ zone }) => `zone "${zone}" { type primary; file "${zone}.signed"; };`).join('\n')
  const start = (endpoint: NameServer['endpoint'], folder: string, more: string, options?: string) =>
    serving(t, { endpoint, keyText: '', command: namedAt(folder, endpoint, more, options), ready: / running$/m })
  await start({ address: '127.0.0.1', port }, at, served)
  const asked = await prepared(t, '')
  const options = `recursion yes; dnssec-validation yes; qname-minimization off; forward only; forwarders { 127.0.0.1 port ${port}; };`
  await start({ address: '127.0.0.1', port: asked.port }, asked.at, `trust-anchors { ${anchors.join(' ')} };`, options)
  return { port, resolver: `127.0.0.1:${asked.port}` }
}

/** Its command, with all that it needs in a folder. */
function namedAt(
  at: string,
  { address, port }: NameServer['endpoint'],
  more: string,
  options = 'recursion no; dnssec-validation no;',
): string[] {
  const [four, six] = address.includes(':') ? ['none', address] : [address, 'none']
  writeFileSync(
    join(at, 'named.conf'),
    `options { directory "${at}"; pid-file none; session-keyfile "${at}/session.key"; notify no; empty-zones-enable no;
      listen-on port ${port} { ${four}; }; listen-on-v6 port ${port} { ${six}; }; ${options} };
     controls { };\n${more}\n`,
  )
  // A copy, because Debian's AppArmor profile for /usr/sbin/named forbids it every folder but its own.
  copyFileSync('/usr/sbin/named', join(at, 'named'))
  return [join(at, 'named'), '-g', '-n', '1', '-c', join(at, 'named.conf')]
}

/** `algorithm`: of its key. */
export async function primary(t: TestContext, more: string, algorithm = 'hmac-sha256'): Promise<NameServer> {
  const { at, port, secret } = await prepared(t, more)
  const keyText = `key "${KEY_NAME}" {\n\talgorithm ${algorithm};\n\tsecret "${secret}";\n};\n`
  const endpoint = { address: '127.0.0.1', port }
  const zone = `${keyText}zone "${ZONE}" { type primary; file "dyn.zone"; update-policy { grant ${KEY_NAME} zonesub ANY; }; };\n`
  return await serving(t, { endpoint, keyText, command: namedAt(at, endpoint, zone), ready: / running$/m })
}

export const knot: Make = async (t) => {
  const { at, port, secret } = await prepared(t, '')
  const keyText = `# hmac-sha256:${KEY_NAME}:${secret}\nkey:\n- id: ${KEY_NAME}\n  algorithm: hmac-sha256\n  secret: ${secret}\n`
  writeFileSync(
    join(at, 'knot.conf'),
    `server:
    rundir: "${at}"
    listen: 127.0.0.1@${port}
    tcp-workers: 1
    udp-workers: 1
    background-workers: 1
log:
  - target: stderr
    any: info
database:
    storage: "${at}"
    journal-db-max-size: 16M
    kasp-db-max-size: 16M
    timer-db-max-size: 16M
${keyText}
acl:
  - id: update
    key: ${KEY_NAME}
    action: update
zone:
  - domain: ${ZONE}
    storage: "${at}"
    file: dyn.zone
    acl: update\n`,
  )
  const endpoint = { address: '127.0.0.1', port }
  return await serving(t, { endpoint, keyText, command: ['/usr/sbin/knotd', '-c', join(at, 'knot.conf')], ready: /server started/ })
}

async function prepared(t: TestContext, more: string): Promise<{ at: string; port: number; secret: string }> {
  const at = join(folder(t), 'name-server')
  mkdirSync(at)
  writeFileSync(join(at, 'dyn.zone'), zoneText(more))
  return { at, port: await freePort(), secret: randomBytes(32).toString('base64') }
}

/** Below those that the system gives to whoever asks for any (32768 and more, ip(7)): a connection of another test might have one of these by the
 *  time the server listens. */
async function freePort(): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const port = randomInt(10_000, 20_000)
    const [tcp, udp] = [createServer(), createSocket('udp4')]
    try {
      await Promise.all([once(tcp.listen(port, '127.0.0.1'), 'listening'), once(udp.bind(port, '127.0.0.1'), 'listening')])
      return port
    } catch (error) {
      if (attempt === 20) throw error
    } finally {
      tcp.close()
      udp.close()
    }
  }
}

interface Program {
  readonly endpoint: NameServer['endpoint']
  readonly keyText: string
  readonly command: readonly string[]
  readonly ready: RegExp
}

async function serving(t: TestContext, { endpoint, keyText, command: [program = '', ...args], ready }: Program): Promise<NameServer> {
  let child: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  const start = async (): Promise<void> => {
    const started = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    child = started
    let said = ''
    const isReady = new Promise<void>((resolve, reject) => {
      started.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-20_000)
        if (ready.test(said)) resolve()
      })
      started.once('exit', () => reject(new Error(`${program} ended:\n${said}`)))
      setTimeout(() => reject(new Error(`${program} is not ready:\n${said}`)), START_MS).unref()
    })
    await isReady
  }
  later(t, kill)
  await start()
  return { endpoint, keyText, kill, start }
}
