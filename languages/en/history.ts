/** What the engine remembers. */
import type { RecordedState } from '../../protocol/model/history.ts'
import type { TestOutcome } from '../../protocol/model/service-test.ts'

export const history = {
  states: {
    direct: 'reachable, straight to your home',
    relayed: 'reachable through the relay',
    'at-home': 'open to your home only',
    unreachable: 'not reachable from outside',
    unknown: 'nobody could check',
    paused: 'paused',
    asleep: 'this computer was asleep; not known',
    off: 'Porchlight was off; not known',
  } satisfies Record<RecordedState, string>,
  outcomes: {
    reachable: 'Reachable from outside.',
    unreachable: 'Not reachable from outside.',
    unknown: "Can't check right now. This is neither good news nor bad news.",
    'not-asked': 'Nobody outside was asked: it is paused, or open to your home only.',
  } satisfies Record<TestOutcome, string>,
  events: {
    path: (service: string, family: string, before: string, after: string) => `${service}, ${family}: ${before} → ${after}`,
    address: (family: string, before: string | null, after: string) =>
      before === null ? `Your home is at ${after} (${family}).` : `Your home moved from ${before} to ${after} (${family}).`,
    relay: (relay: string) => `The relay ${relay} serves.`,
    relayLost: (relay: string) => `The relay ${relay} could not be reached.`,
    problem: (title: string, until: string | null) => (until === null ? `${title} (still so)` : `${title} (until ${until})`),
    engine: {
      started: 'Porchlight started.',
      stopped: 'Porchlight stopped.',
      asleep: 'This computer went to sleep.',
      awake: 'This computer woke up.',
    },
  },
  notKnown: 'not known',
  nobody: 'Nobody is here.',
  direct: 'direct',
  relayed: 'through the relay',
  received: (size: string) => `in ${size}`,
  sent: (size: string) => `out ${size}`,
  visits: (count: number) => `${count} ${count === 1 ? 'visit' : 'visits'}`,
  requests: (count: number, failed: number) => `${count} ${count === 1 ? 'request' : 'requests'}${failed > 0 ? `, ${failed} failed` : ''}`,
  latency: (medianMs: number, p95Ms: number) => `${medianMs} ms, 95% within ${p95Ms} ms`,
}
