/** Who is at home himself, where the router lets nobody in from inside, and what is kept to the relay. */
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { eventually } from '../../lab/eventually.ts'
import { hostOf, MARKER } from './house.ts'
import type { LinkHouse } from './link-house.ts'

export function homePeopleAreLed(home: () => LinkHouse): void {
  it('leads home people by the relay, where their router lets nobody in from inside', async () => {
    const { house, curl } = home()
    await house.becomes('mapped', 40_000)
    const service = await house.service()
    const byName = await curl('home', service.publicUrl ?? '', '-4', '--resolve', `${hostOf(service)}:443:203.0.113.10`)
    assert.notEqual(byName.code, 0, 'this router turns nobody back')
    const byLink = await curl('home', service.shareLink ?? '', '-4', '--location', '-w', '\n%{url_effective}')
    assert.match(byLink.stdout, new RegExp(`${MARKER}[\\s\\S]*https://web--relay\\.`))
    const outside = await house.visit(service.shareLink ?? '', '-4', '-o', '/dev/null', '-w', '%{redirect_url}\n200 x')
    assert.match(JSON.stringify(outside), /https:\/\/web\.[a-z]/)
  })

  it('is not even needed at home for a service that is kept to the relay: its own name leads there, and does not tell of the home', async () => {
    const { house, curl } = home()
    const told = async (name: string): Promise<string[]> => [...(await house.addresses(name)), ...(await house.addresses(name, 'AAAA'))]
    const other = hostOf(await house.service())
    await eventually(async () => assert.ok((await told(other)).includes('203.0.113.10')))
    await house.porchlight('add', 'diary', '--to', 'http://192.168.1.20:8080')
    await house.porchlight('way', 'diary', 'relay')
    const url = await eventually(async () => {
      const { state, best, publicUrl } = await house.service('diary')
      assert.deepEqual([state, best], ['reachable', { ipv4: 'tunnel', ipv6: 'tunnel' }])
      return publicUrl ?? ''
    })
    const host = new URL(url).host
    await eventually(async () => assert.deepEqual(await told(host), ['198.51.100.20', '2001:db8:200::20']))
    assert.ok((await told(other)).includes('203.0.113.10'), 'the other service is direct, as before')
    await eventually(async () => assert.match((await curl('home', url, '-4')).stdout, new RegExp(MARKER)))
    assert.match((await curl('visitor', url, '-4')).stdout, new RegExp(MARKER))
    const direct = [url, '--resolve', `${host}:443:203.0.113.10`]
    assert.equal((await curl('visitor', ...direct)).code, 35, 'refused in the handshake (curl: CURLE_SSL_CONNECT_ERROR)')
    await house.porchlight('way', 'diary', 'best')
    await eventually(async () => assert.match((await curl('visitor', ...direct)).stdout, new RegExp(MARKER)))
    await house.porchlight('remove', 'diary')
  })
}
