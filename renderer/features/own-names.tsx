import '../ui/entry.css'
import './own-names.css'
import { useRef } from 'react'
import type { KeptName } from '../../protocol/model/kept-name.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { AddName } from './add-name.tsx'
import { OwnName } from './own-name.tsx'
import { useProviders } from './use-providers.ts'

/** Names of the owner's own: where each leads, what is done about it, and another one. */
export function OwnNames({ names, services }: { names: readonly KeptName[]; services: readonly ServiceView[] }) {
  const { page } = useWords().providers
  const providers = useProviders()
  const heading = useRef<HTMLHeadingElement>(null)
  const announce = useAnnounce()
  // The button that had the focus is gone.
  const onRemoved = (said: string) => {
    heading.current?.focus()
    announce(said)
  }
  return (
    <section className="card form" aria-labelledby="own-names">
      <h2 id="own-names" ref={heading} tabIndex={-1}>
        {page.heading}
      </h2>
      <p>{page.text}</p>
      <ul className="entries">
        {names.map((name) => (
          <li key={name.host} className="own-name">
            <OwnName name={name} provider={providers.find(({ id }) => id === name.provider)} onRemoved={onRemoved} />
          </li>
        ))}
      </ul>
      <Disclosure title={page.add} isOpenAtFirst={names.length === 0}>
        <AddName names={names} services={services} providers={providers} />
      </Disclosure>
    </section>
  )
}
