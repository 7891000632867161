import assert from 'node:assert/strict'
import { test } from 'node:test'
import { damaged } from '../../../test/fakes/gateway-fuzz.ts'
import { describeDevice, describeFault, describeResult, PLAIN_DEVICE } from '../../../test/fakes/gateway-xml.ts'
import { MAX_XML_BYTES, parseXml, pullXml, XmlError } from './xml.ts'

const parse = (text: string) => parseXml(Buffer.from(text))
const kindOf = (text: string) => {
  try {
    parse(text)
    return 'fine'
  } catch (error) {
    assert.ok(error instanceof XmlError, String(error))
    return error.kind
  }
}

test('xml: elements by local name, text trimmed, attributes, comments and instructions passed over', () => {
  const text = '\uFEFF<?xml version="1.0"?>\n<!-- a > b --><s:a x="1" y=\'<\'/>'.replace("y='<'", "y='>'")
  assert.deepEqual(parse(text), { name: 'a', children: [], text: '' })
  const nested = parse('<a>\n <n:b> 1 <!-- no --> 2 </n:b>\n <c/><c ></c >\n</a>')
  assert.deepEqual(
    nested.children.map(({ name, text }) => [name, text]),
    [
      ['b', '1  2'],
      ['c', ''],
      ['c', ''],
    ],
  )
})

test('xml: the five entities, numbers, CDATA, and the lone ampersand of a typed name', () => {
  assert.equal(parse('<a>&lt;&amp;&gt;&quot;&apos;&#65;&#x42;</a>').text, '<&>"\'AB')
  assert.equal(parse('<a><![CDATA[<b>&amp;]]></a>').text, '<b>&amp;')
  assert.equal(parse('<a>AT&T & Co</a>').text, 'AT&T & Co')
})

test('xml: what follows the root is not looked at', () => {
  assert.equal(parse('<a>1</a>\0\0\0<b').text, '1')
})

test('xml: text that ends too early is incomplete, wherever it was cut', () => {
  const whole = '<?xml version="1.0"?><!-- c --><a x="1"><b>&amp;x</b><![CDATA[z]]><!-- d --><c/></a>'
  for (let length = 0; length < whole.length; length += 1)
    assert.equal(kindOf(whole.slice(0, length)), 'incomplete', whole.slice(0, length))
  assert.equal(kindOf(whole), 'fine')
})

const INVALID: Record<string, string> = {
  'an own entity': '<a>&b;</a>',
  'a document type': '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
  'an outside entity': '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
  'a number that is no character': '<a>&#0;</a>',
  'half a surrogate pair': '<a>&#xD800;</a>',
  'a number too long': '<a>&#99999999999999999999;</a>',
  'crossed tags': '<a><b></a></b>',
  'a prefix that changes': '<x:a></y:a>',
  'a tag inside a tag': '<a <b></a>',
  'an attribute without quotes': '<a b=c></a>',
  'text before the root': 'HTTP <a/>',
  'CDATA before the root': '<![CDATA[x]]><a/>',
  'a control character': '<a>\u0001</a>',
  'a closing tag first': '</a>',
  'an empty tag': '<></>',
}
for (const [what, text] of Object.entries(INVALID)) test(`xml: ${what} is invalid`, () => assert.equal(kindOf(text), 'invalid'))

test('xml: depth, number and length are bounded', () => {
  assert.equal(kindOf('<a>'.repeat(32) + '</a>'.repeat(32)), 'fine')
  assert.equal(kindOf('<a>'.repeat(33)), 'invalid')
  assert.equal(kindOf(`<a>${'<b/>'.repeat(4_095)}</a>`), 'fine')
  assert.equal(kindOf(`<a>${'<b/>'.repeat(4_096)}</a>`), 'invalid')
  assert.equal(kindOf(`<a>${' '.repeat(MAX_XML_BYTES)}</a>`), 'invalid')
})

test('xml: the longest text of each kind of token is read in one pass', () => {
  const long = MAX_XML_BYTES - 100
  for (const filler of ['&', '&a', ' ', '<!', '<![', 'a="', "='", '\t', ']]', '--', '&#1'])
    for (const frame of ['<a>', '<a ', '<a b="', '<!--', '<a><![CDATA[', '<?', ''])
      assert.notEqual(kindOf(frame + filler.repeat(long / filler.length)), 'fine')
})

test('xml: 20,000 damaged documents are read, or refused by its own error', () => {
  const samples = [
    describeDevice(PLAIN_DEVICE),
    describeFault(725),
    describeResult('A', 'urn:b', { NewC: 1 }),
    '<a>&amp;<![CDATA[x]]><!-- y --></a>',
  ]
  const counts = { fine: 0, incomplete: 0, invalid: 0 }
  for (const bytes of damaged(samples, 20_000, 1)) {
    try {
      assert.ok(parseXml(bytes).name.length > 0)
      counts.fine += 1
    } catch (error) {
      assert.ok(error instanceof XmlError, String(error))
      counts[error.kind] += 1
    }
  }
  assert.ok(
    Object.values(counts).every((count) => count > 500),
    JSON.stringify(counts),
  )
})

test('xml: every opened element is closed, in order, unless the error says otherwise', () => {
  const samples = [describeDevice(PLAIN_DEVICE)]
  for (const bytes of damaged(samples, 2_000, 2)) {
    const open: string[] = []
    try {
      for (const event of pullXml(bytes.toString()))
        if (event.kind === 'open') open.push(event.name)
        else if (event.kind === 'close') assert.equal(open.pop(), event.name)
      assert.deepEqual(open, [])
    } catch (error) {
      if (!(error instanceof XmlError)) throw error
    }
  }
})
