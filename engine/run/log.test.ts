import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { LogEvent } from '../../protocol/model/log-events.ts'
import { logToStderr } from './log.ts'

function logged(t: TestContext, event: LogEvent, fields?: Record<string, unknown>): string {
  const write = t.mock.method(process.stderr, 'write', () => true)
  logToStderr(event, fields)
  write.mock.restore()
  assert.equal(write.mock.callCount(), 1)
  return String(write.mock.calls[0]?.arguments[0])
}

test('one line an event: when, what, and its facts', (t) => {
  const line = logged(t, 'rule-opened', { protocol: 'tcp', external: 443, path: ':web mapped ipv4', reason: undefined, ok: true })
  assert.match(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z rule-opened protocol=tcp external=443 path=":web mapped ipv4" reason=undefined ok=true\n$/)
  assert.match(logged(t, 'started'), /^\S+Z started\n$/)
})

test('no value breaks the line or speaks to the terminal', (t) => {
  const hostile = ['a\nb', 'a\r\nfault x=1', '\u001b[2J', '\u009b2J', '\u0085', '\u2028\u2029', 'a"b', '', 'é ü', '\u0000', '\u007f']
  for (const value of [...hostile, { nested: hostile }]) {
    const line = logged(t, 'fault', { value, after: 'end' })
    assert.match(line, /^\S+ fault value="?.* after=end\n$/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    assert.doesNotMatch(line.slice(0, -1), /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
  }
})
