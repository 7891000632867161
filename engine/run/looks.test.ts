import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { test } from 'node:test'
import type { Happening } from '../core/events.ts'
import { createLooks } from './looks.ts'

const lookAtLine = async (directoryUrl: string, router: string | null): Promise<Happening | undefined> => {
  let seen: Happening | undefined
  const looks = createLooks(
    () => directoryUrl,
    async () => false,
  )
  await looks.line(
    { kind: 'look-at-line', router },
    (happening) => {
      seen = happening
    },
    new AbortController().signal,
  )
  return seen
}

test('a directory that answers shows that the line is well', async () => {
  const directory = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(directory, 'listening')
  const { port } = directory.address() as AddressInfo
  assert.deepEqual(await lookAtLine(`https://127.0.0.1:${port}/dir`, '127.0.0.1'), {
    type: 'line-seen',
    router: 'answers',
    routerHasLine: false,
    elsewhere: { state: 'answers', host: '127.0.0.1' },
  })
  directory.close()
})
