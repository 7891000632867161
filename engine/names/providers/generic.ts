/** Any server that speaks dyndns2: a router maker's, a hosting company's, another person's Porchlight relay. */
import { dyndns2, USER_AND_PASSWORD } from '../dyndns2.ts'
import { credential, ProviderError, type Session } from '../provider.ts'

export const generic = dyndns2({
  id: 'dyndns2',
  title: 'DynDNS 2',
  page: null,
  fields: [{ id: 'server', isSecret: false }, ...USER_AND_PASSWORD],
  minPeriodS: 60,
  ttlS: 60,
  endpoint: (session) => `${serverOf(session)}/nic/update`,
  addresses: 'together',
})

/** A host name, with a port if need be; nothing that could lead a password elsewhere. */
function serverOf(session: Session): string {
  const server = credential(session, 'server').trim().toLowerCase()
  if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:\d{1,5})?$/.test(server)) throw new ProviderError('credentials', 'server is no host name')
  return server
}
