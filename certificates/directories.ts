/** Who can be asked for certificates. */

/** Let's Encrypt. */
export const PUBLIC_DIRECTORY = 'https://acme-v02.api.letsencrypt.org/directory'

export interface KnownDirectory {
  readonly name: string
  readonly url: string
  /** Its rehearsal: the same rules, generous limits, and certificates that nobody trusts. */
  readonly stagingUrl?: string
  /** It wants to know its customer (external account binding). */
  readonly wantsAccount: boolean
}

/** https://letsencrypt.org/docs/staging-environment/ · https://zerossl.com/documentation/acme/ */
export const DIRECTORIES = {
  letsencrypt: {
    name: "Let's Encrypt",
    url: PUBLIC_DIRECTORY,
    stagingUrl: 'https://acme-staging-v02.api.letsencrypt.org/directory',
    wantsAccount: false,
  },
  zerossl: { name: 'ZeroSSL', url: 'https://acme.zerossl.com/v2/DV90', wantsAccount: true },
} as const satisfies Record<string, KnownDirectory>

const known = (directoryUrl: string): KnownDirectory | undefined => Object.values(DIRECTORIES).find(({ url }) => url === directoryUrl)

/** As a person knows it: its name, or its host. */
export const directoryName = (directoryUrl: string): string => known(directoryUrl)?.name ?? new URL(directoryUrl).host

export const stagingOf = (directoryUrl: string): string | undefined => known(directoryUrl)?.stagingUrl

/** Every browser trusts what it gives. */
export const isPublicDirectory = (directoryUrl: string): boolean => known(directoryUrl) !== undefined
