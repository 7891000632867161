import './services.css'
import { ChevronRight } from 'lucide-react'
import { memo, useId } from 'react'
import { type Light, lightOfService, type ServiceView } from '../../protocol/snapshot.ts'
import { useFirstWords } from '../src/language.tsx'
import { hrefOf } from '../src/route.ts'
import { ICON_PX } from '../ui/button.tsx'
import { Lantern } from '../ui/lantern.tsx'
import { PresetIcon } from '../ui/preset-icon.tsx'
import { usePresets } from './presets.tsx'
import { ReadFirst, SafetyLine } from './safety.tsx'
import { ServiceActions } from './service-actions.tsx'
import { PublicAddress, ServiceTrouble, ShortFacts } from './service-facts.tsx'
import { SmallCharts } from './small-charts.tsx'

/** One service at a glance; everything else is behind its name. Drawn again when it changes, not when another one does. */
export const ServiceCard = memo(function ServiceCard({ service, nowMs }: { service: ServiceView; nowMs: number }) {
  const words = useFirstWords()
  const title = useId()
  const { name } = service
  const preset = usePresets().find(({ id }) => id === service.preset)
  const light = lightOfService(service) as Exclude<Light, 'empty'>
  return (
    <article className="card service" aria-labelledby={title}>
      <header>
        <h3 id={title}>
          {preset && <PresetIcon name={preset.icon} sizePx={20} />}
          <a href={hrefOf({ place: 'service', name, tab: 'overview' })}>
            {name}
            <ChevronRight size={ICON_PX} aria-hidden="true" />
          </a>
        </h3>
        <p className={`state tone-${light}`}>
          <Lantern light={light} sizePx={20} />
          {words.serviceLight[light]}
        </p>
        <p className="public">
          <PublicAddress service={service} />
        </p>
      </header>
      <div className="inside">
        <ServiceTrouble service={service} light={light} />
        <ShortFacts service={service} nowMs={nowMs} />
        <SmallCharts service={name} />
        <SafetyLine service={service} />
      </div>
      <ReadFirst service={service}>
        <ServiceActions service={service} />
      </ReadFirst>
    </article>
  )
})
