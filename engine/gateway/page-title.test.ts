import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { pageTitle, titleOf } from './page-title.ts'

const HERE = { gateway: '127.0.0.1', localAddress: '127.0.0.1' }

async function withPage(answer: RequestListener, look: (port: number) => Promise<void>): Promise<void> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  await look((server.address() as AddressInfo).port).finally(() => server.close())
}

test('the title of a page', () => {
  const titles: [string, string][] = [
    ['<html><head><TITLE lang="fr">\n Livebox \u202e</TITLE>', 'Livebox'],
    ['<title>OpenWrt - LuCI</title><title>another</title>', 'OpenWrt - LuCI'],
    ['<title></title>', ''],
    ['<title>never ends', ''],
    [`<title>${'x'.repeat(201)}</title>`, ''],
    ['', ''],
  ]
  for (const [page, title] of titles) assert.equal(titleOf(Buffer.from(page)), title)
})

test('is read from the gateway', async () => {
  await withPage(
    (_, answer) => answer.end('<title>FRITZ!Box</title>'),
    async (port) => {
      assert.equal(await pageTitle(HERE, AbortSignal.timeout(30_000), port), 'FRITZ!Box')
    },
  )
})

test('one that leads elsewhere is not followed, and one that is not there says nothing', async () => {
  await withPage(
    (_, answer) => answer.writeHead(302, { location: 'http://198.51.100.1/' }).end(),
    async (port) => {
      assert.equal(await pageTitle(HERE, AbortSignal.timeout(30_000), port), '')
    },
  )
  assert.equal(await pageTitle(HERE, AbortSignal.timeout(30_000), 1), '')
})
