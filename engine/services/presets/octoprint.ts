/** OctoPrint, 3D printers. */
import type { Preset } from './preset.ts'

export const octoprint: Preset = {
  id: 'octoprint',
  name: 'OctoPrint',
  icon: 'printer',
  kind: 'http',
  port: 5000,
  recognise: { http: [{ path: '/', text: 'octoprint' }], mdns: ['_octoprint._tcp'] },
  // Its makers advise against showing it to the internet: who gets in can heat and move things.
  advice: 'home-only',
  login: 'own',
  guarded: { path: '/api/version', status: [401, 403] },
  basePath: 'setting',
  sources: ['https://octoprint.org/blog/2018/09/03/safe-remote-access/', 'https://docs.octoprint.org/en/master/api/version.html'],
}
