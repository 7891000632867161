/** Any web server that serves pages to everybody. */
import type { Preset } from './preset.ts'

export const web: Preset = {
  id: 'web',
  name: 'Web server',
  icon: 'globe',
  kind: 'http',
  port: 80,
  recognise: { mdns: ['_http._tcp'] },
  advice: 'open',
  login: 'none',
  basePath: 'relative-links',
  sources: [
    'https://www.rfc-editor.org/rfc/rfc9110',
    'https://www.rfc-editor.org/rfc/rfc3986#section-4.2',
    'https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml',
  ],
  readOn: '2026-11-22',
}
