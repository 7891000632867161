/** A scripted stand-in for the engine: the same command line, engine.json, local socket and contract, and a snapshot that a test sets.
 *  For states that are hard to produce, and for the desktop app alone. `node engine.ts run --data DIR --ui off` */

import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { contract } from '../../protocol/contract.ts'
import type { FoundProgram } from '../../protocol/model/discovery.ts'
import type { OwnDomain } from '../../protocol/model/own-domain.ts'
import type { Setup } from '../../protocol/model/setup.ts'
import { ProblemError, problem } from '../../protocol/problem.ts'
import { type Channel, call, serve } from '../../protocol/rpc.ts'
import { plainHome, plainService } from '../../protocol/snapshot.fixture.ts'
import { type ServiceView, Snapshot } from '../../protocol/snapshot.ts'
import { scriptedMemory } from './memory.ts'
import { CONNECTED_RELAY } from './snapshots.ts'

/** The contract of the engine, and what a test asks of the stand-in over the same socket. */
export const scriptedContract = {
  ...contract,
  setSnapshot: call(Snapshot, z.object({})),
  /** What was called so far, as `name argument`. */
  calls: call(z.object({}), z.array(z.string())),
  /** From now on each visitor is sent so much between two looks. */
  carry: call(z.object({ bytes: z.number() }), z.object({})),
}

export const reachableService = (name: string): ServiceView =>
  plainService({
    name,
    target: 'http://192.168.1.20:8080',
    state: 'reachable',
    paths: [{ rung: 'mapped', family: 'ipv4', phase: 'confirmed', outside: { address: '203.0.113.7', port: 443 } }],
    best: { ipv4: 'mapped', ipv6: null },
    publicUrl: `https://${name}.home.relay.example/`,
    publicAddress: { host: `${name}.home.relay.example`, port: 443 },
    shareLink: `https://relay.example/s/${name}#secret`,
    provenAtMs: Date.UTC(2026, 0, 5, 18, 0),
  })

export const snapshotOf = (services: ServiceView[]): Snapshot => {
  const { gateway } = plainHome()
  return plainHome({
    gateway: { ...gateway, address: '192.168.1.1', name: 'Router', protocols: ['upnp'], externalIPv4: '203.0.113.7', nat: 'single' },
    relay: CONNECTED_RELAY,
    domain: 'home.relay.example',
    services,
  })
}

const scriptedFinds = ({ services }: Snapshot): FoundProgram[] => {
  const leadsTo = (target: string) => services.find((service) => service.target === target)?.name ?? null
  const films = { id: 'jellyfin', name: 'Jellyfin', confidence: 'sure' } as const
  return [
    { target: 'http://127.0.0.1:8096', name: 'jellyfin', title: 'Jellyfin', machine: null, preset: films, service: null },
    {
      target: 'http://192.168.1.20:8080',
      name: 'kitchen',
      title: 'Kitchen',
      machine: 'kitchen',
      preset: null,
      service: leadsTo('http://192.168.1.20:8080'),
    },
  ]
}

type Nothing = Record<string, never>

