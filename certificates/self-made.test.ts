import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import tls from 'node:tls'
import { issue, makeAuthority } from './self-made.ts'

test('a client that trusts the authority accepts a wildcard and an address, and refuses another name', async (t) => {
  const authority = await makeAuthority()
  const leaf = await issue(authority, { names: ['*.home.example', '127.0.0.1'] })
  const server = tls.createServer({ cert: leaf.certPem, key: leaf.keyPem }, (socket) => socket.end())
  t.after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const port = (server.address() as AddressInfo).port
  const visit = async (servername: string) => {
    const socket = tls.connect({ host: '127.0.0.1', port, servername, ca: authority.certPem })
    const outcome = await once(socket, 'secureConnect').then(
      () => 'accepted',
      (error: NodeJS.ErrnoException) => error.code,
    )
    socket.destroy()
    return outcome
  }
  assert.equal(await visit('web.home.example'), 'accepted')
  assert.equal(await visit(''), 'accepted')
  assert.equal(await visit('web.other.example'), 'ERR_TLS_CERT_ALTNAME_INVALID')
})

test('the dates are those asked for, to the second', async () => {
  const authority = await makeAuthority()
  const notBeforeMs = Date.UTC(2030, 0, 1)
  const notAfterMs = Date.UTC(2030, 0, 7)
  const leaf = new X509Certificate((await issue(authority, { names: ['a.example'], notBeforeMs, notAfterMs })).certPem)
  assert.equal(Date.parse(leaf.validFrom), notBeforeMs)
  assert.equal(Date.parse(leaf.validTo), notAfterMs)
  assert.equal(leaf.verify(new X509Certificate(authority.certPem).publicKey), true)
})
