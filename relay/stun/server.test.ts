import assert from 'node:assert/strict'
import dgram from 'node:dgram'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, describe, it } from 'node:test'
import { askStun } from '../../engine/network/stun.ts'
import { startStun } from './server.ts'

const stopping = new AbortController()
after(() => stopping.abort())

/** A UDP port of loopback that nobody holds. */
async function freePort(): Promise<number> {
  const socket = dgram.createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address() as AddressInfo
  socket.close()
  await once(socket, 'close')
  return port
}

describe('STUN between engine and relay', () => {
  it('tells the address that the relay sees', async () => {
    const port = await freePort()
    await startStun('127.0.0.1', port, stopping.signal)
    assert.equal((await askStun({ address: '127.0.0.1', port }, stopping.signal))?.address, '127.0.0.1')
  })

  it('is null where nobody answers, at once where the port is closed', async () => {
    assert.equal(await askStun({ address: '127.0.0.1', port: await freePort() }, stopping.signal), null)
  })

  it('ends with its signal', async () => {
    const silent = dgram.createSocket('udp4')
    silent.bind(0, '127.0.0.1')
    await once(silent, 'listening')
    const aborter = new AbortController()
    const asked = askStun({ address: '127.0.0.1', port: (silent.address() as AddressInfo).port }, aborter.signal)
    aborter.abort(new Error('enough'))
    await assert.rejects(asked, /enough/)
    silent.close()
  })
})
