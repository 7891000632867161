/** The front door beside a real nginx that is set up as people's guides say: the same service behind both, the same requests. And real nginx
 *  behind the front door, as what people have at home. */
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { issueCertificate } from '../../lab/certificates.ts'
import { eventually } from '../../lab/eventually.ts'
import { listening } from '../../lab/host.ts'
import type { Host, HostName, LabProcess } from '../../lab/lab.ts'
import { compared, DIFFERENCES, GUIDE_CASES } from './guide-cases.ts'
import { type House, hostOf, MARKER, openHouse } from './house.ts'
import { atHome, guide, HOME, nginxWith, SERVER } from './nginx-configs.ts'
import type { RawAnswer, RawCase } from './raw-visitor.ts'
import { smugglingCases } from './smuggling-cases.ts'

const here = (file: string): string => resolve(import.meta.dirname, file)
const [RELAY, VISITOR] = ['198.51.100.20', '198.18.0.10']

describe('the front door beside the nginx of the guides', () => {
  let house: House
  let service: LabProcess
  let name: string

  before(async () => {
    house = await openHouse({ upnp: false })
    const home = house.lab.host('home')
    const started = await Promise.all([
      home.spawn(process.execPath, [here('guide-service.ts'), '127.0.0.1', '8088'], { readyPattern: /listening/ }),
      house.startRelay(),
    ])
    service = started[0]
    await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://127.0.0.1:8088')
    await house.porchlight('route', 'add', 'web', '/kitchen', '--to', house.nginx.url, '--strip')
    name = hostOf(await house.becomes('tunnel', 30_000))
    await startNginx('guide', home, 443, 'guide', (folder) => guide(folder, name))
  })
  after(() => house?.close())

  async function startNginx(at: string, host: Host, port: number, certificate: string, servers: (folder: string) => string) {
    const { dir, caFile } = house.lab
    const folder = join(dir, at)
    mkdirSync(folder, { recursive: true })
    await issueCertificate(folder, certificate, [`DNS:${name}`], { certFile: caFile, keyFile: caFile.replace(/\.pem$/, '.key') })
    writeFileSync(join(folder, 'nginx.conf'), nginxWith(folder, servers(folder)))
    const nginx = await host.spawn('nginx', ['-p', folder, '-e', join(folder, 'error.log'), '-c', join(folder, 'nginx.conf')])
    await listening(host, nginx, port)
    return { nginx, certFile: join(folder, `${certificate}.pem`) }
  }

  async function ask(from: HostName, address: string, cases: readonly RawCase[], port = 443): Promise<RawAnswer[]> {
    const args = [here('raw-visitor.ts'), address, String(port), name, join(house.lab.dir, 'roots.pem')]
    const { stdout, stderr, code } = await house.lab.host(from).exec(process.execPath, args, { input: JSON.stringify(cases) })
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout)
  }

  it('gives the same requests the same answers, through the tunnel and directly, but for differences that are listed with their reasons', async () => {
    const { ports } = JSON.parse(readFileSync(join(house.dataFolder, 'settings.json'), 'utf8'))
    const [nginx, tunnelled, direct] = await Promise.all([
      ask('server', HOME, GUIDE_CASES),
      ask('visitor', RELAY, GUIDE_CASES),
      ask('server', HOME, GUIDE_CASES, ports[':web ipv4']),
    ])
    for (const [way, ours] of Object.entries({ tunnelled, direct })) {
      assert.deepEqual(
        differencesOf(nginx, ours),
        DIFFERENCES.map(({ why: _, ...difference }) => difference),
        way,
      )
      const events = ours.find((answer) => answer.name === 'server-sent events')
      assert.ok((events?.bursts ?? 0) >= 2, 'an event arrives before the next one happens')
      assert.equal(ours.find((answer) => answer.name === 'a WebSocket')?.body, 'frames')
    }
  })

  const differencesOf = (nginx: readonly RawAnswer[], ours: readonly RawAnswer[]): unknown[] =>
    GUIDE_CASES.flatMap(({ name: of }, index) => {
      const [theirs, mine] = [nginx, ours].map((answers) => compared(answers[index] as RawAnswer, name))
      assert.ok(theirs && mine && ours[index]?.isWhole !== undefined)
      // Another status has other fields and another body as well.
      const isOther = DIFFERENCES.some((each) => each.of === of && each.what === 'statuses')
      const keys = Object.keys(theirs) as (keyof typeof theirs)[]
      return keys
        .filter((what) => !isOther || what === 'statuses')
        .flatMap((what) => {
          const [nginx, ours] = onlyIn(theirs[what], mine[what])
          return JSON.stringify(nginx) === JSON.stringify(ours) ? [] : [{ of, what, nginx, ours }]
        })
    })

  it('tells the service who its visitor is, through the tunnel too, whatever he claims himself', async () => {
    const [answer] = await ask(
      'visitor',
      RELAY,
      GUIDE_CASES.filter((each) => each.name === 'claims about the visitor'),
    )
    const { rawHeaders } = JSON.parse(answer?.body ?? '{}') as { rawHeaders: string[] }
    const told = Object.fromEntries(rawHeaders.flatMap((field, index) => (index % 2 === 0 ? [[field, rawHeaders[index + 1]]] : [])))
    assert.deepEqual(
      { ...told, 'CDN-Loop': undefined, Connection: undefined },
      {
        Host: name,
        'X-Forwarded-For': VISITOR,
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': name,
        Forwarded: `for=${VISITOR};host="${name}";proto=https`,
        'CDN-Loop': undefined,
        Connection: undefined,
      },
    )
  })

  it('gives curl the same: a form, an upload, a part of a file, HTTP/1.0', async () => {
    const upload = join(house.lab.dir, 'upload')
    writeFileSync(upload, 'x'.repeat(300_000))
    const runs = [
      ['/echo', '-F', 'a=1', '-F', `b=@${upload}`],
      ['/echo', '-T', upload],
      ['/echo', '-X', 'DELETE', '-d', 'gone'],
      ['/file', '-r', '100-199'],
      ['/file', '--http1.0', '-I'],
      ['/events', '-N'],
    ]
    for (const [path = '', ...args] of runs) {
      const [theirs, mine] = await Promise.all([curl('server', HOME, path, args), curl('visitor', RELAY, path, args)])
      assert.deepEqual(mine, theirs, path + args.join(' '))
    }
  })

  async function curl(from: HostName, address: string, path: string, args: string[]): Promise<string> {
    const common = [
      '-sS',
      '--http1.1',
      '--max-time',
      '8',
      '--cacert',
      join(house.lab.dir, 'roots.pem'),
      '-w',
      '\n%{http_code} %{size_download}',
    ]
    const { stdout, stderr, code } = await house.lab
      .host(from)
      .exec('curl', [...common, '--resolve', `${name}:443:${address}`, ...args, `https://${name}${path}`])
    assert.equal(code, 0, `${from} ${path} ${args.join(' ')}: ${stderr}`)
    // What the service says of a request differs in the visitor, and in a form's random border.
    if (path === '/echo')
      return JSON.stringify({ ...JSON.parse(stdout.split('\n')[0] ?? ''), rawHeaders: [], sha256: args[0] === '-F' ? '' : undefined })
    // The order of different fields means nothing (RFC 9110 §5.3).
    return stdout
      .split('\n')
      .filter((line) => !/^(date|server|connection|keep-alive):/i.test(line))
      .sort()
      .join('\n')
  }

  it('lets no second request through that hides in the first, neither to Node nor to nginx', async (t) => {
    const cases = (path: string, where: string) =>
      smugglingCases(name, path, '/HIDDEN').map(({ parts, ...each }, index) => ({
        ...each,
        staysMs: 2000,
        // As long as it was, so that the lengths stay true.
        parts: parts.map((part) => String(part).replaceAll('/HIDDEN', `/${where}${String(index).padStart(2, '0')}`.padEnd(7, '-'))),
      }))
    const [nginx, toNode, toNginx] = await Promise.all([
      ask('server', HOME, cases('/echo', 'away')),
      ask('visitor', RELAY, cases('/echo', 'node')),
      ask('visitor', RELAY, cases('/kitchen/index.html', 'kitc')),
    ])
    const heard = service.stdout() + house.nginx.accessLog().join('\n')
    for (const [index, { name: of, ours }] of cases('', '').entries()) {
      const number = String(index).padStart(2, '0')
      const [theirs, node, kitchen] = [nginx, toNode, toNginx].map((answers) => answers[index] as RawAnswer)
      const through = heard.includes(`/away${number}`) ? ', and passes the second request on' : ''
      t.diagnostic(`${of}: nginx ${theirs?.statuses.join('+') || 'hangs up'}${through}; ours ${node?.statuses.join('+')}`)
      for (const answer of [node, kitchen]) {
        assert.ok(answer?.statuses.length === 1, `${of}: one answer, not ${answer?.statuses.join('+')}`)
        if (ours === 'refused') assert.deepEqual([(answer.statuses[0] ?? 0) >= 400, answer.closed], [true, true], of)
      }
      assert.doesNotMatch(heard, new RegExp(`/(node|kitc)${number}`), of)
    }
  })

  it('leads a path to another machine, says where, and leads none astray', async () => {
    assert.match((await house.visit(`https://${name}/kitchen/`)).body, new RegExp(MARKER))
    assert.equal(await house.porchlight('route', 'test', 'web', '/kitchen/x?y'), `/kitchen  ${house.nginx.url}/x?y\n`)
    assert.match(
      await house.porchlight('route', 'ls', 'web'),
      /^\/kitchen {2}http:\/\/192\.168\.1\.20:8080 .*\n\/ {9}http:\/\/127\.0\.0\.1:8088 .*\n$/,
    )
    assert.equal((await house.visit(`https://${name}/kitchen/../file`, '--path-as-is')).status, 400)
    assert.equal((await house.visit(`https://${name}/%6bitchen/`)).status, 400)
  })

  it('keeps to the certificate that the owner has accepted, and asks him when it is another one', async () => {
    const server = house.lab.host('server')
    const first = await startNginx('at-home', server, 9443, 'first', (folder) => atHome(folder, 'first'))
    const target = `https://${SERVER}:9443`
    const refused = await house.tryPorchlight('add', 'nas', '--to', target)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /certificate-unaccepted/)
    assert.ok(refused.stderr.includes(await fingerprint(first.certFile)), refused.stderr)
    await house.porchlight('route', 'add', 'web', '/nas', '--to', target, '--accept-certificate')
    assert.deepEqual(await visited('/nas/x'), [200, 'behind /nas/x'])
    await first.nginx.stop()
    const second = await startNginx('at-home', server, 9443, 'second', (folder) => atHome(folder, 'second'))
    // The visitor who meets it has the engine look.
    const turnedAway = await house.visit(`https://${name}/nas/x`, '-H', 'Accept-Language: fr', '-H', 'Accept: text/html')
    assert.deepEqual([turnedAway.status, /n’a pas été reconnu/.test(turnedAway.body)], [502, true])
    const told = await eventually(async () => {
      const found = (await house.status()).problems.find(({ code }) => code === 'certificate-replaced')
      assert.ok(found)
      return found
    })
    assert.deepEqual(
      [told.params.service, told.params.ours, told.params.theirs],
      ['web/nas', await fingerprint(first.certFile), await fingerprint(second.certFile)],
    )
    await house.porchlight('pin', 'web/nas', (await house.porchlight('pin', 'web/nas')).trim())
    assert.deepEqual(await visited('/nas/x'), [200, 'behind /nas/x'])
    await eventually(async () =>
      assert.deepEqual(
        (await house.status()).problems.map(({ code }) => code).filter((code) => code.startsWith('cert')),
        [],
      ),
    )
  })

  async function visited(path: string): Promise<[number, string]> {
    const { status, body } = await house.visit(`https://${name}${path}`)
    return [status, body]
  }

  async function fingerprint(certFile: string): Promise<string> {
    const { stdout } = await house.lab.host('server').exec('openssl', ['x509', '-in', certFile, '-noout', '-fingerprint', '-sha256'])
    return stdout.trim().replace(/^.*=/, '')
  }

  it('tells a TCP service its visitor by the PROXY protocol, through the tunnel too', async () => {
    await house.porchlight('add', 'told', '--to', `tcp://${SERVER}:9001`)
    const { publicAddress } = await eventually(
      async () => {
        const found = await house.service('told')
        assert.equal(found.state, 'reachable')
        return found
      },
      { timeoutMs: 20_000 },
    )
    const asked = () => house.lab.host('visitor').exec('curl', ['-sS', '--max-time', '10', `http://${RELAY}:${publicAddress?.port}/`])
    assert.notEqual((await asked()).code, 0, 'nginx hangs up on who does not speak it')
    await house.porchlight('proxy-protocol', 'told', 'on')
    assert.equal((await asked()).stdout, `told ${VISITOR}`)
  })
})

/** Of two lists, what each has alone. */
function onlyIn<T>(a: T, b: T): [unknown, unknown] {
  if (!Array.isArray(a) || !Array.isArray(b) || typeof a[0] === 'number' || typeof b[0] === 'number') return [a, b]
  return [a.filter((one) => !b.includes(one)), b.filter((one) => !a.includes(one))]
}
