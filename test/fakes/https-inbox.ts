/** Somebody's server that is told things: it prints what is posted to it, one line of JSON each. Run by itself: CERT KEY HOST PORT. */
import { readFileSync } from 'node:fs'
import https from 'node:https'

const [cert = '', key = '', host = '', port = ''] = process.argv.slice(2)
const server = https.createServer({ cert: readFileSync(cert), key: readFileSync(key) }, (request, response) => {
  let body = ''
  request.setEncoding('utf8').on('data', (chunk: string) => {
    body += chunk
  })
  request.on('end', () => {
    process.stdout.write(`${JSON.stringify({ path: request.url, body: JSON.parse(body) })}\n`)
    response.end()
  })
})
server.listen(Number(port), host, () => process.stdout.write('ready\n'))
