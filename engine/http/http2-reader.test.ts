/** What of a visitor's frames is taken, and which error the rest is (RFC 9113 §6). */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERROR, FLAG, FRAME, fourBytes, frameHead, Http2Error, PREFACE } from './http2-frames.ts'
import { Http2Reader } from './http2-reader.ts'

const frame = (type: number, flags: number, stream: number, payload = ''): string =>
  frameHead(payload.length, type, flags, stream) + payload
const SETTINGS = frame(FRAME.settings, 0, 0)
const GREETED = PREFACE.toString('latin1') + SETTINGS
/** `:method: GET`. */
const BLOCK = '\x82'
const HEAD = frame(FRAME.headers, FLAG.endHeaders, 1, BLOCK)

/** What is heard, the bytes of bodies joined. */
function read(text: string, pieceBytes = text.length): string[] {
  const heard: string[] = []
  let body = ''
  const reader = new Http2Reader(
    {
      dataBegins: (...told) => heard.push(`data ${told.join(' ')}`),
      data: (bytes) => {
        body += bytes.toString('latin1')
      },
      dataEnds: () => {
        heard.push(`body ${body}`)
        body = ''
      },
      head: (stream, fields, endsStream) => heard.push(`head ${stream} ${fields?.join('=')} ${endsStream}`),
      reset: (stream) => heard.push(`reset ${stream}`),
      setting: (name, value) => heard.push(`setting ${name} ${value}`),
      settingsEnd: (isAck) => heard.push(isAck ? 'ack' : 'settings'),
      ping: (payload) => heard.push(`ping ${payload}`),
      credit: (stream, more) => heard.push(`credit ${stream} ${more}`),
      useless: () => undefined,
    },
    4096,
    100,
  )
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.read(Buffer.from(bytes.subarray(at, at + pieceBytes)))
  return heard
}

test('a conversation, however it is cut into pieces', () => {
  const said = [
    GREETED,
    frame(FRAME.settings, 0, 0, `\0\x04${fourBytes(1000)}`),
    frame(FRAME.settings, FLAG.ack, 0),
    frame(FRAME.headers, FLAG.padded | FLAG.priority, 1, `\x02\0\0\0\0\x10${BLOCK}zz`),
    frame(FRAME.continuation, FLAG.endHeaders, 1, '\x87'),
    frame(FRAME.data, FLAG.padded, 1, '\x03hellozzz'),
    frame(FRAME.data, FLAG.endStream, 1),
    frame(FRAME.windowUpdate, 0, 0, fourBytes(7)),
    frame(FRAME.ping, 0, 0, '12345678'),
    frame(FRAME.ping, FLAG.ack, 0, '12345678'),
    frame(FRAME.priority, 0, 9, '\0\0\0\0\0'),
    frame(0x77, 255, 3, 'whatever'),
    frame(FRAME.reset, 0, 1, fourBytes(8)),
    frame(FRAME.goaway, 0, 0, fourBytes(0) + fourBytes(0)),
  ].join('')
  const heard = [
    'settings',
    'setting 4 1000',
    'settings',
    'ack',
    'head 1 :method=GET=:scheme=https false',
    'data 1 9 5 false',
    'body hello',
    'data 1 0 0 true',
    'body ',
    'credit 0 7',
    'ping 12345678',
    'reset 1',
  ]
  for (const pieceBytes of [said.length, 1, 7, 100]) assert.deepEqual(read(said, pieceBytes), heard)
})

const { protocol, frameSize, compression, enhanceYourCalm } = ERROR
const many = (times: number): string => frame(FRAME.continuation, 0, 1, BLOCK).repeat(times)

