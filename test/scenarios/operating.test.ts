/** docs/operating.md, as somebody types it: every command on the page, in its order, on a Debian that is forgotten afterwards. The zone above and the
 *  certificate directory are real; what a laboratory has not is played, and the page says what that is. */
import assert from 'node:assert/strict'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { createLab, type Lab } from '../../lab/lab.ts'
import { openSqliteRegistry } from '../../relay/registry/sqlite.ts'
import { newKey, publicationOf } from '../../relay/registry/values.fixture.ts'
import { holdsAccounts, SYSTEMCTL, sandboxed, standIn } from './sandbox.ts'

const ROOT = resolve(import.meta.dirname, '..', '..')
const PAGE = readFileSync(join(ROOT, 'docs', 'operating.md'), 'utf8')
const LINK = 'abcdefgh2345abcd'
const LABEL = 'amber-otter-42'

/** Fenced blocks of shell, as they are to be typed. */
const blocksOf = (page: string): string[] => [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text]) => text ?? '')

describe('docs/operating.md', () => {
  let lab: Lab
  before(async () => {
    lab = await createLab()
    const tool = await import(pathToFileURL(join(ROOT, 'tools', 'package', 'relay.mjs')).href)
    tool.packRelay(lab.dir)
  })
  after(() => lab.close())

  it('names what is played, and nothing else is', () => {
    const named = /these are:\n(.*?)\.\n/s.exec(PAGE)?.[1]?.match(/[a-z]+/g)
    assert.deepEqual(named, ['systemctl', 'journalctl', 'docker', 'npm', 'scp'])
    // What the commands name in a clone is there.
    assert.ok(existsSync(join(ROOT, 'relay', 'install', 'Dockerfile')))
    assert.match(readFileSync(join(ROOT, 'package.json'), 'utf8'), /"package:relay"/)
    for (const [, page] of PAGE.matchAll(/\]\(([a-z-]+\.md)\)/g)) assert.ok(existsSync(join(ROOT, 'docs', page ?? '')), page)
    // The other page that an operator reads has nothing to type.
    assert.deepEqual(blocksOf(readFileSync(join(ROOT, 'docs', 'threat-model.md'), 'utf8')), [])
  })

  it('every command on it does what it says, in this order', async () => {
    const blocks = blocksOf(PAGE)
    assert.ok(blocks.length >= 15, `${blocks.length} blocks`)
    if (!holdsAccounts()) return
    const here = await inThisLab()
    mkdirSync(join(lab.dir, 'blocks'))
    for (const [index, text] of blocks.entries()) writeFileSync(join(lab.dir, 'blocks', `${index}.sh`), here(text))
    const script = `cd /root
      for block in $(seq 0 ${blocks.length - 1}); do
        echo "== $block"
        sh -e ${lab.dir}/blocks/$block.sh || { echo "failed: block $block"; exit 1; }
      done
      echo '== cron'
      sed -n 's/^[0-9].* root //p' /etc/cron.d/porchlight-relay > jobs
      [ "$(wc -l < jobs)" = 2 ] && sh -e jobs && cat /run/porchlight-check
      echo '== after all'
      porchlight-relay devices --data /var/lib/porchlight-relay
      stat -c '%U %a %n' /var/lib/porchlight-relay /var/lib/porchlight-relay/registry.db /root/porchlight-relay.backup
      cat /var/log/played.log`
    const host = lab.host('relay')
    const env = { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin' }
    const { code, stdout, stderr } = await host.exec(...sandboxed(script, { folders: [lab.dir], prepare: prepare() }), {
      timeoutMs: 180_000,
      env,
    })
    assert.equal(code, 0, `${stdout.slice(-3000)}\n${stderr.slice(-3000)}`)

    const said = new Map(stdout.split(/^== /m).map((part) => [part.slice(0, part.indexOf('\n')), part.slice(part.indexOf('\n') + 1)]))
    const saidBy = (command: string): string =>
      said.get(String(blocks.findIndex((text) => text.split('\n').some((line) => line.startsWith(command))))) ?? ''
    assert.equal(saidBy('porchlight-relay code --count 3').match(/^plr1\S+$/gm)?.length, 4)
    assert.match(saidBy('porchlight-relay device '), new RegExp(LABEL))
    assert.match(saidBy('porchlight-relay takedowns'), /phishing, reported today/)
    assert.match(saidBy('journalctl'), /"certificate-obtained"/)
    assert.match(saidBy('porchlight-relay restore'), /^restored 1 devices?$/m)
    for (const page of [saidBy('porchlight-relay check --data'), said.get('cron') ?? '']) assert.match(page, /^Ports: fine$/m)
    assert.match(saidBy('porchlight-relay check --outside'), /All is well/)
    const afterAll = said.get('after all') ?? ''
    assert.match(afterAll, new RegExp(`^${LABEL} `, 'm'))
    assert.match(afterAll, /^porchlight 700 \/var\/lib\/porchlight-relay$/m)
    assert.match(afterAll, /^porchlight 600 .*registry\.db$/m)
    assert.match(afterAll, /^root 600 \/root\/porchlight-relay\.backup$/m)
    assert.match(afterAll, /^docker run .*--network host/m)
  })

  /** What a command looks like here: the laboratory's names, addresses and directory instead of the examples. */
  async function inThisLab(): Promise<(text: string) => string> {
    const roots = await lab.issuingRoots()
    const { relay, acmeDirectory } = lab.addresses
    const acme = /--acme-directory \S+(\s+\\?\s*)--acme-email \S+/g
    return (text) =>
      text
        .replaceAll('relay.example.org', 'relay.test')
        .replaceAll('192.0.2.1', relay.ipv4)
        .replaceAll('2001:db8::1', relay.ipv6)
        .replaceAll(acme, `--acme-directory ${acmeDirectory} --acme-ca ${lab.caFile} --acme-email me@relay.test --probe-ca ${roots}`)
        .replace(/(check --outside .*)/, `$1 --probe-ca ${roots}`)
  }

  /** A relay that has a device with a link already; a pair of certificate files; and the programs that are played. */
  function prepare(): string {
    const data = join(lab.dir, 'prepared')
    mkdirSync(data)
    const registry = openSqliteRegistry(join(data, 'registry.db'))
    const key = newKey()
    registry.registerDevice(key, Date.now(), LABEL)
    registry.setPublished(key, publicationOf({ web: [LINK] }), Date.now())
    registry.close()
    cpSync(join(lab.dir, 'porchlight-relay-linux.tar.gz'), join(data, 'archive'))
    const note = (name: string): string => standIn(name, `#!/bin/sh\necho "${name} $*" >> /var/log/played.log`)
    return [
      `mkdir -p "$root/var/lib/porchlight-relay"; mv ${data}/registry.db "$root/var/lib/porchlight-relay/"`,
      'touch "$root/root/cert.pem" "$root/root/key.pem"',
      standIn('systemctl', SYSTEMCTL),
      standIn('journalctl', '#!/bin/sh\ncat /var/log/relay.log'),
      standIn('scp', `#!/bin/sh\necho "scp $*" >> /var/log/played.log\ncp ${data}/archive /root/porchlight-relay-linux.tar.gz`),
      ...['docker', 'npm'].map(note),
    ].join('\n')
  }
})
