import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ntfyTopic, parseAlertChannel, shownChannel } from './alerts.ts'

const UNDERSTOOD: readonly [string, 'mail' | 'ntfy' | 'webhook', string, string?][] = [
  ['me@home.example', 'mail', 'me@home.example'],
  [' mail:first.last+tag@mail.home.example ', 'mail', 'first.last+tag@mail.home.example', 'first.last+tag@mail.home.example'],
  ['https://ntfy.sh/my-house_1', 'ntfy', 'ntfy.sh/…', 'https://ntfy.sh/my-house_1'],
  ['ntfy:https://push.home.example/topic', 'ntfy', 'push.home.example/…', 'https://push.home.example/topic'],
  ['https://hooks.example:8443/a/b?token=1', 'webhook', 'hooks.example:8443/…', 'https://hooks.example:8443/a/b?token=1'],
  ['webhook:https://ntfy.sh/my-house', 'webhook', 'ntfy.sh/…', 'https://ntfy.sh/my-house'],
]
for (const [text, kind, shown, to = text] of UNDERSTOOD)
  test(`understood: ${text}`, () => {
    const channel = parseAlertChannel(text)
    assert.deepEqual(channel, { kind, to })
    assert.equal(channel && shownChannel(channel), shown)
  })

const REFUSED = [
  '',
  'me',
  'me@home',
  '@home.example',
  'a b@home.example',
  'me@home.example\nBcc: you@home.example',
  'me@home.example,you@home.example',
  `${'a'.repeat(65)}@home.example`,
  `me@${'a.'.repeat(130)}example`,
  '<me@home.example>',
  'http://hooks.example/',
  'https://user:pass@hooks.example/',
  'https://hooks.example/#secret',
  'ftp://hooks.example/',
  'ntfy:https://ntfy.sh/',
  'ntfy:https://ntfy.sh/a/b',
  'ntfy:https://ntfy.sh/topic?x=1',
  'ntfy:topic',
  `https://hooks.example/${'a'.repeat(400)}`,
]
for (const text of REFUSED) test(`refused: ${JSON.stringify(text).slice(0, 60)}`, () => assert.equal(parseAlertChannel(text), undefined))

test('a topic of ntfy is the server and one word', () =>
  assert.deepEqual(ntfyTopic('https://ntfy.sh/house'), { server: 'https://ntfy.sh/', topic: 'house' }))
