/** Every problem as it may really come, with facts such as an engine gives them. */
import { PROBLEMS, type Problem, ProblemCode } from '../../protocol/problem.ts'

const FACTS = {
  address: '192.168.1.1',
  command: 'sudo nft insert rule inet filter input tcp dport 443 accept',
  data: '/var/lib/porchlight',
  delayMs: '84',
  detail: 'something unexpected came',
  host: 'photos.example.org',
  internal: '192.168.1.30',
  internalPort: '8443',
  keptAs: '/var/lib/porchlight/damaged.json',
  limit: '50',
  name: 'photos',
  ours: '2',
  path: '/var/lib/porchlight',
  port: '443',
  protocol: 'TCP',
  reason: 'ETIMEDOUT',
  relay: 'relay.example',
  service: 'jeedom',
  target: 'http://192.168.1.20:8080',
  theirs: '3',
  until: '1800000000000',
  used: '41000000000',
} satisfies Record<(typeof PROBLEMS)[ProblemCode]['params'][number], string>

const FINGERPRINT = 'AB:CD:EF:01'

/** Where a fact says something else than it mostly does. */
const OTHERWISE: Readonly<Partial<Record<ProblemCode, Partial<typeof FACTS>>>> = {
  'certificate-replaced': { ours: FINGERPRINT, theirs: 'EF:01:23:45' },
  'certificate-unaccepted': { theirs: FINGERPRINT },
  'certificate-kept': { theirs: FINGERPRINT },
  'gateway-refused': { reason: 'EPERM' },
  'relay-quota-near': { limit: '50000000000' },
  'relay-quota-reached': { limit: '50000000000' },
}

export function exampleOf(code: ProblemCode): Problem {
  const { severity, params } = PROBLEMS[code]
  const facts = { ...FACTS, ...OTHERWISE[code] }
  return { code, severity, params: Object.fromEntries(params.map((name) => [name, facts[name]])) }
}

export const EVERY_PROBLEM: readonly Problem[] = ProblemCode.options.map(exampleOf)
