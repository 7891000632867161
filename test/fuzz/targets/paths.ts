/** Paths of visitors' requests, where some of them lead elsewhere (protocol/model/route.ts). */
import { lead, longestRoute } from '../../../protocol/model/route.ts'
import { around, type Target } from '../target.ts'

const ROUTES = [
  { prefix: '/zm', strip: false },
  { prefix: '/zm/api', strip: true },
  { prefix: '/photos', strip: true },
]
const SAMPLES = [
  '/zm/index.php?view=watch',
  '/zm/api/host.json',
  '/photos/2026/a%20b.jpg',
  '/zm/%2e%2e/admin',
  '/zm/..;/admin',
  '//zm//api/',
  '/%7am%2fapi',
  '/zm\\..\\x',
  '/zm/%252e%252e/x',
]

/** What programs do: nginx and Apache decode and merge, Tomcat cuts parameters, IIS and browsers turn backslashes round, some decode twice. */
const decode = (path: string) => path.replace(/%([0-9a-f]{2})/gi, (_whole, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
const cut = (path: string) => path.replace(/;[^/]*/g, '')
const turn = (path: string) => path.replaceAll('\\', '/')
const merge = (path: string) => path.replace(/\/{2,}/g, '/')
const READINGS: ((path: string) => string)[] = [
  decode,
  (path) => decode(decode(path)),
  (path) => decode(cut(path)),
  (path) => cut(decode(path)),
  (path) => turn(decode(cut(turn(path)))),
]

/** RFC 3986 §5.2.4, after slashes were merged. */
function climbed(path: string): string {
  const segments: string[] = []
  for (const segment of merge(path).split('/').slice(1)) {
    if (segment === '..') segments.pop()
    else if (segment !== '.') segments.push(segment)
  }
  return `/${segments.join('/')}`
}

export const PATH_TARGETS = {
  paths: {
    says: 'where a visitor’s path leads, and that no program reads it otherwise',
    input: around(SAMPLES),
    check(bytes) {
      const url = `/${bytes.toString('latin1').replace(/^\/+/, (slashes) => slashes.slice(1))}`
      const led = lead(ROUTES, url, false)
      if (led.kind !== 'to') return led.kind
      const path = url.split('?', 1)[0] ?? ''
      for (const read of READINGS) {
        const seen = longestRoute(ROUTES, climbed(read(path)))
        if (seen !== led.route) throw new Error(`${path} leads to ${led.route?.prefix}, and is read as ${climbed(read(path))}`)
      }
      if (led.route?.strip && !led.path.startsWith('/')) throw new Error(`${led.path} has lost its slash`)
      return led.route === null ? 'own' : 'route'
    },
  },
} satisfies Record<string, Target>
