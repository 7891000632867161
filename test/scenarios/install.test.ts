/** A relay on a server of its own: the systemd unit, the container's recipe, and the text that turns a rented server into a relay. systemd itself
 *  and Docker do not run here: a stand-in for systemctl starts what the unit says, with the rights it says, and the recipe's steps are run one by one. */
import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { createLab, type Lab } from '../../lab/lab.ts'
import { run } from '../../lab/process.ts'
import { parseRelayCode } from '../../protocol/model/relay-code.ts'
import { holdsAccounts, SYSTEMCTL, sandboxed, standIn } from './sandbox.ts'

const ROOT = resolve(import.meta.dirname, '..', '..')
const INSTALL = join(ROOT, 'relay', 'install')
const UNIT = readFileSync(join(INSTALL, 'porchlight-relay.service'), 'utf8')

describe('the systemd unit', () => {
  it('is understood whole, and leaves the relay little to break', async () => {
    const [folder, program] = [await mustPrint(['mktemp', '-d']), '/opt/porchlight-relay/bin/porchlight-relay']
    const unit = join(folder, 'porchlight-relay.service')
    // Where the program stands is looked at too.
    writeFileSync(unit, UNIT.replace(program, '/bin/true'))
    const verified = await run(['systemd-analyze', 'verify', unit])
    assert.deepEqual([verified.code, verified.stderr], [0, ''])
    // 0 to 10; systemd's own word for below 2.5 is OK.
    const secured = await run(['systemd-analyze', 'security', '--offline=true', '--threshold=20', unit])
    assert.equal(secured.code, 0, secured.stdout)
    assert.match(UNIT, new RegExp(`^ExecStart=${program} run --data /var/lib/porchlight-relay \\$FLAGS$`, 'm'))
    await run(['rm', '-r', folder])
  })
})

