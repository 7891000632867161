/** Two gigabytes down and up, by both versions of HTTP, through the relay and direct: every byte arrives, and neither engine nor relay holds
 *  more than a little of it. A part of `npm run proof`. */
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { hostOf } from '../scenarios/house.ts'
import { LIMIT_MS, withTransfersHouse } from './transfers-house.ts'

const WAYS = { relay: '198.51.100.20', direct: '203.0.113.10' }

describe('two gigabytes by curl', { concurrency: 1 }, () => {
  const at = withTransfersHouse('transfers-curl.json')
  for (const [way, address] of Object.entries(WAYS))
    for (const version of ['http2', 'http1.1'])
      for (const direction of ['down', 'up'])
        it(`${direction}, ${way}, ${version}`, async (t: TestContext) => {
          const { house, url, file, measure } = at.here
          const host = hostOf(await house.service())
          const how = direction === 'up' ? `-T ${file} ` : ''
          const told = `-w '%{stderr}%{http_version} %{http_code}'`
          const curl = `curl -sSk --${version} --resolve ${host}:443:${address} ${told} ${how}${url}`
          const script = direction === 'up' ? curl : `${curl} | sha256sum`
          await measure(t, async () => {
            const { stdout, stderr } = await house.lab.host('visitor').exec('sh', ['-c', script], { timeoutMs: LIMIT_MS })
            assert.equal(stderr.trim(), `${version === 'http2' ? '2' : '1.1'} 200`)
            return stdout.slice(0, 64)
          })
        })
})
