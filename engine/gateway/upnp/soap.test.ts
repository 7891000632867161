import assert from 'node:assert/strict'
import { test } from 'node:test'
import { damaged } from '../../../test/fakes/gateway-fuzz.ts'
import { describeFault, describeResult } from '../../../test/fakes/gateway-xml.ts'
import { GatewayError } from '../gateway.ts'
import { buildCall, parseSoap } from './soap.ts'

const SERVICE = 'urn:schemas-upnp-org:service:WANIPConnection:1'
const parse = (text: string) => parseSoap(Buffer.from(text))

test('soap: a call, byte by byte, with its values escaped', () => {
  const { headers, body } = buildCall(SERVICE, 'AddPortMapping', [
    ['NewRemoteHost', ''],
    ['NewExternalPort', 443],
    ['NewPortMappingDescription', `<"Ann's" & co>`],
  ])
  assert.deepEqual(headers, { 'Content-Type': 'text/xml; charset="utf-8"', SOAPAction: `"${SERVICE}#AddPortMapping"` })
  assert.equal(
    body,
    '<?xml version="1.0"?>\r\n<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/">' +
      `<s:Body><u:AddPortMapping xmlns:u="${SERVICE}"><NewRemoteHost></NewRemoteHost><NewExternalPort>443</NewExternalPort>` +
      '<NewPortMappingDescription>&lt;&quot;Ann&apos;s&quot; &amp; co&gt;</NewPortMappingDescription></u:AddPortMapping></s:Body></s:Envelope>\r\n',
  )
})

test('soap: results, whatever the prefix', () => {
  const reply = parse(describeResult('GetExternalIPAddress', SERVICE, { NewExternalIPAddress: '203.0.113.10' }))
  assert.deepEqual(reply, { kind: 'result', values: new Map([['NewExternalIPAddress', '203.0.113.10']]) })
  const odd = parse('<SOAP-ENV:Envelope><SOAP-ENV:Body><m:X><NewY> 7 </NewY></m:X></SOAP-ENV:Body></SOAP-ENV:Envelope>')
  assert.deepEqual(odd, { kind: 'result', values: new Map([['NewY', '7']]) })
})

test('soap: faults with their code, at any depth, or without', () => {
  assert.deepEqual(parse(describeFault(725)), { kind: 'fault', code: 725 })
  assert.deepEqual(parse('<E><Body><Fault><errorCode>501</errorCode></Fault></Body></E>'), { kind: 'fault', code: 501 })
  for (const text of ['', '<errorCode>x</errorCode>', '<errorCode>99999</errorCode>', '<errorCode>-1</errorCode>'])
    assert.deepEqual(parse(`<E><Body><Fault>${text}</Fault></Body></E>`), { kind: 'fault', code: undefined })
})

test('soap: everything else is garbled', () => {
  for (const text of ['', '<E/>', '<E><Body/></E>', '<E><Body><a>', '<html>404', 'Internal Server Error', '<!DOCTYPE a><E/>'])
    assert.throws(
      () => parse(text),
      (error) => error instanceof GatewayError && error.fault === 'garbled',
      text,
    )
})

test('soap: what we write we can read back', () => {
  for (const value of ['', 'a', '&amp;', '<![CDATA[x]]>', `'"<>&`, 'é', ']]>']) {
    const { body } = buildCall(SERVICE, 'X', [['NewY', value]])
    assert.deepEqual(parse(body), { kind: 'result', values: new Map([['NewY', value]]) })
  }
})

test('soap: 20,000 damaged answers are read, or refused as garbled', () => {
  const samples = [
    describeResult('GetSpecificPortMappingEntry', SERVICE, { NewInternalPort: 8443, NewInternalClient: '192.168.1.10' }),
    describeFault(718),
  ]
  const counts = { result: 0, fault: 0, garbled: 0 }
  for (const bytes of damaged(samples, 20_000, 5)) {
    try {
      counts[parseSoap(bytes).kind] += 1
    } catch (error) {
      assert.ok(error instanceof GatewayError && error.fault === 'garbled', String(error))
      counts.garbled += 1
    }
  }
  assert.ok(
    Object.values(counts).every((count) => count > 500),
    JSON.stringify(counts),
  )
})
