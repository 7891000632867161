import { useState } from 'react'
import type { NameProvider } from '../../protocol/model/name-provider.ts'
import { WATCHED } from '../../protocol/model/own-name.ts'
import { useWords } from '../src/language.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { Choice, Choices } from '../ui/toggles.tsx'

/** Whom most people have their name from; the others are searched for. */
const FIRST: readonly string[] = ['duckdns', 'no-ip', 'cloudflare', 'ovh', 'desec']
/** What needs an expert. */
const LAST: readonly string[] = ['dyndns2', 'rfc2136', 'custom']
const MAX_QUERY_CHARS = 40

/** `OWN`: its owner sets records by hand. `WATCHED`: a router, a NAS or an internet provider keeps it. Else a provider's id; `OTHER`: none yet. */
export const OWN = 'own-records'
export const OTHER = 'other'

interface ChooseKeeperProps {
  readonly known: readonly NameProvider[]
  readonly keeper: string
  readonly onChange: (keeper: string) => void
}

/** Who keeps a name: its owner by hand, another device, or one of many providers. */
export function ChooseKeeper({ known, keeper, onChange }: ChooseKeeperProps) {
  const { providers: say } = useWords()
  const [isOther, setOther] = useState(false)
  const first = FIRST.flatMap((id) => known.find((one) => one.id === id) ?? [])
  const options = [
    { id: OWN, text: say.page.ownRecords },
    { id: WATCHED as string, text: say.page.watched },
    ...first.map(({ id, title }) => ({ id, text: title })),
    ...(known.length > first.length ? [{ id: OTHER, text: say.page.other }] : []),
  ]
  const choose = (id: string) => {
    setOther(id === OTHER)
    onChange(id)
  }
  return (
    <>
      <Select label={say.page.keeper} value={isOther ? OTHER : keeper} onChange={choose} options={options} />
      {isOther && <OtherProviders known={known.filter(({ id }) => !FIRST.includes(id))} keeper={keeper} onChange={onChange} />}
    </>
  )
}

function OtherProviders({ known, keeper, onChange }: ChooseKeeperProps) {
  const { providers: say } = useWords()
  const [query, setQuery] = useState('')
  const wanted = query.trim().toLowerCase()
  const isFound = ({ id, title }: NameProvider) => id.includes(wanted) || title.toLowerCase().includes(wanted)
  const isExperts = ({ id }: NameProvider) => LAST.includes(id)
  const shown = known.filter((one) => (wanted === '' ? !isExperts(one) : isFound(one)))
  return (
    <>
      <Field label={say.page.search} error={null} value={query} onChange={setQuery} maxLength={MAX_QUERY_CHARS} />
      <Choices label={say.page.others} value={keeper} onChange={onChange} options={shown.map(({ id, title }) => ({ id, text: title }))}>
        {shown.length === 0 && <p className="muted small">{say.page.notFound}</p>}
        {wanted === '' && (
          <Disclosure title={say.page.more} isOpenAtFirst={LAST.includes(keeper)}>
            {LAST.flatMap((id) => known.find((one) => one.id === id) ?? []).map(({ id, title }) => (
              <Choice key={id} id={id}>
                {title}
              </Choice>
            ))}
          </Disclosure>
        )}
      </Choices>
    </>
  )
}
