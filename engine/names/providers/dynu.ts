/** Dynu. https://www.dynu.com/DynamicDNS/IP-Update-Protocol */
import { dyndns2 } from '../dyndns2.ts'

export const dynu = dyndns2({
  id: 'dynu',
  title: 'Dynu',
  page: 'https://www.dynu.com/en-US/ControlPanel/ManageCredentials',
  minPeriodS: 60,
  ttlS: 120,
  endpoint: () => 'api.dynu.com/nic/update',
  // A family that is left out would get the address that the request comes from.
  addresses: ({ ipv4, ipv6 }) => ({ myip: ipv4 ?? 'no', myipv6: ipv6 ?? 'no' }),
})
