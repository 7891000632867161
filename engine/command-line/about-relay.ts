import type { ProblemCode } from '../../protocol/problem.ts'

/** What a relay that carries us cannot do for one service. */
const OF_A_SERVICE: ReadonlySet<ProblemCode> = new Set<ProblemCode>(['relay-no-port', 'relay-far-for-music'])
/** The relay itself, or the way to it. */
export const isAboutRelay = (code: ProblemCode): boolean =>
  code === 'tls-inspected' || (code.startsWith('relay-') && !OF_A_SERVICE.has(code))
