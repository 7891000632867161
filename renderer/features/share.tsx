import './share.css'
import { Share2, X } from 'lucide-react'
import { useId, useRef } from 'react'
import type { Access } from '../../protocol/model/link.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { FailureNote } from './failure.tsx'
import { NewLink } from './new-link.tsx'
import { ShareLinkRow } from './share-link.tsx'
import { useAction } from './use-action.ts'

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
        {isWeb(service.kind) && <WhoMayComeIn service={service} />}
        <section className="form" aria-labelledby={`${title}-links`}>
          <h3 id={`${title}-links`}>{share.links}</h3>
          {links.length === 0 && <p className="muted">{share.none}</p>}
          <ul>
            {links.map((link) => (
              <li key={link.id}>
                <ShareLinkRow service={name} link={link} nowMs={nowMs} onRevoked={onRevoked} />
              </li>
            ))}
          </ul>
        </section>
        <NewLink service={service} />
      </dialog>
    </>
  )
}

function WhoMayComeIn({ service: { name, access } }: { service: ServiceView }) {
  const { share } = useWords().page
  const { calls } = useEngine()
  const announce = useAnnounce()
  const group = useId()
  const changing = useAction((next: Access) => calls.setAccess({ name, access: next }))
  const change = async (next: Access) => {
    if (await changing.run(next)) announce(share.accessChanged[next](name))
  }
  return (
    <div className="form">
      <fieldset className="choices">
        <legend>{share.access}</legend>
        {(['public', 'link'] as const).map((each) => (
          <label key={each}>
            <input type="radio" name={group} checked={access === each} onChange={() => change(each)} />
            {share.accessIs[each]}
          </label>
        ))}
      </fieldset>
      <FailureNote failure={changing.failure} />
    </div>
  )
}
