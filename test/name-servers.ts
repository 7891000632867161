/** Real name servers on loopback, which take signed updates for one zone: BIND and Knot. */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { folder, later } from './folder.ts'

export const ZONE = 'dyn.test'
const KEY_NAME = 'porchlight-test'
const START_MS = 15_000

export interface NameServer {
  readonly endpoint: { readonly address: string; readonly port: number }
  /** As the server's own tool writes it. */
  readonly keyText: string
  /** Killed without a word, and started again on what it had written. */
  kill(): Promise<void>
  start(): Promise<void>
}

export type Make = (t: TestContext) => Promise<NameServer>

const ZONE_TEXT = `$TTL 5
@ IN SOA ns.${ZONE}. hostmaster.${ZONE}. 1 3600 600 86400 1
@ IN NS ns.${ZONE}.
@ IN MX 10 mail.example.org.
ns IN A 127.0.0.1
www IN A 192.0.2.80
`

export const bind: Make = async (t) => {
  const { at, port, secret } = await prepared(t)
  const keyText = `key "${KEY_NAME}" {\n\talgorithm hmac-sha256;\n\tsecret "${secret}";\n};\n`
  writeFileSync(
    join(at, 'named.conf'),
    `${keyText}options { directory "${at}"; pid-file none; session-keyfile "${at}/session.key"; recursion no; notify no;
      listen-on port ${port} { 127.0.0.1; }; listen-on-v6 { none; }; dnssec-validation no; empty-zones-enable no; };
     controls { };
     zone "${ZONE}" { type primary; file "dyn.zone"; update-policy { grant ${KEY_NAME} zonesub ANY; }; };\n`,
  )
  // A copy, because Debian's AppArmor profile for /usr/sbin/named forbids it every folder but its own.
  copyFileSync('/usr/sbin/named', join(at, 'named'))
  return await serving(t, {
    port,
    keyText,
    command: [join(at, 'named'), '-g', '-n', '1', '-c', join(at, 'named.conf')],
    ready: / running$/m,
  })
}

export const knot: Make = async (t) => {
  const { at, port, secret } = await prepared(t)
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
  return await serving(t, { port, keyText, command: ['/usr/sbin/knotd', '-c', join(at, 'knot.conf')], ready: /server started/ })
}

async function prepared(t: TestContext): Promise<{ at: string; port: number; secret: string }> {
  const at = join(folder(t), 'name-server')
  mkdirSync(at)
  writeFileSync(join(at, 'dyn.zone'), ZONE_TEXT)
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  return { at, port, secret: randomBytes(32).toString('base64') }
}

interface Program {
  readonly port: number
  readonly keyText: string
  readonly command: readonly string[]
  readonly ready: RegExp
}

async function serving(t: TestContext, { port, keyText, command: [program = '', ...args], ready }: Program): Promise<NameServer> {
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
  return { endpoint: { address: '127.0.0.1', port }, keyText, kill, start }
}
