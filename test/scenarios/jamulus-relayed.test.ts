import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import type { LabProcess } from '../../lab/lab.ts'
import { type House, openHouse } from './house.ts'

describe('a band behind the provider’s NAT: a real Jamulus client plays with the real server through the relay’s UDP port', () => {
  let house: House
  let server: LabProcess
  const players: LabProcess[] = []
  before(async () => {
    house = await openHouse({ personality: 'cgnat-refusing' })
    server = await house.lab
      .host('server')
      .spawn('Jamulus', ['-s', '-n', '-p', '22124', '-l', `${house.lab.dir}/jamulus.log`], { env: env() })
    await house.startRelay()
    await house.startEngine('--relay', await house.relayCode())
    await house.porchlight('add', 'band', '--to', 'udp://192.168.1.20:22124', '--preset', 'jamulus')
  })
  after(async () => {
    // A sound server that is killed leaves its shared memory behind.
    for (const player of players.reverse()) await player.stop()
    await house.close()
  })

  const env = () => ({
    QT_QPA_PLATFORM: 'offscreen',
    HOME: house.lab.dir,
    XDG_RUNTIME_DIR: house.lab.dir,
    JACK_NO_AUDIO_RESERVATION: '1',
    // Sound servers of other laboratories are found in the same place of this machine.
    JACK_DEFAULT_SERVER: `porchlight-${process.pid}`,
  })

  it('has the server’s own port at the relay, proven from outside', async () => {
    const service = await eventually(
      async () => {
        const found = await house.service('band')
        assert.deepEqual([found.state, found.best.ipv4], ['reachable', 'tunnel'], JSON.stringify(found.paths))
        return found
      },
      { timeoutMs: 60_000 },
    )
    assert.equal(service.publicAddress?.port, 22124)
  })

  it('plays: sound goes both ways, and what one end sends arrives at the other', async () => {
    const visitor = house.lab.host('visitor')
    const sound = ['-n', env().JACK_DEFAULT_SERVER, '-r', '-d', 'dummy', '-r', '48000', '-p', '128']
    players.push(await visitor.spawn('jackd', sound, { env: env(), readyPattern: /JACK server starting/ }))
    players.push(await visitor.spawn('Jamulus', ['-n', '-c', '198.51.100.20:22124'], { env: env() }))
    await server.waitForOutput(/192\.168\.1\.10, connected \(1\)/, 60_000)
    await eventually(async () => assert.ok((await captured('visitor', 0.5)).in.length > 50), { timeoutMs: 60_000 })
    const [player, band] = await Promise.all([captured('visitor', 10), captured('server', 10)])
    // One clock ticks for both machines. What crosses the edges of the time that both saw is few.
    const fromMs = Math.max(player.fromMs, band.fromMs)
    const toMs = Math.min(player.toMs, band.toMs)
    const count = (atMs: readonly number[]): number => atMs.filter((each) => each >= fromMs && each <= toMs).length
    const [said, arrived, played, heard] = [count(player.out), count(band.in), count(band.out), count(player.in)]
    const counted = `the player said ${said}, ${arrived} arrived; the band played ${played}, ${heard} were heard`
    assert.ok(said > 1000 && played > 1000, counted)
    // What the way costs is measured on a quiet machine (bench/music.ts). A busy one drops some by itself, all of it while it stands still:
    // 6 % with eight files at once.
    assert.ok(arrived / said > 0.85 && heard / played > 0.85, counted)
  })

  /** When the band's datagrams left this machine, and when they came in, for so long. */
  async function captured(host: 'visitor' | 'server', seconds: number) {
    const args = [String(seconds), 'tcpdump', '-i', 'eth0', '-nn', '-tt', '-l', '--immediate-mode', 'udp', 'port', '22124']
    const { stdout } = await house.lab.host(host).exec('timeout', args)
    const own = host === 'visitor' ? '198.18.0.10' : '192.168.1.20'
    const lines = stdout.split('\n').flatMap((line) => {
      const [, at, from] = /^(\d+\.\d+) IP (\S+)\.\d+ >/.exec(line) ?? []
      return from === undefined ? [] : [{ atMs: Number(at) * 1000, isOut: from === own }]
    })
    const atMs = (isOut: boolean): number[] => lines.filter((line) => line.isOut === isOut).map((line) => line.atMs)
    return { fromMs: lines[0]?.atMs ?? 0, toMs: lines.at(-1)?.atMs ?? 0, out: atMs(true), in: atMs(false) }
  }
})
