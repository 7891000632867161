import assert from 'node:assert/strict'
import { test } from 'node:test'
import { UsageError } from './command.ts'
import { readCommandLine, USAGE } from './commands.ts'

const REFUSED: readonly [line: string, words: RegExp][] = [
  ['', /a command is missing/],
  ['start', /unknown command "start"/],
  ['constructor', /unknown command/],
  ['code --domain relay.example', /--domain/],
  ['code amber-otter-42', /amber-otter-42/],
  ['devices --data=', /--data needs a folder/],
  ['suspend', /suspend needs the label/],
  ['suspend --at 2030-01-31T18:00Z', /suspend needs the label/],
  ['suspend one two', /suspend needs the label/],
  ['suspend one --at tomorrow', /--at needs a time/],
  ['resume one --at 2030-01-31T18:00Z', /--at/],
  ['code --expires tomorrow', /--expires needs/],
  ['code --expires 0d', /--expires needs/],
  ['code --expires 9999d', /--expires needs/],
  ['code --count 0', /--count needs/],
  ['code --count 101', /--count needs/],
  ['code-revoke', /the id of a relay code/],
  ['quota one', /quota needs --gb/],
  ['quota one --gb 0', /--gb needs/],
  ['quota one --gb -1', /--gb/],
  ['quota one --gb 1e9', /--gb needs/],
  ['takedown', /a share link or a name/],
  ['takedown one --reason=', /--reason needs/],
  [`takedown one --reason ${'x'.repeat(201)}`, /--reason needs/],
]
for (const [line, words] of REFUSED)
  test(`wrong usage: porchlight-relay ${line}`, () =>
    assert.throws(
      () => readCommandLine(line.split(' ').filter(Boolean)),
      (error: Error) => error instanceof UsageError && words.test(error.message) && !error.message.includes('\n'),
    ))

test('the folder is the named one, wherever the flag stands', () => {
  for (const line of ['devices --data d', 'suspend one --data d', 'suspend --data d one --at 2030-01-31T18:00Z', 'resume --data=d one']) {
    const command = readCommandLine(line.split(' '))
    assert.ok(command !== 'help')
    assert.equal(command.data, 'd', line)
  }
  const command = readCommandLine(['key'])
  assert.ok(command !== 'help' && command.data === undefined)
})

test('the usage text has every command once, in lines that fit', () => {
  for (const name of ['help', '--help', '-h']) assert.equal(readCommandLine([name]), 'help')
  const named = [...USAGE.matchAll(/^ {2}porchlight-relay (\S+)/gm)].map(([, name]) => name)
  assert.equal(new Set(named).size, named.length)
  for (const name of ['run', 'code', 'suspend']) assert.ok(named.includes(name))
  for (const line of USAGE.split('\n')) assert.ok(line.length <= 140, line)
})
