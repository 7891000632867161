/** A certificate authority that goes by CAA records, for pebble does not look at them: RFC 8659 §3 and §4, RFC 8657 §3 and §4. */

export interface Property {
  readonly tag: string
  readonly value: string
}

export interface Wish {
  /** `*.a.example` for a wildcard. */
  readonly name: string
  /** How the authority is called in CAA records. */
  readonly issuer: string
  readonly accountUri: string
  readonly method: 'dns-01' | 'http-01' | 'tls-alpn-01'
}

/** May this certificate be issued? `lookUp` answers with the CAA records that stand at exactly that name. */
export async function mayIssue(wish: Wish, lookUp: (name: string) => Promise<readonly Property[]>): Promise<boolean> {
  const isWildcard = wish.name.startsWith('*.')
  const records = await relevant(isWildcard ? wish.name.slice(2) : wish.name, lookUp)
  const wild = records.filter(({ tag }) => tag === 'issuewild')
  const policy = isWildcard && wild.length > 0 ? wild : records.filter(({ tag }) => tag === 'issue')
  return policy.length === 0 || policy.some(({ value }) => allows(value, wish))
}

/** The nearest name upwards that has any. */
async function relevant(name: string, lookUp: (name: string) => Promise<readonly Property[]>): Promise<readonly Property[]> {
  for (let at = name; at !== ''; at = at.split('.').slice(1).join('.')) {
    const found = await lookUp(at)
    if (found.length > 0) return found
  }
  return []
}

function allows(value: string, { issuer, accountUri, method }: Wish): boolean {
  const [domain, ...parameters] = value.split(';').map((part) => part.trim())
  const of = (tag: string): string | undefined =>
    parameters.map((parameter) => /^([^=]+)=(.*)$/.exec(parameter)).find((match) => match?.[1] === tag)?.[2]
  const [account, methods] = [of('accounturi'), of('validationmethods')]
  return domain === issuer && (account ?? accountUri) === accountUri && (methods?.split(',') ?? [method]).includes(method)
}
