/**
 * A service at home for large transfers: GET sends a file, PUT answers with the SHA-256 of what it was sent. `/page` is where a browser begins.
 *
 *     node large-service.ts FILE ADDRESS PORT
 */
import { createHash } from 'node:crypto'
import { createReadStream, statSync } from 'node:fs'
import http from 'node:http'
import { pipeline } from 'node:stream/promises'

const [file = '', address = '', port = ''] = process.argv.slice(2)

const server = http.createServer(async (request, response) => {
  try {
    if (request.method === 'PUT') {
      const hash = createHash('sha256')
      await pipeline(request, hash)
      response.end(hash.digest('hex'))
    } else if (request.url === '/favicon.ico') {
      // A browser asks by itself: with two gigabytes for an icon its page ran out of memory in the middle of an upload.
      response.writeHead(404).end()
    } else if (request.url === '/page') {
      response.setHeader('Content-Type', 'text/html').end('<a href="/large" download="large">down</a><input type="file">')
    } else {
      response.setHeader('Content-Length', statSync(file).size)
      await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), response)
    }
  } catch {
    response.destroy()
  }
})
server.requestTimeout = 0
server.listen(Number(port), address, () => console.log('ready'))
