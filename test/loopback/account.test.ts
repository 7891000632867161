/** Who the relay is when root starts it. Root can be tested by root alone; anybody else is told so. */
import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import net from 'node:net'
import { join, resolve } from 'node:path'
import { type TestContext, test } from 'node:test'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { folder } from '../folder.ts'
import { finish, start } from './programs.ts'

const DIST = resolve(import.meta.dirname, '..', '..', 'dist', 'relay')
const isRoot = process.geteuid?.() === 0

/** The relay where every account can read it, unlike a clone in somebody's home. */
function installed(t: TestContext): { readonly around: string; relay(...args: string[]): [string, string[]] } {
  const around = folder(t)
  chmodSync(around, 0o711)
  const node = join(around, 'node')
  try {
    linkSync(process.execPath, node)
  } catch {
    copyFileSync(process.execPath, node)
  }
  cpSync(DIST, join(around, 'relay'), { recursive: true })
  const program = join(around, 'relay', 'porchlight-relay.js')
  return { around, relay: (...args) => [node, ['--disable-warning=ExperimentalWarning', program, ...args]] }
}

const run = (data: string, port: number, ...more: string[]): string[] => [
  ...['run', '--domain', 'relay.example', '--data', data, '--ipv4', '127.0.0.1', '--open'],
  ...['--https', `127.0.0.1:${port}`, '--http', '127.0.0.1:0', '--dns', 'off', ...more],
]

/** One that only root may open. */
async function lowPort(): Promise<number> {
  for (let port = 1023; port > 512; port -= 1) {
    const server = net.createServer()
    const isFree = await new Promise<boolean>((told) => server.once('error', () => told(false)).listen(port, '127.0.0.1', () => told(true)))
    await new Promise((closed) => server.close(closed))
    if (isFree) return port
  }
  throw new Error('no port below 1024 is free')
}

const owners = (path: string): number[] =>
  ['.', ...readdirSync(path, { recursive: true, encoding: 'utf8' })].map((entry) => lstatSync(join(path, entry)).uid)

const only = (uids: readonly number[]): number | undefined => (new Set(uids).size === 1 ? uids[0] : undefined)

if (process.platform === 'linux' && isRoot) {
  test('it gives root up for the account it is told, keeps the right to low ports alone, and takes its folder along', async (t) => {
    const { around, relay } = installed(t)
    const [data, port] = [join(around, 'data'), await lowPort()]
    const asRoot = await start(t, relay(...run(data, port, '--user', 'root')))
    assert.equal((await asRoot.stop()).code, 0)
    assert.equal(only(owners(data)), 0)
    const key = await finish(relay('key', '--data', data))

    const { process: child, stop, stderr } = await start(t, relay(...run(data, port, '--user', 'nobody')))
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1]?.trim() ?? ''
    const nobody = Number((await finish(['id', ['-u', 'nobody']])).stdout)
    assert.deepEqual(field('Uid').split(/\s+/).map(Number), [nobody, nobody, nobody, nobody])
    assert.ok(!field('Groups').split(' ').includes('0'), 'no group of root’s is left')
    const bindService = 1n << 10n
    for (const set of ['CapEff', 'CapPrm', 'CapBnd']) assert.equal(BigInt(`0x${field(set)}`), bindService, set)
    assert.equal(field('NoNewPrivs'), '1')
    assert.equal(only(owners(data)), nobody)

    // Its operator goes on working as root beside it.
    for (const command of ['code', 'devices']) assert.equal((await finish(relay(command, '--data', data))).code, 0, stderr())
    assert.equal(only(owners(data)), nobody)
    assert.equal((await finish(relay('key', '--data', data))).stdout, key.stdout)
    assert.equal((await stop()).code, 0)
    assert.equal((await (await start(t, relay(...run(data, port, '--user', 'nobody')))).stop()).code, 0)
  })

  test('a key that only root may read is named, because the account has to read it whenever it is renewed', async (t) => {
    const { around, relay } = installed(t)
    const { certPem, keyPem } = await issue(await makeAuthority(), { names: ['relay.example'] })
    const [cert, key] = [join(around, 'cert.pem'), join(around, 'key.pem')]
    writeFileSync(cert, certPem)
    writeFileSync(key, keyPem, { mode: 0o600 })
    const flags = run(join(around, 'data'), 0, '--tls-cert', cert, '--tls-key', key, '--user', 'nobody')
    const { code, stderr } = await finish(relay(...flags))
    assert.equal(code, 1)
    assert.match(stderr, /^error file-unreadable: /m)
    assert.ok(stderr.includes(key), stderr)
  })

  test('what cannot be is said, and nothing is started', async (t) => {
    const { around, relay } = installed(t)
    const refuses = async (flags: string[], words: RegExp): Promise<void> => {
      const { code, stdout, stderr } = await finish(relay(...flags))
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, words)
    }
    const data = join(around, 'data')
    await refuses(run(data, 0, '--user', 'nobody-of-that-name'), /^error account-unusable: .*no such account/m)
    await refuses(run(data, 0, '--user=--reuid=0'), /^error account-unusable: /m)
    const others = join(around, 'others')
    mkdirSync(others)
    chownSync(others, 1, 1)
    await refuses(run(others, 0, '--user', 'nobody'), /^error account-unusable: .*another account/m)
    chmodSync(around, 0o700)
    await refuses(run(data, 0, '--user', 'nobody'), /^error account-unusable: /m)
  })

  test('on the internet nobody stays root without having said so', async (t) => {
    const { around, relay } = installed(t)
    const hasUsual = (await finish(['id', ['porchlight']])).code === 0
    assert.ok(!hasUsual, 'this machine has an account "porchlight", which a relay would take')
    const flags = run(join(around, 'data'), 0, '--http', '0.0.0.0:0')
    const { code, stdout, stderr } = await finish(relay(...flags))
    assert.deepEqual([code, stdout], [1, ''])
    assert.match(stderr, /^error root-needs-account: .*adduser --system/m)
  })
} else if (process.platform === 'linux') {
  test('only root can hand over', async (t) => {
    const { around, relay } = installed(t)
    const { code, stderr } = await finish(relay(...run(join(around, 'data'), 0, '--user', 'root')))
    assert.equal(code, 1)
    assert.match(stderr, /^error account-unusable: /m)
  })
}
