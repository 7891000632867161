import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import http, { type IncomingMessage } from 'node:http'
import net from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { folder, later } from '../../test/folder.ts'
import { HOST, openDoor, text, visit } from '../proxy/test-door.ts'
import { createFolders } from './folders.ts'
import { ENTRIES_A_PAGE, formatSize, MAX_ENTRIES } from './listing.ts'

interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
}

/** A folder that is shown, and how a visitor asks for what is in it. */
function open(t: TestContext) {
  const base = folder(t)
  const [shown, data] = [join(base, 'shown'), join(base, 'data')]
  for (const path of [shown, data]) mkdirSync(path)
  const folders = createFolders(data)
  later(t, () => folders.close())
  const start = async (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<IncomingMessage> => {
    const request = http.request({ socketPath: await folders.socketOf(shown), path, method, headers, agent: false })
    request.end()
    return (await once(request, 'response'))[0]
  }
  const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> => {
    const answer = await start(path, headers, method)
    let body = ''
    for await (const chunk of answer.setEncoding('utf8')) body += chunk
    return { status: answer.statusCode ?? 0, headers: answer.headers, body }
  }
  const put = (name: string, content: string | Buffer = name): void => writeFileSync(join(shown, name), content)
  return { shown, data, folders, start, ask, put }
}

test('a file as it is: whole, in part, only its head, or nothing when it is known', async (t) => {
  const { ask, put, shown } = open(t)
  put('été à la mer.jpg', 'a picture')
  utimesSync(join(shown, 'été à la mer.jpg'), 1_700_000_000, 1_700_000_000)
  const path = `/${encodeURIComponent('été à la mer.jpg')}`
  const whole = await ask(path)
  const { etag = '', ...headers } = whole.headers
  assert.deepEqual([whole.status, whole.body], [200, 'a picture'])
  assert.deepEqual(
    ['content-type', 'content-length', 'last-modified', 'accept-ranges', 'x-content-type-options', 'cache-control'].map(
      (name) => headers[name],
    ),
    ['image/jpeg', '9', 'Tue, 14 Nov 2023 22:13:20 GMT', 'bytes', 'nosniff', 'private, no-cache'],
  )
  assert.equal(
    headers['content-disposition'],
    'inline; filename="_t_ _ la mer.jpg"; filename*=UTF-8\'\'%C3%A9t%C3%A9%20%C3%A0%20la%20mer.jpg',
  )
  const part = await ask(path, { range: 'bytes=2-4', 'if-range': etag as string })
  assert.deepEqual([part.status, part.body, part.headers['content-range']], [206, 'pic', 'bytes 2-4/9'])
  const beyond = await ask(path, { range: 'bytes=9-' })
  assert.deepEqual([beyond.status, beyond.body, beyond.headers['content-range']], [416, '', 'bytes */9'])
  const head = await ask(path, {}, 'HEAD')
  assert.deepEqual([head.status, head.body, head.headers['content-length']], [200, '', '9'])
  assert.equal((await ask(path, { 'if-none-match': etag as string })).status, 304)
  put('été à la mer.jpg', 'b picture')
  assert.equal((await ask(path, { 'if-none-match': etag as string })).status, 200)
  put('empty.txt', '')
  assert.deepEqual([(await ask('/empty.txt')).status, (await ask('/empty.txt')).body], [200, ''])
})

test('what could run in a browser is handed over as a file, in a name of nobody', async (t) => {
  const { ask, put } = open(t)
  for (const name of ['page.html', 'drawing.svg', 'data.xml', 'page.xhtml', 'old.mht', 'no-extension', 'a.unknown']) {
    put(name)
    const { headers } = await ask(`/${name}`)
    assert.match(headers['content-disposition'] ?? '', /^attachment; /, name)
    assert.equal(headers['content-security-policy'], "sandbox; default-src 'none'")
    assert.doesNotMatch(headers['content-type'] ?? '', /html|xml(?!$)|javascript/)
  }
  for (const name of ['a.txt', 'a.PDF', 'a.mp4']) {
    put(name)
    assert.match((await ask(`/${name}`)).headers['content-disposition'] ?? '', /^inline; /, name)
  }
})

test('only reading, and only what is there', async (t) => {
  const { ask, put, shown, data } = open(t)
  put('a.txt')
  put('.hidden')
  writeFileSync(join(data, 'device.pem'), 'the key')
  symlinkSync('../data/device.pem', join(shown, 'key.txt'))
  symlinkSync('../data', join(shown, 'data'))
  mkdirSync(join(shown, 'sub'))
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await ask('/a.txt', {}, method)
    assert.deepEqual([method, status, headers.allow], [method, 405, 'GET, HEAD'])
  }
  for (const path of [
    '/b',
    '/.hidden',
    '/key.txt',
    '/data/',
    '/data/device.pem',
    '/a.txt/',
    '/sub/../a.txt',
    '/%2e%2e/data/device.pem',
    '//',
  ])
    assert.equal((await ask(path)).status, 404, path)
  // Never to another host: a browser takes `//b` for one.
  assert.deepEqual([(await ask('/sub')).status, (await ask('/sub')).headers.location], [301, '/sub/'])
  assert.match((await ask('/b', { 'accept-language': 'fr' })).body, /Il n&#39;y a rien ici/)
  const { body } = await ask('/')
  for (const name of ['.hidden', 'key.txt', 'data']) assert.ok(!body.includes(`>${name}<`), name)
})

test('pipes and devices are never opened', async (t) => {
  if (process.platform === 'win32') return
  const { ask, shown } = open(t)
  execFileSync('mkfifo', [join(shown, 'pipe')])
  assert.equal((await ask('/pipe')).status, 404)
  assert.doesNotMatch((await ask('/')).body, /pipe/)
})

test('a listing is sorted and written as its reader’s language does, and everything in it leads there', async (t) => {
  const { ask, put, shown } = open(t)
  for (const name of ['10.txt', '9.txt', 'été.txt', 'zoo.txt', 'Eau.txt', '<b>&"\'.txt', 'a?b#c%.txt']) put(name)
  mkdirSync(join(shown, 'zz folder'))
  put('zz folder/inside.txt')
  symlinkSync('9.txt', join(shown, 'a link.txt'))
  utimesSync(join(shown, '9.txt'), 1_700_000_000, 1_700_000_000)
  const namesIn = (body: string) => [...body.matchAll(/<th scope="row"><a href="([^"]*)">(?:<span class="hidden">[^<]*<\/span>)?([^<]*)</g)]
  const fr = await ask('/', { 'accept-language': 'fr-CH, en;q=0.5' })
  assert.match(fr.body, /<html lang="fr">[\s\S]*<h1>Tous les fichiers<\/h1>[\s\S]*14 nov\. 2023/)
  assert.equal(fr.headers['content-language'], 'fr')
  const found = namesIn(fr.body)
  assert.deepEqual(
    found.map(([, , name]) => name),
    ['zz folder', '&#60;b&#62;&#38;&#34;&#39;.txt', '9.txt', '10.txt', 'a link.txt', 'a?b#c%.txt', 'Eau.txt', 'été.txt', 'zoo.txt'],
  )
  for (const [, address = ''] of found) assert.equal((await ask(address)).status, 200, address)
  const inside = await ask('/zz%20folder/')
  assert.match(inside.body, /<nav aria-label="Where you are"><ol><li><a href="\/">All files<\/a><\/ol><\/nav>/)
  assert.match(inside.body, /<html lang="en">/)
  assert.equal((await ask('/', {}, 'HEAD')).body, '')
  assert.deepEqual(
    [0, 1, 999, 1000, 1536, 2_000_000, 5e9].map((bytes) => formatSize(bytes, 'fr').replaceAll(/\s/g, ' ')),
    ['0 octet', '1 octet', '999 octets', '1 ko', '1,54 ko', '2 Mo', '5 Go'],
  )
})

test('a folder with more than anybody reads is shown in pages, and not beyond its bound', async (t) => {
  const { ask, put, shown } = open(t)
  for (let index = 0; index < ENTRIES_A_PAGE + 1; index += 1) put(`${index}.txt`, '')
  const [first, second, far] = [await ask('/'), await ask('/?page=2'), await ask('/?page=999999')]
  assert.match(first.body, /<a href="\/499\.txt">[\s\S]*Page 1 of 2[\s\S]*<a rel="next" href="\?page=2">/)
  assert.match(second.body, /<a href="\/500\.txt">[\s\S]*<a rel="prev" href="\?page=1">/)
  assert.equal(far.body, second.body)
  assert.doesNotMatch(first.body, /more than can be shown/)
  mkdirSync(join(shown, 'huge'))
  for (let index = 0; index <= MAX_ENTRIES; index += 1) writeFileSync(join(shown, 'huge', String(index)), '')
  assert.match((await ask('/huge/')).body, /these are 10,000 of its entries/)
})

test('what may not be read says so', async (t) => {
  if (process.platform === 'win32') return
  const { folders, put, shown } = open(t)
  put('closed.txt')
  chmodSync(join(shown, 'closed.txt'), 0)
  chmodSync(join(shown, '..'), 0o755)
  const connection = net.connect(await folders.socketOf(shown))
  await once(connection, 'connect')
  // Root may read everything: for a moment this process is nobody.
  const isRoot = process.geteuid?.() === 0
  if (isRoot) process.seteuid?.(65_534)
  connection.write('GET /closed.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  const answer = await text(connection).finally(() => isRoot && process.seteuid?.(0))
  assert.match(answer, /^HTTP\/1\.1 403 [\s\S]*cannot be opened/)
})

test('a file that is cut short while it is read ends in a break, never as if it were whole', async (t) => {
  const { start, put, shown } = open(t)
  put('long.bin', Buffer.alloc(20_000_000))
  const answer = await start('/long.bin')
  await once(answer, 'readable')
  truncateSync(join(shown, 'long.bin'), 1000)
  answer.resume()
  await assert.rejects(once(answer, 'end'), { code: 'ECONNRESET' })
  // One that is deleted meanwhile is still read to its end.
  put('gone.bin', Buffer.alloc(20_000_000, 7))
  const other = await start('/gone.bin')
  await once(other, 'readable')
  rmSync(join(shown, 'gone.bin'))
  let bytes = 0
  for await (const chunk of other) bytes += chunk.length
  assert.equal(bytes, 20_000_000)
})

test('a file of many gigabytes takes no more memory than a small one, and a visitor who stops reading stops it', async (t) => {
  const { start, put, shown } = open(t)
  put('huge.bin', '')
  truncateSync(join(shown, 'huge.bin'), 8 * 2 ** 30)
  const answer = await start('/huge.bin')
  assert.equal(answer.headers['content-length'], String(8 * 2 ** 30))
  answer.pause()
  await sleep(200)
  const held = process.memoryUsage.rss()
  await sleep(300)
  // Read on without him, it would be hundreds of megabytes by now; a machine that was away meanwhile may still have been filling buffers.
  assert.ok(process.memoryUsage.rss() - held < 64_000_000)
  let bytes = 0
  for await (const chunk of answer) {
    bytes += chunk.length
    if (bytes > 100_000_000) break
  }
  assert.ok(process.memoryUsage.rss() - held < 120_000_000)
  const end = await start('/huge.bin', { range: 'bytes=-5' })
  assert.equal(end.headers['content-range'], `bytes 8589934587-8589934591/8589934592`)
  end.resume()
})

test('a link that is turned around again and again never leads out', async (t) => {
  if (process.platform !== 'linux') return
  const { ask, put, shown, data } = open(t)
  mkdirSync(join(shown, 'inside'))
  put('inside/file', 'inside')
  writeFileSync(join(data, 'file'), 'secret')
  let turning = true
  // `door` is a folder at one moment and a link to the outside at the next.
  const turner = (async () => {
    symlinkSync('inside', join(shown, 'next'))
    for (let index = 0; turning; index += 1) {
      renameSync(join(shown, 'next'), join(shown, 'door'))
      symlinkSync(index % 2 ? 'inside' : '../data', join(shown, 'next'))
      await sleep(index % 3 === 0 ? 1 : 0)
    }
  })()
  const seen = new Set<string>()
  for (let index = 0; index < 100; index += 1) {
    const { status, body } = await ask('/door/file')
    seen.add(status === 200 ? body : String(status))
  }
  turning = false
  await turner
  assert.deepEqual([...seen].sort(), ['404', 'inside'])
})

test('through the front door a folder is a service like any other, and one that goes away is a service that is not running', async (t) => {
  const { shown, folders, put } = open(t)
  put('a.txt', 'hello')
  const target = { kind: 'folder', path: shown } as const
  const change = {
    folderSocket: (path: string) => folders.socketOf(path),
    route: (host: string) => (host === HOST ? { service: 'web', target, isGated: false } : undefined),
  }
  const door = await openDoor(t, { kind: 'http', host: '127.0.0.1', port: 1 }, change)
  assert.deepEqual([(await visit(door, '/a.txt')).body, (await visit(door, '/')).status], ['hello', 200])
  const part = await visit(door, '/a.txt', { headers: { range: 'bytes=1-2' } })
  assert.deepEqual([part.status, part.body], [206, 'el'])
  renameSync(shown, `${shown}-away`)
  const away = await visit(door, '/a.txt')
  assert.equal(away.status, 502)
  assert.match(away.body, /not running/)
  assert.equal(door.events.at(-1), 'web refused')
  renameSync(`${shown}-away`, shown)
  assert.equal((await visit(door, '/a.txt')).body, 'hello')
})
