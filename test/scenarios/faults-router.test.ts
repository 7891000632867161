/** What happens to the rules on the router: taken away, made to forward nothing, switched off. */
import { BY_RELAY, befalls, DIRECT, HALF } from './befalls.ts'

befalls('router', [
  [
    ['port-stolen', { ...HALF, leadsTo: '192.168.1.20' }],
    ['port-returned', DIRECT],
  ],
  [
    ['lying-mapping', BY_RELAY],
    ['honest-mapping', DIRECT],
  ],
  [
    ['upnp-off', { ...BY_RELAY, problems: ['gateway-silent', 'forward-by-hand'] }],
    ['upnp-on', DIRECT],
  ],
])
