import assert from 'node:assert/strict'
import http from 'node:http'
import net from 'node:net'
import { type TestContext, test } from 'node:test'
import type { Target } from '../../protocol/model/service.ts'
import { EMPTY_STATE, type State } from '../core/state.ts'
import { listenOn } from '../proxy/test-door.ts'
import { createJudgeAnswer } from './judge-answer.ts'

const never = new AbortController().signal
/** It bounds a hang. */
const PATIENT_MS = 30_000

/** A program at home, as the service `web` or behind its path `/zm/`, and who asks it. */
async function house(t: TestContext, server: net.Server, patienceMs = PATIENT_MS) {
  let state: State = EMPTY_STATE
  const target: Target = { kind: 'http', host: '127.0.0.1', port: await listenOn(t, server) }
  const forbidden = { isOwnListener: () => false, lanPrefixes: () => [] }
  const judge = createJudgeAnswer({ forbidden, state: () => state }, patienceMs)
  return {
    target,
    judge: (name = 'web') => judge({ name, target }, never),
    /** It was seen up, and its owner has asked at `askedAtMs`. */
    up(askedAtMs = Number.NEGATIVE_INFINITY) {
      state = { ...EMPTY_STATE, targets: { web: { phase: 'up', nextAtMs: 0 } }, diagnosis: { ...EMPTY_STATE.diagnosis, askedAtMs } }
    },
  }
}

const answering = (status: () => number, asked: string[] = []) =>
  http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.host}`)
    response.writeHead(status()).end('words')
  })

test('a website that answers is there, whatever it says of one page', async (t) => {
  for (const status of [200, 302, 401, 404, 405, 500]) {
    const { judge } = await house(
      t,
      answering(() => status),
    )
    assert.equal(await judge(), null, `${status}`)
  }
})

test('a web server in front of a program that is stopped says so, and is believed', async (t) => {
  for (const status of [502, 503, 504]) {
    const { judge, target } = await house(
      t,
      answering(() => status),
    )
    const found = await judge()
    const facts = { service: 'web', target: `http://127.0.0.1:${target.port}`, reason: `${status}` }
    assert.deepEqual([found?.code, found?.params], ['service-unavailable', facts])
  }
})

test('a port that takes connections is no website: stuck, hung up on, or another language', async (t) => {
  const stuck = net.createServer(() => {})
  const container = net.createServer((socket) => socket.destroy())
  const shell = net.createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))
  for (const [server, patienceMs] of [[stuck, 300], [container], [shell]] as const) {
    server.on('connection', (socket) => socket.on('error', () => undefined))
    const { judge } = await house(t, server, patienceMs)
    assert.equal((await judge())?.code, 'service-no-answer')
  }
})

test('one that answers is asked twice a minute, at once when its owner asks, and each time while it is away', async (t) => {
  const asked: string[] = []
  let status = 200
  const { judge, up, target } = await house(
    t,
    answering(() => status, asked),
  )
  await judge()
  up()
  status = 503
  assert.equal(await judge(), null, 'it was asked a moment ago')
  up(Date.now() + 1)
  for (const _ of [1, 2]) assert.equal((await judge())?.code, 'service-unavailable')
  assert.deepEqual(asked, Array(3).fill(`GET / 127.0.0.1:${target.port}`))
})

test('what stands behind a path is asked for it, and a service that is no website for nothing', async (t) => {
  const asked: string[] = []
  const { judge, target } = await house(
    t,
    answering(() => 404, asked),
  )
  assert.equal(await judge('web/zm/'), null)
  assert.deepEqual(asked, [`GET /zm/ 127.0.0.1:${target.port}`])
  const raw = createJudgeAnswer({ state: () => EMPTY_STATE, forbidden: { isOwnListener: () => false, lanPrefixes: () => [] } })
  assert.equal(await raw({ name: 'shell', target: { ...target, kind: 'tcp' } }, never), null)
  assert.equal(asked.length, 1)
})
