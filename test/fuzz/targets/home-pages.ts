/** What services at home answer to a look from inside: pages of anybody's making, and where they send their visitors. */
import assert from 'node:assert/strict'
import { PRESETS } from '../../../engine/services/presets/index.ts'
import { judge } from '../../../engine/services/safety/judge.ts'
import { readPage } from '../../../engine/services/safety/page.ts'
import { readRedirect } from '../../../engine/services/safety/redirect.ts'
import { Finding } from '../../../protocol/finding.ts'
import { around, type Target } from '../target.ts'

const SAMPLES = [
  '/\n<!doctype html><title>Index of /</title><a href="../">../</a>',
  '/login\n<html><head><title> Jeedom </title></head><form method="post" action="http://web.home.example/in"><input type=\'password\' name=p></form>',
  'http://192.168.1.20:8123/\n<TITLE>Home Assistant</TITLE>',
  'https://web.home.example:8443/\n<input type = password',
  '//[fd00::1]/\n{"ProductName":"Jellyfin Server","StartupWizardCompleted":false}',
]
const BASE = new URL('https://web.home.example/')
const TARGET = { kind: 'http', host: '192.168.1.20', port: 8080 } as const
const TO: ReadonlySet<string> = new Set(['on', 'home', 'http', 'elsewhere'])

const homePages: Target = {
  says: 'pages and redirects of services at home, whatever they are made of',
  input: around(SAMPLES),
  check(bytes) {
    const text = bytes.toString('utf8')
    const cut = text.indexOf('\n')
    const [location, body] = [text.slice(0, Math.max(cut, 0)), text.slice(cut + 1)]
    const page = readPage(body)
    assert.ok(page.title.length <= 200 && !page.title.includes('<'))
    const redirect = readRedirect(location, BASE)
    assert.ok(redirect === undefined || TO.has(redirect.to))
    // Whoever is followed is the service itself.
    if (redirect?.to === 'on') assert.equal(redirect.url.origin, BASE.origin)
    const answer = { status: 200, body, location, server: '', ours: '192.168.1.10' }
    const look = { answer, path: '/', away: redirect?.to === 'on' ? undefined : redirect }
    const preset = PRESETS.get(['jeedom', 'jellyfin', 'home-assistant', ''][body.length % 4] ?? '')
    const paths = new Map(preset?.recognise.http?.map((sign) => [sign.path, look] as const))
    const route = body.length % 3 === 0 ? { prefix: '/zm', strip: body.length % 2 === 0 } : null
    const sights = { target: TARGET, preset, name: 'web.home.example', route, named: undefined, paths }
    const found = judge({ ...sights, direct: look, proxied: look })
    for (const each of found) Finding.parse(each)
    return found.some(({ weight }) => weight !== 'fine') ? 'advice' : 'fine'
  },
}

export const HOME_PAGE_TARGETS = { 'home-pages': homePages }
