import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { problem } from '../../protocol/problem.ts'
import type { Happening } from './events.ts'
import { AT_HOME, ROUTER, situation } from './situation.fixture.ts'
import { view } from './view.ts'

const absent = (says: string): Happening => ({
  type: 'gateway-absent',
  problem: problem('gateway-silent', { address: '192.168.1.1' }),
  says,
})

describe('the guide for this router', () => {
  const rows: readonly (readonly [string, Happening[], string])[] = [
    ['nobody has answered yet', [], 'generic'],
    ['a router that says little', [ROUTER], 'generic'],
    ['one that tells its maker and model', [{ ...ROUTER, says: 'TP-Link SMB TL-R605' } as Happening], 'tp-link'],
    ['one that is known by its name alone', [{ ...ROUTER, name: 'Freebox Server' } as Happening], 'freebox'],
    ['one that is silent, whose page has a title', [absent('OpenWrt - LuCI')], 'openwrt'],
    ['one that is silent, and says nothing', [absent('')], 'generic'],
  ]
  for (const [name, happenings, router] of rows)
    test(name, () => assert.deepEqual(view(situation(AT_HOME, ...happenings)).gateway.guide, { router, chosen: false }))
})
