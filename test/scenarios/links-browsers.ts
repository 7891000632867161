/** What a browser is led to by the names of the home, directly and through the relay. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { relayOnlyName } from '../../protocol/model/relay-only.ts'
import { hostOf, MARKER } from './house.ts'
import { type LinkHouse, shows } from './link-house.ts'

/** Of other programs than the one that is there. */
const WEAK_SPOTS = ['/.env', '/.git/config', '/wp-login.php', '/phpmyadmin/index.php', '/id_rsa', '/backup.sql']

export function browsersAreLed(home: () => LinkHouse): void {
  it('leads a browser to the home by HTTP/2, which it speaks through the relay as well', async () => {
    const { house, browser } = home()
    const page = await browser.newPage()
    const host = hostOf(await house.service())
    for (const name of [host, host.replace('web.', `${relayOnlyName('web')}.`)]) {
      const answer = await page.goto(`https://${name}/`)
      await shows(page, MARKER)
      const [arrival] = await page.evaluate(() => performance.getEntriesByType('navigation') as PerformanceNavigationTiming[])
      assert.equal(arrival?.nextHopProtocol, 'h2', name)
      if (name !== host) assert.ok(['198.51.100.20', '[2001:db8:200::20]'].includes((await answer?.serverAddr())?.ipAddress ?? ''))
    }
    await page.close()
  })

  it('leads a browser through the relay to events, to a WebSocket, and out again when it looks for weak spots', async () => {
    const { house, browser } = home()
    const { lab } = house
    const program = join(import.meta.dirname, 'guide-service.ts')
    const live = await lab.host('server').spawn(process.execPath, [program, '192.168.1.20', '8089'], { readyPattern: /listening/ })
    await house.porchlight('add', 'live', '--to', 'http://192.168.1.20:8089')
    await eventually(async () => assert.ok((await house.service('live')).publicUrl))
    const page = await browser.newPage()
    const url = `https://${hostOf(await house.service('live')).replace('live.', `${relayOnlyName('live')}.`)}`
    const answer = await page.goto(`${url}/chunked`)
    assert.ok(['198.51.100.20', '[2001:db8:200::20]'].includes((await answer?.serverAddr())?.ipAddress ?? ''))
    const heard = await page.evaluate(async () => {
      const events = new Promise<string[]>((resolve) => {
        const told: string[] = []
        const source = new EventSource('/events')
        source.onmessage = ({ data }) => told.push(data) === 3 && resolve(told)
        source.onerror = () => source.close()
      })
      const spoken = new Promise<string>((resolve) => {
        const socket = new WebSocket('/talk')
        socket.onopen = () => socket.send('hello')
        socket.onmessage = ({ data }) => resolve(data)
      })
      const [arrival] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
      return { events: await events, spoken: await spoken, by: arrival?.nextHopProtocol }
    })
    assert.deepEqual(heard, { events: ['tick', 'tick', 'tick'], spoken: 'heard', by: 'h2' })

    await page.evaluate(async (paths) => {
      for (const path of paths) await fetch(path)
    }, WEAK_SPOTS)
    await page.reload()
    await shows(page, 'This home does not answer your connection for now')
    const { newest } = (await house.status()).bans
    assert.deepEqual(
      newest.map(({ reason, service }) => [reason, service]),
      [['scan', 'live']],
    )
    await house.porchlight('ban', 'rm', newest[0]?.place ?? '')
    await page.reload()
    await shows(page, 'one two')
    await page.close()
    await house.porchlight('remove', 'live')
    await live.stop()
  })
}
