/** OVHcloud DynHost: a user for one name, which its owner makes in the DNS zone's page. One address a request.
 *  https://help.ovhcloud.com/csm/en-dns-dynhost */
import { dyndns2 } from '../dyndns2.ts'

export const ovhDynhost = dyndns2({
  id: 'ovh-dynhost',
  title: 'OVHcloud DynHost',
  page: 'https://www.ovh.com/manager/',
  minPeriodS: 60,
  ttlS: 60,
  endpoint: () => 'dns.eu.ovhapis.com/nic/update',
  parameters: { system: 'dyndns' },
  addresses: 'apart',
})
