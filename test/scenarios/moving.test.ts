/** Nothing lasts: the server under the relay is lost and comes back out of its backup, and the computer at home is replaced. The links stay. */
import assert from 'node:assert/strict'
import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { type House, MARKER, openHouse } from './house.ts'

const BIN = resolve(import.meta.dirname, '..', '..', 'bin')

describe('a new server, and a new computer', () => {
  let house: House
  let relay: LabProcess
  let engine: LabProcess
  let links: { publicUrl: string | null; shareLink: string | null }

  before(async () => {
    house = await openHouse({ upnp: false })
    relay = await house.startRelay()
    engine = await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'web', '--to', 'http://192.168.1.20:8080')
    const { publicUrl, shareLink } = await house.becomes('tunnel', 40_000)
    links = { publicUrl, shareLink }
  })
  after(() => house.close())

  const isReached = async (): Promise<void> => {
    const visit = async (): Promise<void> => {
      assert.match((await house.visit(links.shareLink ?? '', '--location')).body, new RegExp(MARKER))
    }
    await eventually(visit, { timeoutMs: 40_000, everyMs: 300 })
    const { publicUrl, shareLink } = await house.service()
    assert.deepEqual({ publicUrl, shareLink }, links)
  }

  it('the relay is backed up while it serves; its server is lost; on a new one devices come back by themselves', async () => {
    const [backup, folder] = [join(house.lab.dir, 'relay.backup'), house.relayFolder]
    await house.relayCommand('relay', 'backup', backup)
    assert.equal(statSync(backup).mode & 0o777, 0o600)
    const devices = await house.relayCommand('relay', 'devices')
    relay.kill('SIGKILL')
    await relay.exited
    renameSync(folder, `${folder}-lost`)
    assert.match(await house.relayCommand('relay', 'restore', backup), /^restored 1 devices?$/)
    rmSync(`${folder}-lost`, { recursive: true })
    relay = await house.startRelay()
    await isReached()
    assert.equal((await house.relayCommand('relay', 'devices')).split(' ')[0], devices.split(' ')[0])
  })

  it('the home is exported; its computer is lost; a new one is the same home, with the same names, links and certificate', async () => {
    const home = house.lab.host('home')
    const porchlight = (args: string[], input?: string) =>
      home.exec(join(BIN, 'porchlight'), args, { timeoutMs: 20_000, ...(input === undefined ? {} : { input }) })
    const file = join(house.lab.dir, 'home.porchlight')
    const exported = await porchlight(['export', file, '--data', house.dataFolder])
    assert.equal(exported.code, 0, exported.stderr)
    const occupied = await porchlight(['import', file, '--data', house.dataFolder], exported.stdout)
    assert.match(occupied.stderr, /^error engine-running: /m)
    await house.porchlight('stop')
    await engine.exited
    const certificates = readdirSync(join(house.dataFolder, 'certificates'))
    rmSync(house.dataFolder, { recursive: true })

    const wrong = await porchlight(['import', file, '--data', house.dataFolder], 'AAAA-BBBB-CCCC-DDDD-EEEE-FFFF\n')
    assert.match(wrong.stderr, /^error recovery-code-mistyped: /m)
    const imported = await porchlight(['import', file, '--data', house.dataFolder], exported.stdout)
    assert.equal(imported.code, 0, imported.stderr)
    assert.deepEqual(readdirSync(join(house.dataFolder, 'certificates')), certificates)
    engine = await house.startEngine()
    await isReached()
  })
})
