/** No-IP. https://www.noip.com/integrate/request */
import { dyndns2 } from '../dyndns2.ts'

export const noIp = dyndns2({
  id: 'no-ip',
  title: 'No-IP',
  page: 'https://my.noip.com/dynamic-dns/groups',
  minPeriodS: 60,
  ttlS: 60,
  endpoint: () => 'dynupdate.no-ip.com/nic/update',
  addresses: 'together',
})
