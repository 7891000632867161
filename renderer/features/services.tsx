import './services.css'
import { Plus } from 'lucide-react'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useFirstWords } from '../src/language.tsx'
import { useNow } from '../src/now.ts'
import { hrefOf } from '../src/route.ts'
import { ICON_PX } from '../ui/button.tsx'
import { ServiceCard } from './service-card.tsx'

export function Services({ services }: { services: readonly ServiceView[] }) {
  const words = useFirstWords()
  const nowMs = useNow()
  return (
    <section className="services" aria-labelledby="services">
      <header>
        <h2 id="services">{words.page.services.heading}</h2>
        <a className="button" href={hrefOf({ place: 'add' })}>
          <Plus size={ICON_PX} aria-hidden="true" />
          <span>{words.shell.add}</span>
        </a>
      </header>
      <ul className="service-list">
        {services.map((service) => (
          <li key={service.name}>
            <ServiceCard service={service} nowMs={nowMs} />
          </li>
        ))}
      </ul>
    </section>
  )
}
