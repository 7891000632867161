import { AtSign } from 'lucide-react'
import { type FormEvent, useEffect, useState } from 'react'
import type { NameProvider } from '../../protocol/model/name-provider.ts'
import { type NameCredentials, WATCHED } from '../../protocol/model/own-name.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { OutsideLink } from '../ui/outside-link.tsx'
import { Select } from '../ui/select.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** Whom most people have their name from; the others are found by typing a letter. Last what needs an expert. */
const FIRST: readonly string[] = ['duckdns', 'no-ip', 'cloudflare', 'ovh', 'desec']
const LAST: readonly string[] = ['dyndns2', 'rfc2136', 'custom']

const rank = ({ id }: NameProvider): number => (LAST.includes(id) ? 100 + LAST.indexOf(id) : FIRST.includes(id) ? FIRST.indexOf(id) : 50)
const inOrder = (all: readonly NameProvider[]): NameProvider[] =>
  all.toSorted((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title))

/** A name of the owner's own: his own domain, by records that he sets himself, or one that a provider keeps. */
export function AddName({ services }: { services: readonly ServiceView[] }) {
  const { providers: say } = useWords()
  const { calls } = useEngine()
  const announce = useAnnounce()
  const known = useProviders()
  const web = services.filter(({ kind }) => isWeb(kind)).map(({ name }) => name)
  const [host, setHost] = useState('')
  const [keeper, setKeeper] = useState<string>(WATCHED)
  const [chosen, setChosen] = useState<string | null>(null)
  const [given, setGiven] = useState<NameCredentials>({})
  const provider = known.find(({ id }) => id === keeper)
  const service = chosen !== null && web.includes(chosen) ? chosen : (web[0] ?? null)
  const adding = useAction(() =>
    calls.addName({ host: host.trim(), provider: keeper, service, credentials: provider ? given : null, ipv6Suffix: null }),
  )
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    if (!(await adding.run())) return
    announce(say.page.added(host.trim()))
    setHost('')
    setGiven({})
  }
  const options = [{ id: WATCHED as string, text: say.page.ownRecords }, ...inOrder(known).map(({ id, title }) => ({ id, text: title }))]
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <Field label={say.page.host} help={say.page.hostHelp} error={null} value={host} onChange={setHost} maxLength={253} />
      <Select label={say.page.keeper} value={keeper} onChange={setKeeper} options={options} />
      {service !== null && (
        <Select label={say.page.leadsTo} value={service} onChange={setChosen} options={web.map((name) => ({ id: name, text: name }))} />
      )}
      {provider && (
        <p className="muted small">
          {say.where[provider.id]} {provider.page !== null && <OutsideLink href={provider.page}>{provider.page}</OutsideLink>}
        </p>
      )}
      {provider?.fields.map(({ id, isSecret, isOptional }) => (
        <Field
          key={id}
          label={isOptional ? say.optional(say.fields[id]) : say.fields[id]}
          error={null}
          type={isSecret ? 'password' : 'text'}
          value={given[id] ?? ''}
          onChange={(value) => setGiven((before) => ({ ...before, [id]: value }))}
          maxLength={4000}
        />
      ))}
      <FailureNote failure={adding.failure} />
      <Button type="submit" icon={AtSign} busy={adding.busy}>
        {say.page.submit}
      </Button>
    </form>
  )
}

function useProviders(): readonly NameProvider[] {
  const { calls } = useEngine()
  const [known, setKnown] = useState<readonly NameProvider[]>([])
  useEffect(() => {
    let isOver = false
    calls.nameProviders({}).then(
      ({ providers }) => isOver || setKnown(providers),
      () => {},
    )
    return () => {
      isOver = true
    }
  }, [calls])
  return known
}
