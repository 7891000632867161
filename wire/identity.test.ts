import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect as connectTcp, createServer as createTcpServer } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { fuzz, random } from '../test/fuzz/random.ts'
import { type TlsHouse, tlsHouse } from '../test/tls-pair.ts'
import {
  checkIdentity,
  checkSignature,
  fingerprint,
  identityFromPem,
  identityToPem,
  newIdentity,
  proveIdentity,
  sessionBinding,
} from './identity.ts'

const relay = newIdentity()
const device = newIdentity()
const binding = random(1).bytes(32)

/** RFC 8032 §7.1 test 1; the rest computed by another implementation (Python's cryptography and hashlib). */
const KNOWN = {
  pkcs8: `302e020100300506032b657004220420${'9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60'}`,
  publicKey: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
  fingerprint: '21fe31dfa154a261626bf854046fd227',
  deviceProof: 'lQ_KXMshcaSrW2OXWH_ucwlKCecqGQv5nUkFJc5bpGkYhWdaE97A7qZldelpps9Eu_nPkfKVbIMSzYMLcD2CCQ',
}
const pem = (pkcs8Hex: string): string =>
  `-----BEGIN PRIVATE KEY-----\n${Buffer.from(pkcs8Hex, 'hex').toString('base64')}\n-----END PRIVATE KEY-----\n`

test('a known key, its fingerprint and its proof, for ever', () => {
  const known = identityFromPem(pem(KNOWN.pkcs8))
  assert.equal(known.publicKey, KNOWN.publicKey)
  assert.equal(fingerprint(known.publicKey).toString('hex'), KNOWN.fingerprint)
  assert.equal(proveIdentity(known, 'device', Buffer.alloc(32, 0x33)), KNOWN.deviceProof)
  assert.equal(checkIdentity(KNOWN.publicKey, 'device', Buffer.alloc(32, 0x33), KNOWN.deviceProof), true)
})

test('a key survives its file', () => {
  const again = identityFromPem(identityToPem(relay))
  assert.equal(again.publicKey, relay.publicKey)
  assert.equal(checkIdentity(relay.publicKey, 'relay', binding, proveIdentity(again, 'relay', binding)), true)
})

test('other keys and other texts are refused', () => {
  const other = (type: 'x25519' | 'ed448') =>
    generateKeyPairSync(type as 'x25519')
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString()
  const publicPem = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString()
  for (const text of ['', 'nonsense', other('x25519'), other('ed448'), publicPem, pem('00')]) assert.throws(() => identityFromPem(text))
})

describe('a proof', () => {
  const proof = proveIdentity(device, 'device', binding)
  test('holds for its key, role and session', () => assert.equal(checkIdentity(device.publicKey, 'device', binding, proof), true))
  test('does not hold in the other role: a relay cannot pass a device’s proof off as its own', () =>
    assert.equal(checkIdentity(device.publicKey, 'relay', binding, proof), false))
  test('does not hold for another key or another session', () => {
    assert.equal(checkIdentity(relay.publicKey, 'device', binding, proof), false)
    assert.equal(checkIdentity(device.publicKey, 'device', random(2).bytes(32), proof), false)
    assert.equal(checkIdentity(device.publicKey, 'device', binding.subarray(1), proof), false)
  })

  test('one key has one name: other spellings of the same bytes are refused', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spellings = [...alphabet].map((last) => device.publicKey.slice(0, -1) + last)
    const same = spellings.filter((each) => Buffer.from(each, 'base64url').equals(Buffer.from(device.publicKey, 'base64url')))
    assert.equal(same.length, 4)
    const accepted = [...same, `${device.publicKey}=`, ` ${device.publicKey}`, `${device.publicKey}\n`].filter((key) =>
      checkIdentity(key, 'device', binding, proof),
    )
    assert.deepEqual(accepted, [device.publicKey])
  })

  test('malformed keys and signatures are wrong, and never throw', () => {
    const keys = [
      '',
      'A',
      'A'.repeat(42),
      'A'.repeat(43),
      'A'.repeat(44),
      '\0'.repeat(43),
      'é'.repeat(43),
      '{}',
      'x'.repeat(100_000),
      '_'.repeat(43),
    ]
    for (const key of keys) {
      assert.equal(checkIdentity(key, 'device', binding, proof), false, key.slice(0, 50))
      assert.equal(fingerprint(key).length, 16)
    }
    for (const wrong of ['', 'A', 'A'.repeat(86), '\0', 'x'.repeat(100_000)])
      assert.equal(checkIdentity(device.publicKey, 'device', binding, wrong), false)
    fuzz(1, (source) => {
      const key = source.chance(0.5)
        ? source.mutated(Buffer.from(device.publicKey)).toString('latin1')
        : source.bytes(source.int(40)).toString('base64url')
      const signature = source.chance(0.5) ? Buffer.from(proof, 'base64url') : source.bytes(source.int(70))
      if (key !== device.publicKey) assert.equal(checkSignature(key, binding, signature), false)
    })
  })
})

