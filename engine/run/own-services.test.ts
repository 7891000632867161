import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Happening } from '../core/events.ts'
import { ownServices } from './own-services.ts'
import type { SettingsFile } from './settings.ts'

type Options = Parameters<typeof ownServices>[0]

test('a program that is better not open to everybody begins behind its share link, any other is open', async () => {
  const told: Happening[] = []
  let services: SettingsFile['current']['services'] = []
  const settings = {
    get current() {
      return { services, ports: {}, linkUses: {} }
    },
    change: (next: { services: typeof services }) => {
      services = next.services
    },
  } as unknown as SettingsFile
  const { addService } = ownServices({
    folder: '/nowhere',
    settings,
    links: { grants: () => ({}) },
    passwords: { remove: () => {} } as unknown as Options['passwords'],
    forbidden: { isOwnListener: () => false, lanPrefixes: () => [] },
    dispatch: (happening) => void told.push(happening),
  })
  for (const [name, target, preset] of [
    ['nas', 'https://192.168.1.20:5001', 'synology-dsm'],
    ['films', 'http://192.168.1.20:8096', 'jellyfin'],
    // A web program may have its own certificate, or none; a second port is the program's too.
    ['talk', 'udp://192.168.1.20:64738', 'mumble'],
    ['shell', 'tcp://192.168.1.20:22', 'ssh'],
    ['page', 'http://192.168.1.20', undefined],
  ] as const)
    await addService(name, target, preset)
  assert.deepEqual(
    services.map(({ name, access }) => [name, access]),
    [
      ['nas', 'link'],
      ['films', 'public'],
      ['talk', 'public'],
      ['shell', 'public'],
      ['page', 'public'],
    ],
  )
  assert.equal(told.length, 5)
  await assert.rejects(addService('music', 'tcp://192.168.1.20:22124', 'jamulus'), /preset-mismatch/)
  await assert.rejects(addService('wiki', 'http://192.168.1.20', 'nothing-known'), /preset-unknown/)
})
