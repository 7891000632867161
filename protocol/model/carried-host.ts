/** Names of the owner's own that a relay carries: whoever comes to it by one of them is led to the device that has proven the name to be its
 *  owner's, by a record that only he can set. */
import { z } from 'zod'
import { DnsLabel } from './label.ts'

export const MAX_CARRIED_HOSTS = 20

/** `home.example.org`, or `*.example.org` for every name one label below. */
export const CarriedHost = z
  .string()
  .max(253)
  .refine((host) => {
    const labels = bareHost(host).split('.')
    return labels.length > 1 && labels.every((label) => DnsLabel.safeParse(label).success) && /[a-z]/.test(labels.at(-1) ?? '')
  }, 'not a host name')

/** `leaving`: the proof is gone, and so will it be from the relay. `wrong`: a proof for another device stands. `taken`: another device has
 *  proven it, and its proof still stands. `reserved`: it is none that a home may have. `undelegated`: there is no such domain. `unknown`: its
 *  name servers do not answer. `unsupported`: this relay carries no such names. */
export const CarriedState = z.enum(['carried', 'leaving', 'missing', 'wrong', 'taken', 'reserved', 'undelegated', 'unknown', 'unsupported'])
export type CarriedState = z.infer<typeof CarriedState>

/** `untilMs`: of one that is leaving, when it will be gone (ms since 1970). */
export const CarriedStanding = z.object({ state: CarriedState.catch('unknown'), untilMs: z.int().min(0).nullable().default(null) })
export type CarriedStanding = z.infer<typeof CarriedStanding>

export const isCarried = (standing: CarriedStanding | undefined): boolean => standing?.state === 'carried' || standing?.state === 'leaving'

/** Without its wildcard. */
export const bareHost = (host: string): string => host.replace(/^\*\./, '')

/** The TXT record by which a name's owner says whose it is. */
export const ownershipRecord = (host: string, deviceKey: string): { readonly name: string; readonly text: string } => ({
  name: `_porchlight.${bareHost(host)}`,
  text: `${OWNERSHIP_PREFIX}${deviceKey}`,
})

export const OWNERSHIP_PREFIX = 'device='
