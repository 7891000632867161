import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isPingName, PINGS, type PingName } from './pings.ts'

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const MAGIC = '00ffff00fefefefefdfdfdfd12345678'

/** What each program answers, written from its documentation. */
const TALKS: Readonly<Record<PingName, { readonly request: string; readonly answer: Buffer }>> = {
  jamulus: { request: '0000e90300040040e2010093f3', answer: hex('0000e90300040040e2010093f3') },
  'minecraft-bedrock': {
    request: `01 706f7263686c6974 ${MAGIC} 0000000000000000`,
    answer: Buffer.concat([hex(`1c 706f7263686c6974 1122334455667788 ${MAGIC} 000c`), Buffer.from('MCPE;Home;475')]),
  },
  mumble: { request: '00000000 706f7263686c6974', answer: hex('00010400 706f7263686c6974 00000003 00000064 00011940') },
  teamspeak: {
    request: `${Buffer.from('TS3INIT1').toString('hex')} 0065 0000 88 063bece9 00 00000000 706f7263 0000000000000000`,
    answer: Buffer.concat([Buffer.from('TS3INIT1'), hex('0065 88 01 000102030405060708090a0b0c0d0e0f 63726f70')]),
  },
}

describe('each program is asked in its own words, and known by its answer', () => {
  for (const [name, { request, answer }] of Object.entries(TALKS))
    test(name, () => {
      const ping = PINGS[name as PingName]
      assert.equal(Buffer.from(ping.request).toString('hex'), request.replaceAll(' ', ''))
      assert.equal(ping.isAnswer(answer), true)
      // Cut anywhere it is none; nor is a datagram of somebody else, or silence.
      const needed = { jamulus: 13, 'minecraft-bedrock': 33, mumble: 24, teamspeak: 32 }[name as PingName]
      for (let length = 0; length < needed; length++) assert.equal(ping.isAnswer(answer.subarray(0, length)), false, `${length} bytes`)
      for (const [other, talk] of Object.entries(TALKS)) if (other !== name) assert.equal(ping.isAnswer(talk.answer), false, other)
      if (name !== 'jamulus') assert.equal(ping.isAnswer(ping.request), false, 'an echo is not the program')
    })
})

test('only what stands here may be chosen', () => {
  for (const name of ['jamulus', 'mumble']) assert.equal(isPingName(name), true)
  for (const name of ['valheim', 'constructor', '', undefined]) assert.equal(isPingName(name), false)
})
