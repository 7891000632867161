/** Infomaniak. https://www.infomaniak.com/en/support/faq/2376 */
import { dyndns2 } from '../dyndns2.ts'

export const infomaniak = dyndns2({
  id: 'infomaniak',
  title: 'Infomaniak',
  page: 'https://manager.infomaniak.com/',
  minPeriodS: 60,
  ttlS: 300,
  endpoint: () => 'infomaniak.com/nic/update',
  addresses: 'apart',
})
