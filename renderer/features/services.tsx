import './services.css'
import { Plus } from 'lucide-react'
import { useRef } from 'react'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useWords } from '../src/language.tsx'
import { useNow } from '../src/now.ts'
import { hrefOf } from '../src/route.ts'
import { useAnnounce } from '../ui/announcer.tsx'
import { ICON_PX } from '../ui/button.tsx'
import { ServiceCard } from './service-card.tsx'

export function Services({ services }: { services: readonly ServiceView[] }) {
  const words = useWords()
  const announce = useAnnounce()
  const nowMs = useNow()
  const heading = useRef<HTMLHeadingElement>(null)
  // The card that had the focus is gone: the heading takes it, so that the keyboard does not start from the top.
  const onRemoved = (name: string) => {
    heading.current?.focus()
    announce(words.page.services.removed(name))
  }
  return (
    <section className="services" aria-labelledby="services">
      <header>
        <h2 id="services" ref={heading} tabIndex={-1}>
          {words.page.services.heading}
        </h2>
        <a className="button" href={hrefOf({ place: 'add' })}>
          <Plus size={ICON_PX} aria-hidden="true" />
          <span>{words.shell.add}</span>
        </a>
      </header>
      <ul className="service-list">
        {services.map((service) => (
          <li key={service.name}>
            <ServiceCard service={service} nowMs={nowMs} onRemoved={onRemoved} />
          </li>
        ))}
      </ul>
    </section>
  )
}
