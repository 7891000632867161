import './shell.css'
import { AtSign, History, House, type LucideIcon, Settings2, Users } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef } from 'react'
import icon from '../../assets/icon.svg'
import { describeLight } from '../../languages/index.ts'
import { type Light, lightOf, type Snapshot } from '../../protocol/snapshot.ts'
import { LinkNotice } from '../features/notices.tsx'
import { Presets } from '../features/presets.tsx'
import { useEngineState } from '../src/engine.ts'
import { useFirstWords } from '../src/language.tsx'
import { go, hrefOf, PLACES, type Place, type Route, useRoute } from '../src/route.ts'
import { useAnnounce } from '../ui/announcer.tsx'
import { ICON_PX } from '../ui/button.tsx'
import { Lantern } from '../ui/lantern.tsx'
import { Home } from './home.tsx'

const ICONS: Readonly<Record<Place, LucideIcon>> = { home: House, visitors: Users, names: AtSign, history: History, settings: Settings2 }

/** Everything but home is fetched when somebody goes there. */
const GuideView = lazy(() => import('./guide.tsx'))
const AddView = lazy(() => import('../wizard/wizard.tsx'))
const ServiceView = lazy(() => import('./service.tsx'))
const VisitorsView = lazy(() => import('./visitors.tsx'))
const NamesView = lazy(() => import('./names.tsx'))
const HistoryView = lazy(() => import('./history.tsx'))
const SettingsView = lazy(() => import('./settings.tsx'))

/** The frame: the lantern and its sentence, where one can go, and where one is. */
export function Shell() {
  const { link, snapshot } = useEngineState()
  const words = useFirstWords()
  const route = useRoute()
  const isStale = link !== 'open'
  const light = snapshot && (isStale ? 'cannot-check' : lightOf(snapshot))
  const headline = light && describeLight(light, snapshot.rehearsal, words).headline
  useTitle(route, headline)
  useFirstStep(snapshot)
  return (
    <div className="shell">
      <header className="top">
        <a className="skip button" href={hrefOf(route)} onClick={toContent}>
          {words.shell.skip}
        </a>
        <a className="brand" href={hrefOf({ place: 'home' })}>
          <img src={icon} alt="" />
          <span>{words.page.title}</span>
        </a>
        {light && headline && route.place !== 'home' && <Standing light={light} headline={headline} />}
        {route.place !== 'add' && <Navigation here={route.place === 'service' || route.place === 'guide' ? 'home' : route.place} />}
      </header>
      <main id="content" tabIndex={-1} className={isStale ? 'stale' : undefined}>
        <LinkNotice link={link} />
        {snapshot ? (
          <Presets>
            <Suspense fallback={<Waiting text={words.shell.loading} />}>
              <View route={route} snapshot={snapshot} isStale={isStale} />
            </Suspense>
          </Presets>
        ) : (
          link === 'connecting' && <Waiting text={words.page.starting} />
        )}
      </main>
    </div>
  )
}

function toContent(event: { preventDefault(): void }): void {
  event.preventDefault()
  document.getElementById('content')?.focus()
}

/** What the light says, on every view but the one that says it large. */
function Standing({ light, headline }: { light: Light; headline: string }) {
  return (
    <a className={`standing tone-${light}`} href={hrefOf({ place: 'home' })}>
      <Lantern light={light} sizePx={20} />
      <span>{headline}</span>
    </a>
  )
}

function Navigation({ here }: { here: Place }) {
  const { shell } = useFirstWords()
  return (
    <nav aria-label={shell.nav}>
      <ul>
        {PLACES.map((place) => {
          const Icon = ICONS[place]
          return (
            <li key={place}>
              <a href={hrefOf({ place })} aria-current={place === here ? 'page' : undefined}>
                <Icon size={ICON_PX} aria-hidden="true" />
                <span>{shell.places[place]}</span>
              </a>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

function Waiting({ text }: { text: string }) {
  return (
    <p className="starting">
      <Lantern light="empty" sizePx={64} />
      {text}
    </p>
  )
}

function View({ route, snapshot, isStale }: { route: Route; snapshot: Snapshot; isStale: boolean }) {
  switch (route.place) {
    case 'home':
      return <Home snapshot={snapshot} isStale={isStale} />
    case 'add':
      return <AddView snapshot={snapshot} />
    case 'guide':
      return <GuideView snapshot={snapshot} />
    case 'service':
      return <ServiceView key={route.name} snapshot={snapshot} name={route.name} tab={route.tab} />
    case 'visitors':
      return <VisitorsView snapshot={snapshot} />
    case 'names':
      return <NamesView snapshot={snapshot} />
    case 'history':
      return <HistoryView />
    case 'settings':
      return <SettingsView snapshot={snapshot} />
  }
}

/** Who has nothing yet is led to the first service, once: a way out of it is a way out. */
function useFirstStep(snapshot: Snapshot | null): void {
  const isKnown = snapshot !== null
  const isNew = snapshot?.services.length === 0
  const wasAsked = useRef(false)
  useEffect(() => {
    if (!isKnown || wasAsked.current) return
    wasAsked.current = true
    if (isNew && window.location.hash === '') go({ place: 'add' })
  }, [isKnown, isNew])
}

/** The tab's title; and a change of the light is said, wherever somebody is. The first one is read with the page anyway. */
function useTitle(route: Route, headline: string | null): void {
  const announce = useAnnounce()
  const { page, shell } = useFirstWords()
  const last = useRef(headline)
  // On the first page it is large; who is being led to his first link is told by each step.
  const isSaid = route.place === 'home' || route.place === 'add'
  useEffect(() => {
    if (headline === null) return
    if (last.current !== null && last.current !== headline) announce(headline, !isSaid)
    last.current = headline
  }, [headline, announce, isSaid])
  const where =
    route.place === 'home'
      ? headline
      : route.place === 'add'
        ? shell.add
        : route.place === 'guide'
          ? shell.guide
          : route.place === 'service'
            ? route.name
            : shell.places[route.place]
  useEffect(() => {
    document.title = where === null ? page.title : `${where} · ${page.title}`
  }, [where, page])
}
