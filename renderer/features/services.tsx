import './services.css'
import { useEffect, useRef, useState } from 'react'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { ServiceCard } from './service-card.tsx'

const TICK_MS = 30_000

/** The time, renewed often enough for "3 minutes ago". */
function useNow(): number {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS)
    return () => clearInterval(timer)
  }, [])
  return nowMs
}

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
      <h2 id="services" ref={heading} tabIndex={-1}>
        {words.page.services.heading}
      </h2>
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