const REFUSED: Readonly<Record<string, readonly [said: string, code: number]>> = {
  'something else than HTTP/2': ['GET / HTTP/1.1\r\n', protocol],
  'no settings first': [PREFACE.toString('latin1') + HEAD, protocol],
  'an acknowledgement first': [PREFACE.toString('latin1') + frame(FRAME.settings, FLAG.ack, 0), protocol],
  'a frame that is too long': [GREETED + frameHead(16_385, FRAME.data, 0, 1), frameSize],
  'settings on a stream': [GREETED + frame(FRAME.settings, 0, 1), protocol],
  'half a setting': [GREETED + frame(FRAME.settings, 0, 0, 'abc'), frameSize],
  'an acknowledgement that says something': [GREETED + frame(FRAME.settings, FLAG.ack, 0, 'abcdef'), frameSize],
  'a push that is neither on nor off': [GREETED + frame(FRAME.settings, 0, 0, `\0\x02${fourBytes(2)}`), protocol],
  'frames of less than the least size': [GREETED + frame(FRAME.settings, 0, 0, `\0\x05${fourBytes(100)}`), protocol],
  'a ping of another length': [GREETED + frame(FRAME.ping, 0, 0, '1234567'), frameSize],
  'a ping on a stream': [GREETED + frame(FRAME.ping, 0, 1, '12345678'), protocol],
  'a reset of no stream': [GREETED + frame(FRAME.reset, 0, 0, fourBytes(8)), protocol],
  'a reset of another length': [GREETED + frame(FRAME.reset, 0, 1, 'abc'), frameSize],
  'credit of another length': [GREETED + frame(FRAME.windowUpdate, 0, 0, 'abc'), frameSize],
  'a priority of another length': [GREETED + frame(FRAME.priority, 0, 1, 'abc'), frameSize],
  'a GOAWAY that is too short': [GREETED + frame(FRAME.goaway, 0, 0, 'abc'), frameSize],
  'a promise': [GREETED + frame(FRAME.pushPromise, FLAG.endHeaders, 1, fourBytes(2) + BLOCK), protocol],
  'data of no stream': [GREETED + frame(FRAME.data, 0, 0, 'a'), protocol],
  'data with more padding than frame': [GREETED + frame(FRAME.data, FLAG.padded, 1, '\x05abcd'), protocol],
  'data with padding and no room for its length': [GREETED + frame(FRAME.data, FLAG.padded, 1), protocol],
  'a head of no stream': [GREETED + frame(FRAME.headers, FLAG.endHeaders, 0, BLOCK), protocol],
  'a head with more padding than frame': [GREETED + frame(FRAME.headers, FLAG.endHeaders | FLAG.padded, 1, `\x05${BLOCK}`), protocol],
  'a head too short for its priority': [GREETED + frame(FRAME.headers, FLAG.endHeaders | FLAG.priority, 1, 'abc'), protocol],
  'a head that goes on without having begun': [GREETED + frame(FRAME.continuation, FLAG.endHeaders, 1, BLOCK), protocol],
  'a head that goes on for another stream': [
    GREETED + frame(FRAME.headers, 0, 1, BLOCK) + frame(FRAME.continuation, FLAG.endHeaders, 3, BLOCK),
    protocol,
  ],
  'another frame within a head': [GREETED + frame(FRAME.headers, 0, 1, BLOCK) + frame(FRAME.ping, 0, 0, '12345678'), protocol],
  'a head of too many pieces': [GREETED + frame(FRAME.headers, 0, 1, BLOCK) + many(8), enhanceYourCalm],
  'a head of pieces that are too long': [
    GREETED + frame(FRAME.headers, 0, 1, 'x'.repeat(16_384)) + frame(FRAME.continuation, 0, 1, 'x'.repeat(16_384)).repeat(4),
    enhanceYourCalm,
  ],
  'a head that is not HPACK': [GREETED + frame(FRAME.headers, FLAG.endHeaders, 1, '\x80'), compression],
}
for (const [what, [said, code]] of Object.entries(REFUSED))
  test(`refused: ${what}`, () => {
    for (const pieceBytes of [said.length, 5])
      assert.throws(
        () => read(said, pieceBytes),
        (error) => error instanceof Http2Error && error.code === code,
      )
  })
