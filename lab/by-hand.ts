import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { enterUserNamespace } from './enter-user-namespace.ts'
import { eventually } from './eventually.ts'
import { FAULTS, isFault } from './faults.ts'
import { createLab, type Lab } from './lab.ts'
import { isPersonality, PERSONALITIES } from './personalities.ts'
import { checkLab } from './requirements.ts'
import { type HostName, hostsOf } from './topology.ts'

/** Open a lab (`npm run lab -- NAME`), say what is where, and keep it until Ctrl-C. A fault happens when one types its name.
 *  Exit codes: 0 closed, 1 this machine cannot hold it, 2 wrong usage. */
async function main(name: string | undefined): Promise<number> {
  if (!isPersonality(name)) {
    console.error(`usage: npm run lab -- NAME, where NAME is one of\n${list(PERSONALITIES)}`)
    return 2
  }
  const check = checkLab()
  if (!check.ok) {
    console.error(`no lab here: ${check.reason}`)
    return 1
  }
  if (check.how === 'user-namespace') return enterUserNamespace([process.execPath, import.meta.filename, name], tellTheWayIn)
  const lab = await createLab({ personality: name })
  const web = await lab.startNginx()
  const told = new Promise<void>((resolve) => {
    // A Ctrl-C comes twice: from the terminal, and from the npm script between it and us.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve)
  })
  console.log(describe(lab, PERSONALITIES[name].says, web.url, await lab.issuingRoots(), await commands(lab)))
  const typed = createInterface({ input: process.stdin })
  typed.on('line', (line) => void happen(lab, line.trim()))
  await told
  typed.close()
  await lab.close()
  console.log('\nThe lab is gone.')
  return 0
}

function list(table: Record<string, { says: string }>): string {
  const width = Math.max(...Object.keys(table).map((name) => name.length))
  return Object.entries(table)
    .map(([name, { says }]) => `  ${name.padEnd(width)}  ${says}`)
    .join('\n')
}

async function happen(lab: Lab, fault: string): Promise<void> {
  if (!isFault(fault)) {
    console.log(`what can happen:\n${list(FAULTS)}`)
    return
  }
  const said = await lab.inject(fault).then(
    () => FAULTS[fault].says,
    (error: Error) => `failed: ${error.message}`,
  )
  console.log(`${fault}: ${said}`)
}

function describe(lab: Lab, says: string, webUrl: string, issuingRoots: string, toTry: string[]): string {
  const { addresses: a, network } = lab
  const what: Record<HostName, string> = {
    home: `${a.home.ipv4}  ${a.home.ipv6}  where porchlight runs`,
    server: `${a.server.ipv4}  ${a.server.ipv6}  nginx on ${webUrl}`,
    router: `${a.router.ipv4}  and ${a.wan.ipv4 || a.wan.ipv6} outside: ${says}`,
    carrier: `${a.seenAs}  the provider's NAT`,
    outer: `192.168.0.1  and ${a.seenAs} outside: the second router`,
    internet: 'the backbone between the router and everybody else',
    relay: `${a.relay.ipv4}  ${a.relay.ipv6}  answers for relay.test`,
    dns: `${a.dns.ipv4}  bind9, and pebble on ${a.acmeDirectory}`,
    visitor: `${a.visitor.ipv4}  ${a.visitor.ipv6}  somebody out there`,
    relay2: `${a.relay2.ipv4}  ${a.relay2.ipv6}  the second one that answers for relay.test`,
    nat64: '2001:db8:301::64  the way to IPv4 of those who have none',
    phone: '2001:db8:302::10  somebody out there without IPv4',
  }
  const hosts = (Object.keys(what) as HostName[]).filter((host) => hostsOf(network).includes(host))
  const nameWidth = Math.max(...hosts.map((host) => host.length))
  const textWidth = Math.max(...hosts.map((host) => what[host].length))
  return [
    ...hosts.map((host) => `${host.padEnd(nameWidth)}  ${what[host].padEnd(textWidth)}  ip netns exec ${lab.host(host).namespace} bash`),
    '',
    `files                      ${lab.dir}`,
    `signs pebble and relay     ${lab.caFile}`,
    `signs what pebble issues   ${issuingRoots}`,
    '',
    'To try, from the project folder, each in a terminal of its own:',
    ...toTry.map((line) => `  ${line}`),
    '',
    'Type the name of a fault to have it happen (Enter alone lists them). Ctrl-C ends the lab.',
  ].join('\n')
}

async function commands(lab: Lab): Promise<string[]> {
  const { addresses: a, dir, caFile } = lab
  const { certFile, keyFile } = await lab.relayCertificate()
  const on = (host: 'home' | 'relay') => `ip netns exec ${lab.host(host).namespace} env PORCHLIGHT_PUBLIC_RANGES=${a.publicRanges}`
  const [relay, home] = [join(dir, 'relay'), join(dir, 'home')]
  return [
    `${on('relay')} bin/porchlight-relay run --domain relay.test --data ${relay} --ipv4 ${a.relay.ipv4} --ipv6 ${a.relay.ipv6} --tls-cert ${certFile} --tls-key ${keyFile} --user root`,
    `bin/porchlight-relay code --data ${relay}`,
    `${on('home')} bin/porchlight run --data ${home} --relay CODE --relay-ca ${caFile} --acme-directory ${a.acmeDirectory} --acme-ca ${caFile} --agree`,
    `bin/porchlight add web --to http://${a.server.ipv4}:8080 --data ${home}`,
    `bin/porchlight status --watch --data ${home}`,
  ]
}

/** Namespaces made by an ordinary user cannot be named from outside: one enters through the first process in them. */
async function tellTheWayIn(unsharePid: number): Promise<void> {
  const inside = await eventually(() => {
    const [pid] = readFileSync(`/proc/${unsharePid}/task/${unsharePid}/children`, 'utf8').split(' ')
    return pid || false
  })
  console.log(`From another terminal, first:  nsenter --target ${inside} --user --preserve-credentials --mount --net --pid bash\n`)
}

if (import.meta.main) process.exit(await main(process.argv[2]))
