/** OctoPrint, 3D printers. */
import type { Preset } from './preset.ts'

export const octoprint: Preset = {
  id: 'octoprint',
  name: 'OctoPrint',
  icon: 'printer',
  kind: 'http',
  port: 5000,
  recognise: { http: [{ path: '/', text: 'octoprint' }], mdns: ['_octoprint._tcp'], ssdp: { modelName: 'OctoPrint' } },
  // Its makers advise against showing it to the internet: who gets in can heat and move things.
  advice: 'home-only',
  login: 'own',
  guarded: { path: '/api/version', status: [401, 403] },
  basePath: 'setting',
  basePathAt: 'server: reverseProxy: prefixFallback (config.yaml)',
  settings: [
    {
      // It works without; only everybody then comes from our address, which is at home, and whom it logs in by itself at home (autologinLocal) it
      // would log in everywhere.
      need: 'trusted-proxy',
      where: 'server: reverseProxy: trustedDownstream (config.yaml)',
      source: 'https://docs.octoprint.org/en/maintenance/configuration/config_yaml.html',
    },
  ],
  sources: [
    'https://community.octoprint.org/t/how-to-enable-http-authentication-on-haproxy/180',
    'https://docs.octoprint.org/en/maintenance/configuration/config_yaml.html',
    'https://docs.octoprint.org/en/maintenance/api/general.html',
    'https://github.com/OctoPrint/OctoPrint/blob/master/src/octoprint/plugins/discovery/__init__.py',
  ],
  readOn: '2026-11-21',
}
