import './big-light.css'
import { RefreshCw } from 'lucide-react'
import type { ReactNode } from 'react'
import { when } from '../../languages/format.ts'
import { describeLight } from '../../languages/index.ts'
import { type Light, lightOf, type ServiceView, type Snapshot } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useFirstWords } from '../src/language.tsx'
import { useNow } from '../src/now.ts'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Lantern } from '../ui/lantern.tsx'
import { ViewTitle } from '../ui/view-title.tsx'
import { Chain } from './chain.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

const LIT: readonly Light[] = ['reachable', 'relayed']

/** While a check is under way or impossible, a count would claim to know. */
const COUNTED: readonly Light[] = ['reachable', 'relayed', 'unreachable', 'needs-you']

/** A check waits for probes from outside, one after another. */
const CHECK_TIMEOUT_MS = 60_000

/** The light over the whole house, in the biggest words of the page. A stale snapshot proves nothing, so its light is not shown as today's. */
export function BigLight({ snapshot, stale, children }: { snapshot: Snapshot; stale: boolean; children?: ReactNode }) {
  const words = useFirstWords()
  const nowMs = useNow()
  const light = stale ? 'cannot-check' : lightOf(snapshot)
  const { headline, sentence } = describeLight(light, snapshot.rehearsal, words)
  const active = snapshot.services.filter(({ state }) => state !== 'paused' && state !== 'at-home')
  const good = active.filter(({ state }) => state === 'reachable')
  const since = LIT.includes(light) ? sinceOf(good) : null
  const facts = [
    ...(COUNTED.includes(light) ? [words.page.light.count(good.length, active.length)] : []),
    ...(since === null ? [] : [words.page.light.since(when(since, nowMs, words))]),
  ]
  return (
    <section className="card big-light" aria-label={words.page.light.label}>
      <div className={LIT.includes(light) ? 'niche lit' : 'niche'}>
        <Lantern light={light} sizePx={80} />
      </div>
      <div className="words">
        <ViewTitle className={`tone-${light}`}>{headline}</ViewTitle>
        <p className="sentence">{stale ? words.page.lost.stale : sentence}</p>
        {children}
        {snapshot.services.length > 0 && <CheckNow facts={facts} />}
      </div>
      {!snapshot.rehearsal && snapshot.services.length > 0 && <Chain snapshot={snapshot} light={light} />}
    </section>
  )
}

/** Since when all of them can be reached. */
function sinceOf(services: readonly ServiceView[]): number | null {
  const times = services.map(({ reachableSinceMs }) => reachableSinceMs)
  return times.length === 0 || times.includes(null) ? null : Math.max(...times.map(Number))
}

function CheckNow({ facts }: { facts: readonly string[] }) {
  const words = useFirstWords()
  const { calls } = useEngine()
  const announce = useAnnounce()
  const check = useAction(() => calls.checkNow({}, CHECK_TIMEOUT_MS))
  const onPress = async () => {
    if (await check.run()) announce(words.page.light.checked)
  }
  return (
    <>
      <div className="check">
        <Button icon={RefreshCw} busy={check.busy} onPress={onPress}>
          {check.busy ? words.page.light.checking : words.page.light.checkNow}
        </Button>
        {facts.length > 0 && <p className="muted">{facts.join(', ')}</p>}
      </div>
      <FailureNote failure={check.failure} />
    </>
  )
}
