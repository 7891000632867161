/** What happens to the home's own computer: its cable, its address, its sleep; and a provider that is gone for a while. */
import { befalls, CUT_OFF, DIRECT, HALF } from './befalls.ts'

befalls('home', [
  [
    ['isp-down', CUT_OFF],
    ['isp-up', DIRECT],
  ],
  [
    ['line-down', CUT_OFF],
    ['line-up', DIRECT],
  ],
  [
    ['cable-out', CUT_OFF],
    ['cable-in', DIRECT],
  ],
  [['sleep-and-wake', DIRECT]],
  // The rule of the old address holds the port until its lease ends: this router lets nobody else take it back (secure_mode, 606).
  [
    ['lan-change', { ...HALF, problems: ['old-rule-stands'], leadsTo: '192.168.1.10' }],
    ['lan-change-back', DIRECT],
  ],
])
