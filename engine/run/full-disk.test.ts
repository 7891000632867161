import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProblemError, problem } from '../../protocol/problem.ts'
import type { Happening } from '../core/events.ts'
import { FRONT_DOOR } from '../core/exposures.ts'
import { MAPPED } from '../core/situation.fixture.ts'
import type { Context } from './context.ts'
import { listen } from './listen.ts'
import { openWay } from './rules.ts'
import { openUnsaved } from './unsaved.ts'

const EXPOSURE = { id: FRONT_DOOR, protocol: 'tcp', port: 443, exactPort: true, transport: 'tls', services: [] } as const

function full(): never {
  throw new ProblemError(problem('disk-full', { path: '/data' }))
}

/** A house on a full disk: only what these effects touch. */
function onFullDisk() {
  const happened: Happening[] = []
  const asked: string[] = []
  const open = new Set<number>()
  const disk = { write: full as () => void }
  const context = {
    log: () => {},
    settings: { current: { ports: {} }, change: () => disk.write() },
    unsaved: openUnsaved(
      () => {},
      (happening) => void happened.push(happening),
    ),
    listening: new Map(),
    journal: { rules: () => [], note: full, strike: full },
    frontDoor: {
      async listen() {
        open.add(40443)
        return { port: 40443, close: async () => void open.delete(40443) }
      },
    },
    routers: { gateway: { address: '192.168.1.1', protocols: () => ['upnp'], map: async () => void asked.push('map') } },
  } as unknown as Context
  return { context, disk, happened, asked, open, emit: (happening: Happening) => void happened.push(happening) }
}

test('a port that cannot be remembered is listened on all the same, remembered once there is room, and given back at the end', async () => {
  const { context, disk, happened, open, emit } = onFullDisk()
  const aborter = new AbortController()
  const heard = Promise.withResolvers<void>()
  const listening = listen(
    context,
    { kind: 'listen', exposure: EXPOSURE, target: null, family: 'ipv4' },
    (happening) => {
      emit(happening)
      if (happening.type === 'listening') heard.resolve()
    },
    aborter.signal,
  )
  await Promise.race([heard.promise, listening])
  assert.deepEqual(
    happened.map(({ type }) => type),
    ['unsaved', 'listening'],
  )
  await context.unsaved.again('port :web ipv4')
  disk.write = () => {}
  await context.unsaved.again('port :web ipv4')
  await context.unsaved.again('port :web ipv4')
  assert.deepEqual(
    happened.slice(2).map(({ type }) => type),
    ['unsaved', 'saved'],
  )
  aborter.abort()
  await listening
  assert.equal(open.size, 0)
})

test('a rule that cannot be written down is not asked for, and its owner is told why', async () => {
  const { context, happened, asked, emit } = onFullDisk()
  const effect = {
    kind: 'open',
    path: MAPPED,
    exposure: EXPOSURE,
    internalPort: 40443,
    hops: [{ router: 'gateway', internalAddress: '192.168.1.10', externalPort: 443, renews: null }],
    replace: [],
    wasTaken: false,
  } as const
  await openWay(context, effect, emit, new AbortController().signal)
  assert.deepEqual(asked, [])
  const [failed] = happened
  assert.ok(failed?.type === 'opening-failed' && failed.problem.code === 'disk-full' && !failed.silent)
})
