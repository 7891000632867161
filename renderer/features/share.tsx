import './share.css'
import { Share2, X } from 'lucide-react'
import { useId, useRef } from 'react'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { NewLink } from './new-link.tsx'
import { ShareLinkRow } from './share-link.tsx'
import { WhoMayComeIn } from './who-may-come-in.tsx'

/** Who may come in to a service, and by which links. The browser keeps the focus inside, Escape closes. */
export function Share({ service, nowMs }: { service: ServiceView; nowMs: number }) {
  const { share, services } = useWords().page
  const announce = useAnnounce()
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useRef<HTMLHeadingElement>(null)
  const title = useId()
  const { name, links } = service
  // The button that had the focus is gone.
  const onRevoked = () => {
    heading.current?.focus()
    announce(share.revoked)
  }
  return (
    <>
      <Button icon={Share2} onPress={() => dialog.current?.showModal()}>
        {share.open}
        <span className="hidden"> {services.of(name)}</span>
      </Button>
      <dialog ref={dialog} className="ask share" aria-labelledby={title}>
        <header>
          <h2 id={title} ref={heading} tabIndex={-1}>
            {share.heading(name)}
          </h2>
          <Button icon={X} look="quiet" onPress={() => dialog.current?.close()}>
            {share.close}
          </Button>
        </header>
        <WhoMayComeIn service={service} />
        <section className="form" aria-labelledby={`${title}-links`}>
          <h3 id={`${title}-links`}>{share.links}</h3>
          {links.length === 0 && <p className="muted">{share.none}</p>}
          <ul>
            {links.map((link) => (
              <li key={link.id}>
                <ShareLinkRow service={service} link={link} nowMs={nowMs} onRevoked={onRevoked} />
              </li>
            ))}
          </ul>
        </section>
        <NewLink service={service} />
      </dialog>
    </>
  )
}