function run(dataDir: string): void {
  mkdirSync(dataDir, { recursive: true })
  appendFileSync(join(dataDir, 'starts'), `${process.pid}\n`)
  if (existsSync(join(dataDir, 'fail'))) {
    process.stderr.write(readFileSync(join(dataDir, 'fail')))
    process.exit(1)
  }
  const initial = join(dataDir, 'snapshot.json')
  let snapshot = existsSync(initial) ? Snapshot.parse(JSON.parse(readFileSync(initial, 'utf8'))) : snapshotOf([reachableService('web')])
  const watchers = new Set<(snapshot: Snapshot) => void>()
  const calls: string[] = []
  let tickBytes = 0
  let setup: Setup | null = null

  const change = (next: Snapshot): Nothing => {
    snapshot = next
    for (const tell of watchers) tell(snapshot)
    return {}
  }
  const setState = (name: string, state: ServiceView['state']): Nothing => {
    calls.push(`${state} ${name}`)
    if (!snapshot.services.some((service) => service.name === name)) throw new ProblemError(problem('service-unknown', { name }))
    return change({ ...snapshot, services: snapshot.services.map((service) => (service.name === name ? { ...service, state } : service)) })
  }
  const note = (what: string): Nothing => {
    calls.push(what)
    return {}
  }
  const stop = (): Nothing => {
    rmSync(join(dataDir, 'engine.json'), { force: true })
    setImmediate(() => process.exit(0))
    return {}
  }
  const beginAgain = (): void => {
    rmSync(join(dataDir, 'engine.json'), { force: true })
    const { SCRIPTED_VERSION: _, ...env } = process.env
    setTimeout(() => process.execve?.(process.execPath, process.argv, env), 50)
  }
  const server = createServer((socket) => {
    serve(
      channelOver(socket),
      scriptedContract,
      {
        snapshot: (_input, emit) => {
          watchers.add(emit)
          emit(snapshot)
          return () => watchers.delete(emit)
        },
        addService: ({ name }) => change({ ...snapshot, services: [...snapshot.services, reachableService(name)] }),
        checkService: ({ name }) => {
          note(`checkService ${name}`)
          return { atMs: 0, findings: [] }
        },
        presets: () => ({ presets: [] }),
        diagnose: (_input, emit) => {
          note('diagnose')
          emit({ done: true, startedAtMs: Date.now(), diagnosis: snapshot.diagnosis })
          return () => {}
        },
        discover: (_input, emit) => {
          note('discover')
          const found = scriptedFinds(snapshot)
          emit({ done: false, found: found.slice(0, 1) })
          setImmediate(() => emit({ done: true, found }))
          return () => note('discover ended')
        },
        lookBefore: ({ name, target }) => {
          note(`lookBefore ${name} ${target}`)
          return { problem: null, findings: [] }
        },
        setup: () => ({ setup }),
        keepSetup: (kept) => {
          setup = kept.setup
          return note(`keepSetup ${setup?.step ?? 'nothing'}`)
        },
        beginProof: ({ service }) => {
          note(`beginProof ${service}`)
          return { addresses: [], untilMs: 0 }
        },
        computer: () => ({ battery: false }),
        removeService: ({ name }) => change({ ...snapshot, services: snapshot.services.filter((service) => service.name !== name) }),
        pauseService: ({ name }) => setState(name, 'paused'),
        resumeService: ({ name }) => setState(name, 'reachable'),
        addLink: ({ service }) => {
          note(`addLink ${service}`)
          return { id: 'abcdefghijklmnop' }
        },
        revokeLink: ({ service, id }) => note(`revokeLink ${service} ${id}`),
        setAccess: ({ name, access }) => note(`setAccess ${name} ${access}`),
        expel: ({ service, place }) => note(`expel ${service} ${place}`),
        lookAtCertificate: ({ target }) => {
          note(`lookAtCertificate ${target}`)
          return { certificate: null }
        },
        acceptCertificate: ({ name, prefix, fingerprint }) => note(`acceptCertificate ${name}${prefix ?? ''} ${fingerprint}`),
        addRoute: ({ service, prefix, target }) => note(`addRoute ${service}${prefix} ${target}`),
        removeRoute: ({ service, prefix }) => note(`removeRoute ${service}${prefix}`),
        setUploadLimit: ({ name, mb }) => note(`setUploadLimit ${name} ${mb}`),
        setRelayOnly: ({ name, on }) => note(`setRelayOnly ${name} ${on}`),
        setProxyProtocol: ({ name, on }) => note(`setProxyProtocol ${name} ${on}`),
        checkNow: () => note('checkNow'),
        testService: ({ name }) => {
          note(`testService ${name}`)
          const look = { family: 'ipv4', rung: 'mapped', outcome: 'reachable', atMs: Date.now(), rttMs: 24 } as const
          return { atMs: look.atMs, outcome: 'reachable', looks: [look], problem: null }
        },
        ...scriptedMemory(
          () => snapshot,
          () => tickBytes,
        ),
        supportBundle: () => {
          note('supportBundle')
          return { fileName: 'porchlight-support.txt', text: 'Porchlight\n' }
        },
        exportHome: () => {
          note('exportHome')
          return { fileName: 'home.porchlight', sealed: Buffer.from('sealed').toString('base64'), code: '7KQ2-M4XW', leftOut: [] }
        },
        importHome: ({ fileName }) => note(`importHome ${fileName}`),
        chooseRouter: ({ router }) => {
          note(`chooseRouter ${router}`)
          return {}
        },
        connectRouter: ({ user }) => {
          note(`connectRouter ${user}`)
          return {}
        },
        forgetRouter: () => {
          note('forgetRouter')
          return { left: false }
        },
        setPreferences: (preferences) => {
          note(`setPreferences ${JSON.stringify(preferences)}`)
          return change({ ...snapshot, preferences })
        },
        restart: () => {
          note('restart')
          // Only of one that plays an older version: others go on, so that a test can read what was asked of them.
          if (process.env.SCRIPTED_VERSION) beginAgain()
          return {}
        },
        carry: ({ bytes }) => {
          tickBytes = bytes
          return {}
        },
        joinRelay: ({ relay }) => note(`joinRelay ${relay}`),
        leaveRelay: ({ relay }) => note(`leaveRelay ${relay}`),
        checkName: ({ name }) => {
          note(`checkName ${name}`)
          return { state: 'free' }
        },
        rename: ({ name }) => note(`rename ${name}`),
        addAlert: ({ to }) => note(`addAlert ${to}`),
        removeAlert: ({ id }) => note(`removeAlert ${id}`),
        testAlerts: () => note('testAlerts'),
        routerName: ({ action }) => {
          note(`routerName ${action}`)
          return { host: null, updateUrl: 'https://relay.example/nic/update', ipv4: null, ipv6: null, changedAtMs: null }
        },
        ban: ({ address, forS }) => note(`ban ${address} ${forS}`),
        unban: ({ address }) => note(`unban ${address}`),
        agreeTerms: ({ url }) => note(`agreeTerms ${url}`),
        chooseAuthority: ({ directory }) => note(`chooseAuthority ${directory}`),
        addOwnName: ({ host, service }) => note(`addOwnName ${host} ${service}`),
        removeOwnName: ({ host }) => note(`removeOwnName ${host}`),
        nameProviders: () => ({ providers: [] }),
        addName: ({ host, provider }) => {
          note(`addName ${host} ${provider}`)
          return { checked: true }
        },
        checkOwnDomain: ({ host }) => {
          note(`checkOwnDomain ${host}`)
          return scriptedOwnDomain(host)
        },
        updateName: ({ host }) => {
          note(`updateName ${host}`)
          return { checked: true }
        },
        testName: ({ host }) => {
          note(`testName ${host}`)
          return { checked: true }
        },
        removeName: ({ host }) => {
          note(`removeName ${host}`)
          return { left: false }
        },
        tryCertificate: () => {
          note('tryCertificate')
          return { directory: 'A rehearsal', steps: [{ step: 'account', name: null, by: null, tookMs: 200 }], reason: null }
        },
        announceSleep: () => note('announceSleep'),
        openPage: () => ({ url: null }),
        stop,
        setSnapshot: change,
        calls: () => calls,
      },
      (error) => process.stderr.write(`${error}\n`),
    )
  })
  const path = join(dataDir, 'engine.sock')
  rmSync(path, { force: true })
  server.listen(path, () => {
    const file = join(dataDir, 'engine.json')
    writeFileSync(
      `${file}.new`,
      JSON.stringify({ v: 1, pid: process.pid, socket: path, version: process.env.SCRIPTED_VERSION || '99.0.0', program: process.argv[1] }),
    )
    renameSync(`${file}.new`, file)
  })
  process.on('SIGTERM', stop)
}