describe('over real TLS', () => {
  let house: TlsHouse
  before(async () => {
    house = await tlsHouse()
  })
  after(() => house.close())

  test('both ends have the same binding, and every session its own', async () => {
    const [first, second] = [await house.pair(), await house.pair()]
    assert.equal(sessionBinding(first.client).length, 32)
    assert.deepEqual(sessionBinding(first.client), sessionBinding(first.server))
    assert.notDeepEqual(sessionBinding(first.client), sessionBinding(second.client))
  })

  test('a resumed session has a binding of its own', async () => {
    const first = connect({ port: house.port, host: '127.0.0.1', servername: 'relay.test', ca: house.certificate.cert })
    const [session] = (await once(first, 'session')) as [Buffer]
    const second = connect({ port: house.port, host: '127.0.0.1', servername: 'relay.test', ca: house.certificate.cert, session })
    await once(second, 'secureConnect')
    assert.equal(second.isSessionReused(), true)
    assert.notDeepEqual(sessionBinding(first), sessionBinding(second))
    first.destroy()
    second.destroy()
  })

  test('each proves itself to the other', async () => {
    const { client, server } = await house.pair()
    assert.equal(
      checkIdentity(relay.publicKey, 'relay', sessionBinding(client), proveIdentity(relay, 'relay', sessionBinding(server))),
      true,
    )
    assert.equal(
      checkIdentity(device.publicKey, 'device', sessionBinding(server), proveIdentity(device, 'device', sessionBinding(client))),
      true,
    )
  })

  test('who ends TLS in the middle and passes every byte on makes both proofs fail', async () => {
    // The middle has a certificate that the device trusts, as a company's inspecting firewall has.
    const middle = createServer(house.certificate)
    middle.listen(0, '127.0.0.1')
    await once(middle, 'listening')
    const passing = once(middle, 'secureConnection') as Promise<[TLSSocket]>
    const client = connect({
      port: (middle.address() as AddressInfo).port,
      host: '127.0.0.1',
      servername: 'relay.test',
      ca: house.certificate.cert,
    })
    const [near] = await passing
    const { client: far, server } = await house.pair()
    near.pipe(far).pipe(near)

    server.write(proveIdentity(relay, 'relay', sessionBinding(server)))
    const [relayProof] = (await once(client, 'data')) as [Buffer]
    client.write(proveIdentity(device, 'device', sessionBinding(client)))
    const [deviceProof] = (await once(server, 'data')) as [Buffer]

    assert.equal(relayProof.length, 86, 'the bytes did come through')
    assert.equal(checkIdentity(relay.publicKey, 'relay', sessionBinding(client), relayProof.toString()), false)
    assert.equal(checkIdentity(device.publicKey, 'device', sessionBinding(server), deviceProof.toString()), false)
    client.destroy()
    near.destroy()
    middle.close()
  })

  test('who only passes the encrypted bytes on disturbs nothing', async () => {
    const forwarder = createTcpServer((near) => {
      const far = connectTcp(house.port, '127.0.0.1')
      near.pipe(far).pipe(near)
      for (const socket of [near, far]) socket.on('error', () => {})
    })
    forwarder.listen(0, '127.0.0.1')
    await once(forwarder, 'listening')
    const { client, server } = await house.pair((forwarder.address() as AddressInfo).port)
    assert.equal(
      checkIdentity(relay.publicKey, 'relay', sessionBinding(client), proveIdentity(relay, 'relay', sessionBinding(server))),
      true,
    )
    client.destroy()
    forwarder.close()
  })
})
