/** The two programs, as a person starts them, on loopback. Always with a rehearsal relay or without services, so that no router is asked. */
import assert from 'node:assert/strict'
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { TestContext } from 'node:test'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { folder, later } from '../folder.ts'

export { type Status, statusOf } from '../status.ts'

export const DOMAIN = 'porchlight.localhost'
const ROOT = resolve(import.meta.dirname, '..', '..')
const ENV = { ...process.env, LC_ALL: 'en_GB.UTF-8', PORCHLIGHT_PUBLIC_RANGES: '' }
const READY_TIMEOUT_MS = 30_000

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Program {
  readonly process: ChildProcess
  /** What stands after `ready `. */
  readonly ready: string
  stdout(): string
  stderr(): string
  /** When it has ended. */
  readonly ended: Promise<Outcome>
  /** SIGTERM unless told; resolves when it has ended. */
  stop(signal?: NodeJS.Signals): Promise<Outcome>
}

/** A program with its arguments. The scripts for a shell do not run on Windows. */
export function argv(name: 'porchlight' | 'porchlight-relay', args: readonly string[]): [string, string[]] {
  if (process.platform !== 'win32') return [join(ROOT, 'bin', name), [...args]]
  const bundle = name === 'porchlight' ? 'engine' : 'relay'
  return [process.execPath, [join(ROOT, 'dist', bundle, `${name}.js`), ...args]]
}

export const relayCommand = (...args: string[]): [string, string[]] => argv('porchlight-relay', args)

/** One command to its end, whatever comes of it. */
export function porchlight(...args: string[]): Promise<Outcome> {
  return finish(argv('porchlight', args))
}

/** Any program to its end. */
export function finish([file, all]: readonly [string, string[]]): Promise<Outcome> {
  return new Promise((done) => {
    execFile(file, all, { env: ENV, timeout: 60_000 }, (error, stdout, stderr) => {
      done({ code: error ? (typeof error.code === 'number' ? error.code : null) : 0, stdout, stderr })
    })
  })
}

/** Its standard output; the test fails when the command does. */
export async function succeed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await porchlight(...args)
  assert.equal(code, 0, stderr)
  return stdout.trimEnd()
}

/** It failed with this code, on the last line of standard error, in words that end in a next step. */
export function assertError({ code, stderr }: Outcome, problem: string, nextStep: RegExp): void {
  assert.equal(code, 1, stderr)
  const line = stderr.trimEnd().split('\n').at(-1) ?? ''
  assert.ok(line.startsWith(`error ${problem}: `), stderr)
  assert.match(line, nextStep)
}

/** Starts a program, with `input` on its standard input, and ends it with the test. Resolves at its `ready` line (or the first that fits `line`), rejects when it ends before. */
export async function start(
  t: TestContext,
  [file, args]: readonly [string, string[]],
  line = /^ready (.+)\n/m,
  input = '',
): Promise<Program> {
  const child = spawn(file, args, { env: ENV, stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(input)
  let stdout = ''
  let stderr = ''
  const ready = Promise.withResolvers<string>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    const said = line.exec(stdout)?.[1]
    if (said !== undefined) ready.resolve(said)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = new Promise<Outcome>((done) => {
    child.once('close', (code) => done({ code, stdout, stderr }))
  })
  const late = setTimeout(() => ready.reject(new Error(`not ready in time: ${stderr}`)), READY_TIMEOUT_MS)
  void ended.then(() => ready.reject(new Error(`ended before it was ready: ${stderr}`)))
  later(t, async () => {
    child.kill('SIGKILL')
    await ended
  })
  const said = await ready.promise.finally(() => clearTimeout(late))
  return {
    process: child,
    ready: said,
    stdout: () => stdout,
    stderr: () => stderr,
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal)
      return ended
    },
  }
}

export function startEngine(t: TestContext, data: string, ...more: string[]): Promise<Program> {
  return start(t, argv('porchlight', ['run', '--data', data, ...(more.includes('--ui') ? [] : ['--ui', 'off']), ...more]))
}

/** For an engine that is expected to end by itself. */
export const runEngine = (data: string, ...more: string[]): Promise<Outcome> => porchlight('run', '--data', data, '--ui', 'off', ...more)

export interface Relay extends Program {
  readonly data: string
  readonly port: number
  /** The file of the rehearsal's authority. */
  readonly ca: string
  code(): Promise<string>
}

export interface RelayOptions {
  readonly data?: string
  /** The one of an earlier start. */
  readonly port?: number
  readonly open?: boolean
  /** Made before; else the relay makes one for a rehearsal, anew at each start. */
  readonly certificate?: TestAuthority
}

export async function startRelay(t: TestContext, options: RelayOptions = {}): Promise<Relay> {
  const { data = folder(t), port = 0, open = false, certificate } = options
  const listen = ['--https', `127.0.0.1:${port}`, '--http', '127.0.0.1:0', '--dns', 'off']
  const files = certificate ? ['--tls-cert', certificate.certFile, '--tls-key', certificate.keyFile] : []
  const common = ['run', '--domain', DOMAIN, '--data', data, '--ipv4', '127.0.0.1']
  const program = await start(t, argv('porchlight-relay', [...common, ...listen, ...files, ...(open ? ['--open'] : [])]))
  return {
    ...program,
    data,
    port: Number(new URL(program.ready).port),
    ca: certificate?.caFile ?? join(data, 'ca.pem'),
    async code() {
      const { code, stdout, stderr } = await finish(argv('porchlight-relay', ['code', '--data', data]))
      assert.equal(code, 0, stderr)
      return stdout.trim()
    },
  }
}

/** A certificate for {@link DOMAIN} as files, and the authority behind it. */
export interface TestAuthority {
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
}

export async function testAuthority(t: TestContext): Promise<TestAuthority> {
  const path = folder(t)
  const authority = await makeAuthority()
  const { certPem, keyPem } = await issue(authority, { names: [DOMAIN] })
  const file = (name: string, content: string): string => {
    writeFileSync(join(path, name), content)
    return join(path, name)
  }
  return { caFile: file('ca.pem', authority.certPem), certFile: file('cert.pem', certPem), keyFile: file('key.pem', keyPem) }
}

/** How an engine is told of this relay by its bare address. */
export const at = (relay: { readonly ready: string; readonly ca: string }): string[] => ['--relay', relay.ready, '--relay-ca', relay.ca]

export const readText = (...path: string[]): string => readFileSync(join(...path), 'utf8')