function channelOver(socket: Socket): Channel {
  const lines = createInterface(socket)
  // An app that ends resets its connections; readline hands the socket's error on.
  socket.on('error', () => {})
  lines.on('error', () => {})
  return {
    send: (message) => void socket.write(`${JSON.stringify(message)}\n`),
    onMessage: (listener) => void lines.on('line', (line) => listener(JSON.parse(line))),
    onClose: (listener) => void socket.once('close', listener),
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) run(process.argv[process.argv.indexOf('--data') + 1] ?? '.')

/** A domain of which everything but the alias is still to be set. */
function scriptedOwnDomain(host: string): OwnDomain {
  const record = { name: host, sub: 'www', isOptional: false, ttlS: null }
  return {
    ...{ host, zone: 'example.org', nameServers: ['ns1.example.net', 'ns2.example.net'], relay: { state: 'missing', untilMs: null } },
    records: [
      { ...record, purpose: 'lead', type: 'CNAME', value: 'photos.amber-otter-42.relay.example', state: 'right', found: [] },
      {
        ...{ ...record, purpose: 'owner', type: 'TXT', name: `_porchlight.${host}`, sub: '_porchlight.www' },
        ...{ value: `device=${'k'.repeat(43)}`, state: 'wrong', found: ['device=another'] },
      },
    ],
    findings: [{ finding: 'caa', detail: 'example.org: ca.example' }],
  }
}
