import './service.css'
import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { type Light, lightOfService, type ServiceView, type Snapshot } from '../../protocol/snapshot.ts'
import { Expert } from '../features/expert.tsx'
import { LargeCharts } from '../features/large-charts.tsx'
import { Links } from '../features/links.tsx'
import { NewLink } from '../features/new-link.tsx'
import { usePresets } from '../features/presets.tsx'
import { RemoveService } from '../features/remove-service.tsx'
import { ReadFirst, SafetyReport } from '../features/safety.tsx'
import { ServiceActions } from '../features/service-actions.tsx'
import { Facts, ServiceTrouble } from '../features/service-facts.tsx'
import { WhoMayComeIn } from '../features/who-may-come-in.tsx'
import { useWords } from '../src/language.tsx'
import { useNow } from '../src/now.ts'
import { go, hrefOf, TABS, type Tab } from '../src/route.ts'
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
  const nowMs = useNow()
  const { name } = service
  const preset = usePresets().find(({ id }) => id === service.preset)
  const light = lightOfService(service) as Exclude<Light, 'empty'>
  const contents: Record<Tab, ReactNode> = {
    overview: <Overview service={service} light={light} nowMs={nowMs} />,
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

function Overview({ service, light, nowMs }: { service: ServiceView; light: Light; nowMs: number }) {
  return (
    <div className="stack">
      <section className="card service">
        <ServiceTrouble service={service} light={light} />
        <Facts service={service} nowMs={nowMs} />
        <ServiceActions service={service} />
      </section>
      <LargeCharts service={service.name} />
      <SafetyReport service={service} nowMs={nowMs} />
      <RemoveService name={service.name} />
    </div>
  )
}