describe('a server of one’s own', () => {
  let lab: Lab
  let sha256: string
  before(async () => {
    lab = await createLab()
    ;({ sha256 } = (await packed()).packRelay(lab.dir))
  })
  after(() => lab.close())

  it('a home in a container: every step of the recipe, and an engine without root that answers', async () => {
    const steps = stepsOf(readFileSync(join(ROOT, 'engine', 'install', 'Dockerfile'), 'utf8'))
    assert.deepEqual(
      steps.map(([name]) => name),
      ['FROM', 'RUN', 'ADD', 'RUN', 'USER', 'VOLUME', 'ENTRYPOINT'],
    )
    const entry = JSON.parse(steps.at(-1)?.[1] ?? '') as string[]
    assert.deepEqual(entry, ['porchlight', 'run', '--data', '/var/lib/porchlight'])
    if (!holdsAccounts()) return
    const tool = await import(pathToFileURL(join(ROOT, 'tools', 'package', 'engine.mjs')).href)
    tool.packEngine(lab.dir)
    const as = (words: string) => `setpriv --reuid=porchlight --regid=porchlight --init-groups --no-new-privs ${words}`
    const proof = `cd /; ${as(`timeout 60 ${entry.join(' ')}`)} > /out 2>/err & for turn in $(seq 500); do grep -q '^ready http' /out && break; sleep 0.1; done; cat /err >&2
      ${as('porchlight page --data /var/lib/porchlight')}; stat -c '%U %a' /var/lib/porchlight; ${as('porchlight stop --data /var/lib/porchlight')}`
    const script = ['set -e', ...replayed(steps, lab.dir), proof].join('\n')
    const { code, stdout, stderr } = await lab.host('relay').exec(...sandboxed(script, { folders: [lab.dir] }), { timeoutMs: 180_000 })
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^http:\/\/127\.0\.0\.1:\d+\//m)
    assert.match(stdout, /^porchlight 700$/m)
  })

  it('in a container: every step of the recipe, on a Debian that forgets it afterwards', async () => {
    const steps = stepsOf(readFileSync(join(INSTALL, 'Dockerfile'), 'utf8'))
    assert.deepEqual(
      steps.map(([name]) => name),
      ['FROM', 'RUN', 'ADD', 'RUN', 'VOLUME', 'ENTRYPOINT'],
    )
    const [entry, ...more] = JSON.parse(steps.at(-1)?.[1] ?? '') as string[]
    assert.deepEqual([entry, ...more], ['porchlight-relay', 'run', '--user', 'porchlight', '--data', '/var/lib/porchlight-relay'])
    if (!holdsAccounts()) return
    const commands = replayed(steps, lab.dir)
    // It gives root up, and says with its first step beyond that it needs more to be told.
    const flags = '--domain relay.test --ipv4 127.0.0.1 --https 127.0.0.1:443 --http 127.0.0.1:80 --dns off'
    const proof = `timeout 60 ${[entry, ...more].join(' ')} ${flags} > /out 2>/err & for turn in $(seq 500); do grep -q ready /out && break; sleep 0.1; done
      ls -ln /var/lib/porchlight-relay | grep -c " $(id -u porchlight) "; cat /out; stat -c %U /proc/$(pgrep -P $!); kill %1`
    const { code, stdout, stderr } = await lab
      .host('relay')
      .exec(...sandboxed(['set -e', ...commands, proof].join('\n'), { folders: [lab.dir] }), { timeoutMs: 180_000 })
    assert.equal(code, 0, stderr)
    assert.match(stdout, /ready https:\/\/relay\.test/)
    assert.match(stdout, /^porchlight$/m)
  })

  it('rented: the text makes it a relay with a certificate, and prints a relay code', async () => {
    const { certFile, keyFile, authority } = await servedBy('acme.test')
    const serve = `const https = require('https'), fs = require('fs')
      https.createServer({ cert: fs.readFileSync('${certFile}'), key: fs.readFileSync('${keyFile}') }, (_, response) =>
        fs.createReadStream('${lab.dir}/porchlight-relay-linux.tar.gz').pipe(response)).listen(8443, () => console.log('there'))`
    await lab.host('dns').spawn(process.execPath, ['-e', serve], { readyPattern: /there/ })
    const acme = ['--acme-directory', lab.addresses.acmeDirectory, '--acme-ca', lab.caFile, '--acme-email', 'me@relay.test']
    const flags = ['--domain', 'relay.test', ...acme, '--probe-ca', await lab.issuingRoots()]
    const text = async (sum: string): Promise<string> => {
      const source = ['--url', 'https://acme.test:8443/porchlight-relay-linux.tar.gz', '--sha256', sum]
      const { code, stdout, stderr } = await run([join(ROOT, 'bin', 'porchlight-relay'), 'cloud-init', ...source, ...flags])
      assert.equal(code, 0, stderr)
      return stdout
    }
    const config = configOf(await text(sha256))
    assert.deepEqual(config.packages, ['ca-certificates', 'curl'])
    const [[path] = []] = config.runcmd
    assert.equal(config.write_files[0]?.path, path)
    if (!holdsAccounts()) return

    const booted = async (sum: string) => {
      const { content = '' } = configOf(await text(sum)).write_files[0] ?? {}
      writeFileSync(join(lab.dir, 'setup.sh'), content, { mode: 0o755 })
      const prepare = `mkdir -p "$root/run/systemd/resolve"
        cat "$root/etc/resolv.conf" > "$root/run/systemd/resolve/resolv.conf"
        ${standIn('systemctl', SYSTEMCTL)}`
      const script = `PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin CURL_CA_BUNDLE=${authority} ${lab.dir}/setup.sh; code=$?
        cat /etc/systemd/resolved.conf.d/porchlight-relay.conf /etc/porchlight-relay.conf /var/log/relay.log; exit $code`
      return await lab
        .host('relay')
        .exec(...sandboxed(script, { folders: [lab.dir], prepare }), { timeoutMs: 180_000, env: { LC_ALL: 'C' } })
    }
    const other = await booted('0'.repeat(64))
    assert.notEqual(other.code, 0)
    assert.match(other.stderr, /sha256sum: WARNING/)
    assert.doesNotMatch(other.stdout, /FLAGS/)

    const { code, stdout, stderr } = await booted(sha256)
    assert.equal(code, 0, `${stdout}${stderr}`)
    assert.ok(parseRelayCode(/^plr1\S+$/m.exec(stdout)?.[0] ?? ''), stdout)
    const { ipv4, ipv6 } = lab.addresses.relay
    assert.ok(stdout.includes(`FLAGS=${flags.join(' ')} --ipv4 ${ipv4} --ipv6 ${ipv6}`), stdout)
    assert.match(stdout, /^DNSStubListener=no$/m)
    assert.match(stdout, /"certificate-obtained"/)
    for (const area of ['Ports', 'Certificate', 'Clock']) assert.match(stdout, new RegExp(`^${area}: fine$`, 'm'))
  })

  async function servedBy(name: string) {
    const made = await makeAuthority()
    const { certPem, keyPem } = await issue(made, { names: [name] })
    const file = (part: string, content: string): string => {
      writeFileSync(join(lab.dir, `source-${part}.pem`), content)
      return join(lab.dir, `source-${part}.pem`)
    }
    return { certFile: file('cert', certPem), keyFile: file('key', keyPem), authority: file('authority', made.certPem) }
  }
})

/** What `npm run package:relay` does; a plain script, without types. */
const packed = async () =>
  (await import(pathToFileURL(join(ROOT, 'tools', 'package', 'relay.mjs')).href)) as { packRelay(folder: string): { sha256: string } }

interface CloudConfig {
  readonly packages: readonly string[]
  readonly write_files: readonly { readonly path: string; readonly content: string }[]
  readonly runcmd: readonly (readonly string[])[]
}

function configOf(text: string): CloudConfig {
  assert.match(text, /^#cloud-config\n\{/)
  return JSON.parse(text.slice(text.indexOf('\n')))
}

const stepsOf = (recipe: string): [name: string, text: string][] =>
  recipe
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)])

/** What Docker would do for each step, with archives out of `folder`. */
const replayed = (steps: readonly [name: string, text: string][], folder: string): string[] =>
  steps.flatMap(([name, text]) => {
    const [from = '', to = ''] = text.split(' ')
    if (name === 'ADD') return [`mkdir -p ${to} && tar --extract --gzip --file ${folder}/${from} --directory ${to}`]
    if (name === 'VOLUME') return [`mkdir -p ${text}`]
    return name === 'RUN' ? [text] : []
  })

async function mustPrint(argv: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(argv)
  assert.equal(code, 0, stderr)
  return stdout.trim()
}
