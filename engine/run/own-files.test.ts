import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { issue, makeAuthority } from '../../certificates/self-made.ts'
import { folder } from '../../test/folder.ts'
import { watchFiles } from './own-files.ts'

const authority = await makeAuthority()
const [first, second] = [await issue(authority, { names: ['web.example'] }), await issue(authority, { names: ['web.example'] })]

function watching(t: TestContext) {
  const data = folder(t)
  const [cert, key] = [join(data, 'cert.pem'), join(data, 'key.pem')]
  const stop = new AbortController()
  const said: string[] = []
  let onLooked = (): void => undefined
  let onWaited = (): void => undefined
  const watch = watchFiles(
    {
      ...{ cert, key, name: 'web.example' },
      onCertificate: ({ certPem }) => said.push(certPem.trim() === first.certPem.trim() ? 'first' : 'second'),
      onFailure: (path, reason) => said.push(`${path === cert ? 'cert' : 'key'} ${reason}`),
      onLook: () => undefined,
    },
    stop.signal,
    () => {
      onLooked()
      return new Promise((resolve) => {
        onWaited = resolve
      })
    },
  )
  t.after(async () => {
    stop.abort()
    onWaited()
    await watch
  })
  /** What was said until a look is over. */
  const looked = async (): Promise<string[]> => {
    await new Promise<void>((resolve) => {
      onLooked = resolve
    })
    return said.splice(0)
  }
  const next = (): Promise<string[]> => {
    onWaited()
    return looked()
  }
  return { cert, key, looked, next }
}

test('a new pair is served as soon as it is whole; a half-written or bad one is told once, and the old one stays', async (t) => {
  const { cert, key, looked, next } = watching(t)
  assert.deepEqual(await looked(), ['cert ENOENT'])
  writeFileSync(cert, first.certPem)
  writeFileSync(key, first.keyPem)
  assert.deepEqual(await next(), ['first'])
  assert.deepEqual(await next(), [], 'nothing has changed')
  writeFileSync(cert, second.certPem)
  assert.deepEqual(await next(), ['key key-mismatch'])
  assert.deepEqual(await next(), [], 'told once')
  writeFileSync(key, second.keyPem)
  assert.deepEqual(await next(), ['second'])
  writeFileSync(cert, second.certPem.slice(0, 300))
  assert.deepEqual(await next(), ['cert malformed'])
  rmSync(key)
  assert.deepEqual(await next(), ['key ENOENT'])
})
