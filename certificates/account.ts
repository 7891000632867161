/** Our account at a directory: looked up by its key, made when there is none and its owner has agreed to the terms of service. */
import acme from 'acme-client'
import type { Directory, DirectoryOptions } from './acme.ts'
import { type Exchange, readUrl } from './directory-http.ts'
import { CertificateError } from './error.ts'

/** What a directory gave its customer so that an account here becomes his (RFC 8555 §7.3.4). Both texts; the key is base64url. */
export interface ExternalAccount {
  readonly keyId: string
  readonly hmacKey: string
}

export interface DirectoryAccount {
  /** PKCS #8 PEM, such as `newAccountKey` makes: the same key is the same account. */
  readonly keyPem: string
  readonly email?: string | undefined
  readonly external?: ExternalAccount | undefined
  /** Has its owner agreed to these terms? Not asked where there are none, nor for an account that exists. */
  readonly agreesTo: (termsUrl: string) => boolean
}

/** Looked up first: acme-client answers "exists already" with an update that agrees to the terms again, which pebble refuses as empty
 *  (RFC 8555 §7.3.2 knows no such update). Throws {@link CertificateError} `terms` and `account`. */
export async function openAccount(
  { directoryUrl, account }: DirectoryOptions,
  exchange: Exchange,
): Promise<{ client: acme.Client; directory: Directory }> {
  const { keyPem, email, external, agreesTo } = account
  const client = new acme.Client({
    directoryUrl,
    accountKey: keyPem,
    ...(external && { externalAccountBinding: { kid: external.keyId, hmacKey: external.hmacKey } }),
  })
  const directory = await readDirectory(client)
  try {
    await client.createAccount({ onlyReturnExisting: true })
    return { client, directory }
  } catch (error) {
    if (exchange.answer?.type !== 'accountDoesNotExist') throw error
  }
  const { termsOfService: told, externalAccountRequired } = directory.meta ?? {}
  if (externalAccountRequired === true && !external)
    throw new CertificateError('account', 'the directory wants an account of its own', { final: true })
  // What cannot be shown as a link is agreed to under the directory's own address.
  const terms = told === undefined ? undefined : (readUrl(told) ?? directoryUrl)
  if (terms !== undefined && !agreesTo(terms))
    throw new CertificateError('terms', 'nobody has agreed to the terms of service', { final: true, url: terms })
  await client.createAccount({ termsOfServiceAgreed: true, ...(email === undefined ? {} : { contact: [`mailto:${email}`] }) })
  return { client, directory }
}

/** acme-client keeps it for the calls that follow. */
async function readDirectory(client: acme.Client): Promise<Directory> {
  const { http } = client as unknown as { http: { getDirectory(): Promise<unknown> } }
  const read = await http.getDirectory()
  if (typeof read !== 'object' || read === null) throw new CertificateError('rejected', 'this is no ACME directory', { final: false })
  const { renewalInfo, meta } = read as Record<string, unknown>
  return { renewalInfo, ...(typeof meta === 'object' && meta !== null && { meta }) }
}
