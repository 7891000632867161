/** A browser at the front door speaks HTTP/2 there: pages, event streams and WebSockets, all on one connection. In a real Chromium, which trusts
 *  the door's certificate: where it overlooks errors it never lets two names share a connection. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { Page } from 'playwright-core'
import { WebSocketServer } from 'ws'
import { authority, HOST, listenOn, openBackend, openDoor } from '../../engine/proxy/test-door.ts'
import { launchChromium } from '../fakes/chromium.ts'
import { folder, later } from '../folder.ts'

/** Below the same wildcard certificate, and at the same address. */
const OTHER = 'other.device.example'

/** A window of a browser for which our authority is like any other, and every name leads here. */
async function openWindow(t: TestContext): Promise<Page> {
  const home = folder(t)
  const store = join(home, '.pki', 'nssdb')
  mkdirSync(store, { recursive: true })
  writeFileSync(join(home, 'root.pem'), authority.certPem)
  execFileSync('certutil', ['-d', `sql:${store}`, '-N', '--empty-password'])
  execFileSync('certutil', ['-d', `sql:${store}`, '-A', '-t', 'C,,', '-n', 'test', '-i', join(home, 'root.pem')])
  const browser = await launchChromium(['--host-resolver-rules=MAP *.device.example 127.0.0.1'], { env: { HOME: home } })
  later(t, () => browser.close())
  const page = await browser.newPage()
  page.setDefaultTimeout(60_000)
  return page
}

/** A service with events and a WebSocket, under two names, and how many connections were made to the door. */
async function openHouse(t: TestContext) {
  const { server, target } = await openBackend(t, (request, response) => {
    if (request.url === '/events') {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: first\n\n')
      setTimeout(() => response.write('data: second\n\n'), 50)
    } else
      response
        .writeHead(200, { 'Content-Type': 'text/html', 'Access-Control-Allow-Origin': '*' })
        .end(`${request.headers.host} by ${request.httpVersion}`)
  })
  const sockets = new WebSocketServer({ server, path: '/socket' })
  sockets.on('connection', (socket) => socket.on('message', (data) => socket.send(`heard ${data}`)))
  t.after(() => {
    for (const socket of sockets.clients) socket.terminate()
  })
  const names = [HOST, OTHER]
  const { door } = await openDoor(t, target, {
    route: (host) => (names.includes(host) ? { service: host, target, isGated: false } : undefined),
  })
  let connections = 0
  const listener = net.createServer((socket) => {
    connections += 1
    door.accept(socket, { address: '127.0.0.1', port: socket.remotePort ?? 0 })
  })
  return { port: await listenOn(t, listener), connections: () => connections }
}

test('a page, its events and its WebSocket come by HTTP/2, and another service by a connection of its own', async (t) => {
  const { port, connections } = await openHouse(t)
  const page = await openWindow(t)
  await page.goto(`https://${HOST}:${port}/`)
  assert.equal(await page.textContent('body'), `${HOST}:${port} by 1.1`)
  const protocol = () => (performance.getEntriesByType('navigation') as PerformanceNavigationTiming[])[0]?.nextHopProtocol
  assert.equal(await page.evaluate(protocol), 'h2')

  const events = await page.evaluate(
    () =>
      new Promise<string[]>((resolve, reject) => {
        const source = new EventSource('/events')
        const heard: string[] = []
        source.onmessage = ({ data }) => {
          if (heard.push(data) === 2) resolve(heard)
        }
        source.onerror = () => reject(new Error('the event stream broke off'))
      }),
  )
  assert.deepEqual(events, ['first', 'second'])

  const before = connections()
  const heard = await page.evaluate(
    () =>
      new Promise<unknown>((resolve, reject) => {
        const socket = new WebSocket(`wss://${location.host}/socket`)
        socket.onopen = () => socket.send('hello')
        socket.onmessage = ({ data }) => resolve(data)
        socket.onerror = () => reject(new Error('no WebSocket'))
      }),
  )
  assert.equal(heard, 'heard hello')
  // One of HTTP/1.1 would have needed a connection of its own.
  assert.equal(connections(), before)

  // The certificate is good for both names, so the browser asks for the other one on the connection it has: it is told to make another.
  const other = await page.evaluate(async (url) => (await fetch(url)).text(), `https://${OTHER}:${port}/`)
  assert.equal(other, `${OTHER}:${port} by 1.1`)
  // Chromium may make a second one beside it, when the first is long in coming.
  assert.ok(connections() > before)
})
