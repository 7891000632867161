/** Home Assistant, home automation. */
import type { Preset } from './preset.ts'

export const homeAssistant: Preset = {
  id: 'home-assistant',
  name: 'Home Assistant',
  icon: 'house',
  kind: 'http',
  port: 8123,
  recognise: {
    http: [{ path: '/', text: '<title>Home Assistant' }],
    mdns: ['_home-assistant._tcp'],
    ssdp: { deviceType: 'urn:home-assistant.io:device:HomeAssistant:1' },
  },
  health: { path: '/manifest.json', status: [200] },
  advice: 'own-login',
  login: 'own',
  guarded: { path: '/api/', status: [401] },
  unclaimed: { path: '/api/onboarding', status: [200], text: '{"step":"user","done":false}' },
  basePath: 'root-only',
  settings: [
    {
      // Any request with X-Forwarded-For is answered by 400 until the proxy is trusted.
      need: 'trusted-proxy',
      where: 'http: use_x_forwarded_for, trusted_proxies (configuration.yaml)',
      shows: { path: '/', status: [400] },
      source: 'https://www.home-assistant.io/integrations/http/',
    },
  ],
  sources: [
    'https://www.home-assistant.io/integrations/http/',
    'https://github.com/home-assistant/core/blob/dev/homeassistant/components/http/forwarded.py',
    'https://github.com/home-assistant/core/blob/dev/homeassistant/components/onboarding/views.py',
    'https://github.com/home-assistant/core/blob/dev/homeassistant/components/zeroconf/const.py',
    'https://github.com/home-assistant/core/blob/dev/homeassistant/components/ssdp/server.py',
    'https://github.com/home-assistant/architecture/issues/156',
  ],
  readOn: '2026-11-21',
}
