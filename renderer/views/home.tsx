import { Plus } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { lightOf, type Snapshot } from '../../protocol/snapshot.ts'
import { BigLight } from '../features/big-light.tsx'
import { RehearsalNotice } from '../features/notices.tsx'
import { Problems } from '../features/problems.tsx'
import { Services } from '../features/services.tsx'
import { useFirstWords } from '../src/language.tsx'
import { hrefOf } from '../src/route.ts'
import { ICON_PX } from '../ui/button.tsx'

// What few see is not waited for.
const JoinRelayCard = lazy(() => import('../features/join-relay.tsx').then((module) => ({ default: module.JoinRelayCard })))

/** Can my friends reach it, at what address, how, and since when? */
export function Home({ snapshot, isStale }: { snapshot: Snapshot; isStale: boolean }) {
  const { shell } = useFirstWords()
  const needsRelay = !snapshot.rehearsal && (snapshot.relay.state === 'none' || snapshot.relay.state === 'refused')
  const isEmpty = snapshot.services.length === 0
  return (
    <div className={`stack ${isStale ? '' : lightOf(snapshot)}`}>
      {snapshot.rehearsal && <RehearsalNotice />}
      <BigLight snapshot={snapshot} stale={isStale}>
        {isEmpty && (
          <a className="button primary" href={hrefOf({ place: 'add' })}>
            <Plus size={ICON_PX} aria-hidden="true" />
            <span>{shell.add}</span>
          </a>
        )}
      </BigLight>
      <Problems snapshot={snapshot} />
      {!isEmpty && <Services services={snapshot.services} />}
      <Suspense fallback={null}>{needsRelay && <JoinRelayCard />}</Suspense>
    </div>
  )
}
