/** An operator who suspends a device: announced, told plainly, and undone without anybody's hand at home. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { folder } from '../folder.ts'
import { assertError, at, finish, type Relay, relayCommand, type Status, startEngine, startRelay, statusOf } from './programs.ts'

const operator = (relay: Relay, ...args: string[]) => finish(relayCommand(...args, '--data', relay.data))
const becomes = (data: string, is: (status: Status) => void): Promise<Status> =>
  eventually(
    async () => {
      const now = await statusOf(data)
      is(now)
      return now
    },
    { timeoutMs: 60_000, everyMs: 200 },
  )
const told = (code: string) => (status: Status) => assert.ok(status.problems.some((problem) => problem.code === code))

test('announced, suspended, and let in again', async (t) => {
  const relay = await startRelay(t, { open: true })
  const data = folder(t)
  await startEngine(t, data, ...at(relay))
  const { domain } = await becomes(data, (now) => assert.equal(now.relay.state, 'connected'))
  const label = domain?.split('.')[0] ?? ''
  assert.match((await operator(relay, 'devices')).stdout, new RegExp(`^${label}  seen \\S+Z\n$`))

  assert.equal((await operator(relay, 'suspend', label, '--at', '2040-01-31T18:00Z')).code, 0)
  assert.match((await operator(relay, 'devices')).stdout, /suspended 2040-01-31T18:00:00\.000Z/)
  const warned = await becomes(data, told('relay-suspends'))
  assert.equal(warned.relay.state, 'connected')
  const notice = warned.problems.find(({ code }) => code === 'relay-suspends')
  assert.deepEqual([notice?.severity, notice?.params.until], ['warning', String(Date.UTC(2040, 0, 31, 18))])
  assert.match(notice?.remedy ?? '', /before that date/)

  assert.equal((await operator(relay, 'suspend', label)).code, 0)
  const out = await becomes(data, told('relay-suspended'))
  assert.equal(out.relay.state, 'waiting')
  assert.match(out.problems.find(({ code }) => code === 'relay-suspended')?.remedy ?? '', /Ask whoever runs the relay for the reason/)
  assert.ok(!out.problems.some(({ code }) => code === 'relay-suspends'))

  assert.equal((await operator(relay, 'resume', label)).code, 0)
  const back = await becomes(data, (now) => assert.equal(now.relay.state, 'connected'))
  assert.deepEqual([back.domain, back.problems], [domain, []])
})

test('a device that nobody knows, and a time that is none', async (t) => {
  const relay = await startRelay(t, { open: true })
  assertError(await operator(relay, 'suspend', 'nobody-here-1'), 'device-unknown', /No device/)
  for (const wrong of [['suspend'], ['suspend', 'a', '--at', 'tomorrow'], ['resume'], ['resume', 'a', '--at', '2040-01-01']])
    assert.equal((await operator(relay, ...wrong)).code, 2)
})
