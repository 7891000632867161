import './share.css'
import { useId, useRef } from 'react'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { ReadFirst } from './safety.tsx'
import { ShareLinkRow } from './share-link.tsx'

/** The links to one service: for whom each is, and its end. */
export function Links({ service, nowMs, title }: { service: ServiceView; nowMs: number; title: string }) {
  const { share } = useWords().page
  const announce = useAnnounce()
  const heading = useRef<HTMLHeadingElement>(null)
  const id = useId()
  // The button that had the focus is gone.
  const onRevoked = () => {
    heading.current?.focus()
    announce(share.revoked)
  }
  return (
    <ReadFirst service={service}>
      <section className="card form share" aria-labelledby={id}>
        <h2 id={id} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        {service.links.length === 0 && <p className="muted">{share.none}</p>}
        <ul>
          {service.links.map((link) => (
            <li key={link.id}>
              <ShareLinkRow service={service} link={link} nowMs={nowMs} onRevoked={onRevoked} />
            </li>
          ))}
        </ul>
      </section>
    </ReadFirst>
  )
}
