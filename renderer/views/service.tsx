import './service.css'
import { ArrowLeft } from 'lucide-react'
import { type Light, lightOfService, type ServiceView, type Snapshot } from '../../protocol/snapshot.ts'
import { Expert } from '../features/expert.tsx'
import { Links } from '../features/links.tsx'
import { NewLink } from '../features/new-link.tsx'
import { usePresets } from '../features/presets.tsx'
import { ReadFirst, SafetyReport } from '../features/safety.tsx'
import { AddressActions, Facts, ServiceTrouble } from '../features/service-card.tsx'
import { WhoMayComeIn } from '../features/who-may-come-in.tsx'
import { useWords } from '../src/language.tsx'
import { useNow } from '../src/now.ts'
import { go, hrefOf, TABS, type Tab } from '../src/route.ts'
import { useAnnounce } from '../ui/announcer.tsx'
import { ICON_PX } from '../ui/button.tsx'
import { Lantern } from '../ui/lantern.tsx'
import { PresetIcon } from '../ui/preset-icon.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { ViewTitle } from '../ui/view-title.tsx'

/** Everything about one service. */
export default function Service({ snapshot, name, tab }: { snapshot: Snapshot; name: string; tab: Tab }) {
  const { shell } = useWords()
  const service = snapshot.services.find((one) => one.name === name)
  return (
    <div className="stack narrow">
      <a className="back" href={hrefOf({ place: 'home' })}>
        <ArrowLeft size={ICON_PX} aria-hidden="true" />
        <span>{shell.places.home}</span>
      </a>
      {service ? <Known service={service} tab={tab} /> : <ViewTitle className="view-title">{shell.noService(name)}</ViewTitle>}
    </div>
  )
}

function Known({ service, tab }: { service: ServiceView; tab: Tab }) {
  const words = useWords()
  const announce = useAnnounce()
  const nowMs = useNow()
  const { name } = service
  const preset = usePresets().find(({ id }) => id === service.preset)
  const light = lightOfService(service) as Exclude<Light, 'empty'>
  const onRemoved = () => {
    go({ place: 'home' })
    announce(words.page.services.removed(name))
  }
  const contents: Record<Tab, React.ReactNode> = {
    overview: (
      <div className="stack">
        <section className="card service">
          <Facts service={service} nowMs={nowMs} />
          <ServiceTrouble service={service} light={light} />
          <AddressActions service={service} onRemoved={onRemoved} />
        </section>
        <SafetyReport service={service} nowMs={nowMs} />
      </div>
    ),
    share: (
      <div className="stack">
        <Links service={service} nowMs={nowMs} title={words.page.share.links} />
        <NewLink service={service} />
      </div>
    ),
    access: <WhoMayComeIn service={service} />,
    expert: <Expert service={service} />,
  }
  const { label, tabs } = words.shell.service
  return (
    <ReadFirst service={service}>
      <header className="service-head">
        <ViewTitle className="view-title">
          {preset && <PresetIcon name={preset.icon} sizePx={24} />}
          {name}
        </ViewTitle>
        <p className={`state tone-${light}`}>
          <Lantern light={light} sizePx={20} />
          {words.serviceLight[light]}
        </p>
      </header>
      <Tabs
        label={label(name)}
        chosen={tab}
        onChoose={(next) => go({ place: 'service', name, tab: next })}
        tabs={TABS.map((id) => ({ id, title: tabs[id], content: contents[id] }))}
      />
    </ReadFirst>
  )
}
