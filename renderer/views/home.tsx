import './home.css'
import { lightOf, type Snapshot } from '../../protocol/snapshot.ts'
import { AddService } from '../features/add-service.tsx'
import { Address } from '../features/address.tsx'
import { Alerts } from '../features/alerts.tsx'
import { Bans } from '../features/bans.tsx'
import { BigLight } from '../features/big-light.tsx'
import { Certificates } from '../features/certificates.tsx'
import { JoinRelayCard } from '../features/join-relay.tsx'
import { Masthead } from '../features/masthead.tsx'
import { Nearby } from '../features/nearby.tsx'
import { LinkNotice, RehearsalNotice } from '../features/notices.tsx'
import { Presets } from '../features/presets.tsx'
import { Problems, problemsOf } from '../features/problems.tsx'
import { Relays } from '../features/relays.tsx'
import { Services } from '../features/services.tsx'
import { useEngineState } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { Lantern } from '../ui/lantern.tsx'

/** The one page: can my friends reach it, at what address, how, and since when? */
export function Home() {
  const { link, snapshot } = useEngineState()
  const words = useWords()
  return (
    <div className="home">
      <Masthead />
      <main className="columns">
        <LinkNotice link={link} />
        {snapshot ? (
          <Presets>
            <House snapshot={snapshot} stale={link !== 'open'} />
          </Presets>
        ) : (
          link === 'connecting' && (
            <p className="starting">
              <Lantern light="empty" sizePx={64} />
              {words.page.starting}
            </p>
          )
        )}
      </main>
    </div>
  )
}

function House({ snapshot, stale }: { snapshot: Snapshot; stale: boolean }) {
  const needsRelay = !snapshot.rehearsal && (snapshot.relay.state === 'none' || snapshot.relay.state === 'refused')
  return (
    <div className={stale ? 'stale' : lightOf(snapshot)}>
      {snapshot.rehearsal && <RehearsalNotice />}
      <BigLight snapshot={snapshot} stale={stale} />
      <Problems problems={problemsOf(snapshot)} />
      <div className="columns two">
        {snapshot.services.length > 0 && <Services services={snapshot.services} />}
        <div>
          {needsRelay && <JoinRelayCard />}
          <AddService />
          <Nearby services={snapshot.services} />
          {!snapshot.rehearsal && snapshot.domain !== null && <Address domain={snapshot.domain} names={snapshot.names} />}
          {!snapshot.rehearsal && snapshot.relays.length > 0 && <Relays relays={snapshot.relays} />}
          {!snapshot.rehearsal && snapshot.relays.length > 0 && <Alerts alerts={snapshot.alerts} />}
          {!snapshot.rehearsal && snapshot.services.length > 0 && (
            <Certificates authority={snapshot.authority} certificates={snapshot.certificates} services={snapshot.services} />
          )}
          {!snapshot.rehearsal && snapshot.services.length > 0 && <Bans bans={snapshot.bans} />}
        </div>
      </div>
    </div>
  )
}
