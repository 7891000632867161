/** Every parser of foreign bytes that `npm run fuzz` and `npm run proof` know. */
import type { Target } from './target.ts'
import { DNS_TARGETS } from './targets/dns-answers.ts'
import { FLOW_TARGETS } from './targets/flows.ts'
import { GATEWAY_TARGETS } from './targets/gateway.ts'
import { HOME_PAGE_TARGETS } from './targets/home-pages.ts'
import { HTTP_TARGETS } from './targets/http.ts'
import { HTTP2_TARGETS } from './targets/http2.ts'
import { PATH_TARGETS } from './targets/paths.ts'
import { RELAY_TARGETS } from './targets/relay.ts'
import { WIRE_TARGETS } from './targets/wire.ts'

export const TARGETS = {
  ...GATEWAY_TARGETS,
  ...WIRE_TARGETS,
  ...FLOW_TARGETS,
  ...RELAY_TARGETS,
  ...DNS_TARGETS,
  ...HTTP_TARGETS,
  ...HTTP2_TARGETS,
  ...HOME_PAGE_TARGETS,
  ...PATH_TARGETS,
} satisfies Record<string, Target>

export type TargetName = keyof typeof TARGETS

export const TARGET_NAMES = Object.keys(TARGETS) as TargetName[]

export const isTarget = (name: string | undefined): name is TargetName => name !== undefined && Object.hasOwn(TARGETS, name)
