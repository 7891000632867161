/** The administration page of a Pi-hole. */
import type { Preset } from './preset.ts'

export const piHole: Preset = {
  id: 'pi-hole',
  name: 'Pi-hole',
  icon: 'shield',
  kind: 'http',
  port: 80,
  recognise: { http: [{ path: '/admin/', text: 'pi-hole' }] },
  advice: 'home-only',
  login: 'optional',
  // Without a password nothing has to be logged in for.
  guarded: { path: '/api/stats/summary', status: [401] },
  basePath: 'setting',
  basePathAt: 'webserver.paths.prefix (pihole.toml)',
  sources: ['https://docs.pi-hole.net/api/auth/', 'https://docs.pi-hole.net/ftldns/configfile/'],
  readOn: '2026-11-21',
}
