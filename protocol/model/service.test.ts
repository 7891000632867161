import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fuzz } from '../../test/fuzz/random.ts'
import { formatTarget, isOwnMachine, isWeb, Preset, parseTarget, ServiceName, servedAs, Target } from './service.ts'

describe('parseTarget', () => {
  const good: [string, Target][] = [
    ['http://192.168.1.20:8080', { kind: 'http', host: '192.168.1.20', port: 8080 }],
    ['http://192.168.1.20', { kind: 'http', host: '192.168.1.20', port: 80 }],
    ['https://nas.local/', { kind: 'https', host: 'nas.local', port: 443 }],
    ['  https://NAS.Local:5001  ', { kind: 'https', host: 'nas.local', port: 5001 }],
    ['Http://nas', { kind: 'http', host: 'nas', port: 80 }],
    ['tcp://192.168.1.20:22', { kind: 'tcp', host: '192.168.1.20', port: 22 }],
    ['udp://jam-box:22124', { kind: 'udp', host: 'jam-box', port: 22124 }],
    ['http://[::1]:8080', { kind: 'http', host: '::1', port: 8080 }],
    ['https://[FD00::1]', { kind: 'https', host: 'fd00::1', port: 443 }],
    ['tcp://[::ffff:192.0.2.1]:1', { kind: 'tcp', host: '::ffff:192.0.2.1', port: 1 }],
    ['http://_service.lan:65535', { kind: 'http', host: '_service.lan', port: 65535 }],
    ['http://my_nas', { kind: 'http', host: 'my_nas', port: 80 }],
    ['http://1and1.example', { kind: 'http', host: '1and1.example', port: 80 }],
    ['http://3com', { kind: 'http', host: '3com', port: 80 }],
    [`http://${'a'.repeat(63)}.b`, { kind: 'http', host: `${'a'.repeat(63)}.b`, port: 80 }],
  ]
  for (const [text, target] of good) {
    test(`reads ${JSON.stringify(text)}`, () => {
      assert.deepEqual(parseTarget(text), target)
      assert.deepEqual(parseTarget(formatTarget(target)), target)
      assert.ok(Target.safeParse(target).success)
    })
  }
  const bad = [
    ...[
      '',
      'http://',
      'http:///',
      'nas',
      'nas:80',
      '//nas',
      'ftp://nas',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'http:/nas',
      'http:nas',
    ],
    ...['http://nas/path', 'http://nas//', 'http://nas/?q', 'http://nas?q', 'http://nas#f', 'http://user@nas', 'http://user:pass@nas'],
    ...[
      'http://nas:',
      'http://nas:0',
      'http://nas:65536',
      'http://nas:99999',
      'http://nas:123456',
      'http://nas:-1',
      'http://nas:8o',
      'http://:80',
    ],
    ...['tcp://nas', 'udp://nas', 'tcp://nas/', 'http://na s', 'http://nas\n.local', 'http://nas\0', 'http://nas\\evil', 'http://nas%2f'],
    ...[
      'http://1.2.3',
      'http://1.2.3.4.5',
      'http://256.1.1.1',
      'http://127.1',
      'http://2130706433',
      'http://017700000001',
      'http://0x7f000001',
    ],
    ...[
      'http://0x7f.1',
      'http://127.0.0.0x1',
      'http://nas.0x',
      'http://nas.1',
      'http://1.2.3.4.',
      'http://nas.',
      'http://.nas',
      'http://a..b',
    ],
    ...[
      'http://-nas',
      'http://nas-',
      'http://a.-b',
      'http://café.local',
      'http://ｎａｓ',
      'http://*.local',
      'http://$(id)',
      'http://nas;id',
    ],
    ...[
      'http://::1',
      'http://[::1',
      'http://::1]',
      'http://[]',
      'http://[:]',
      'http://[::1]x',
      'http://[fe80::1%eth0]',
      'http://[::1%25lo]',
    ],
    ...['http://[192.168.1.1]', 'http://[cafe]', 'http://[1.2.3.4::]', `http://${'a'.repeat(64)}`, `http://${'a.'.repeat(127)}b`],
  ]
  for (const text of bad) test(`refuses ${JSON.stringify(text)}`, () => assert.equal(parseTarget(text), undefined))

  test('whatever it takes of the network is whole, bounded and the same when written and read again', () => {
    fuzz(1, (random) => {
      const base = Buffer.from(random.pick(good)[0])
      const text = random.chance(0.3)
        ? `${random.pick(['http', 'https', 'tcp', 'udp'])}://${random.text('ab0.:[]-_x1f/@', random.int(20))}`
        : random.mutated(base).toString('utf8')
      const target = parseTarget(text)
      if (!target || target.kind === 'folder') return
      assert.ok(Target.safeParse(target).success, text)
      assert.match(target.host, /^[a-z0-9._:-]+$/)
      assert.deepEqual(parseTarget(formatTarget(target)), target)
    })
  })
})

describe('a folder', () => {
  for (const path of ['/srv/photos', '/a b/été', 'C:\\Photos', 'd:/x', '\\\\nas\\photos', `/${'a'.repeat(999)}`])
    test(`reads ${path.slice(0, 30)}`, () => {
      assert.deepEqual(parseTarget(`folder:${path}`), { kind: 'folder', path })
      assert.equal(formatTarget({ kind: 'folder', path }), `folder:${path}`)
    })
  for (const path of ['', 'photos', './photos', '~/photos', '//nas/photos/..\0', '/a\nb', `/${'a'.repeat(1000)}`])
    test(`not ${JSON.stringify(path.slice(0, 30))}`, () => assert.equal(parseTarget(`folder:${path}`), undefined))
  test('is a website to everybody else', () => {
    assert.equal(isWeb('folder'), true)
    assert.equal(servedAs({ kind: 'folder', path: '/a' }), 'http')
  })
})

test('isOwnMachine sees every spelling of this machine', () => {
  const host = (name: string): Target => ({ kind: 'http', host: name, port: 80 })
  for (const name of ['localhost', 'app.localhost', '127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1', '0.0.0.0', '::', '::ffff:0.0.0.0'])
    assert.equal(isOwnMachine(host(name)), true, name)
  for (const name of ['nas.local', 'notlocalhost', 'localhost.example', '192.168.1.1', 'fd00::1', '::2'])
    assert.equal(isOwnMachine(host(name)), false, name)
})

test('service names', () => {
  for (const name of ['a', '0', 'web', 'home-assistant', 'a--b', 'x'.repeat(40)]) assert.ok(ServiceName.safeParse(name).success, name)
  const bad = [
    '',
    '-a',
    'a-',
    'A',
    'a.b',
    'a_b',
    'a b',
    'é',
    'xn--caf-dma',
    'x'.repeat(41),
    'a\n',
    '\na',
    'ａ',
    'a\0',
    '*',
    '../a',
    5,
    null,
  ]
  for (const name of bad) assert.equal(ServiceName.safeParse(name).success, false, String(name))
})

test('presets and kinds', () => {
  assert.ok(Preset.safeParse('home-assistant').success)
  for (const name of ['', 'A', 'a/b', 'x'.repeat(41), 'a\n']) assert.equal(Preset.safeParse(name).success, false)
  assert.deepEqual((['http', 'https', 'tcp', 'udp'] as const).map(isWeb), [true, true, false, false])
})
