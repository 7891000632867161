import { AtSign } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { KeptName } from '../../protocol/model/kept-name.ts'
import type { NameProvider } from '../../protocol/model/name-provider.ts'
import { type NameCredentials, WATCHED } from '../../protocol/model/own-name.ts'
import { isWeb } from '../../protocol/model/service.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { Checkbox } from '../ui/toggles.tsx'
import { PROVIDER_TIMEOUT_MS } from './change-credentials.tsx'
import { ChooseKeeper, OTHER, OWN } from './choose-keeper.tsx'
import { CredentialFields, isComplete } from './credential-fields.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** No service is called so: where a name leads that shows no website. */
const [HOME, MACHINE] = ['*home', '*machine'] as const

interface AddNameProps {
  readonly names: readonly KeptName[]
  readonly services: readonly ServiceView[]
  readonly providers: readonly NameProvider[]
}

/** A name of the owner's own: his own domain, by records that he sets himself, or one that somebody else keeps. */
export function AddName({ names, services, providers }: AddNameProps) {
  const { providers: say } = useWords()
  const { calls } = useEngine()
  const announce = useAnnounce()
  const web = services.filter(({ kind }) => isWeb(kind)).map(({ name }) => name)
  const [host, setHost] = useState('')
  const [keeper, setKeeper] = useState<string>(OWN)
  const [chosen, setChosen] = useState<string | null>(null)
  const [suffix, setSuffix] = useState('')
  const [given, setGiven] = useState<NameCredentials>({})
  const [isOtherAccount, setOtherAccount] = useState(false)
  const provider = providers.find(({ id }) => id === keeper)
  const targets = [...web, HOME, ...(provider ? [MACHINE] : [])]
  const target = chosen !== null && targets.includes(chosen) ? chosen : (targets[0] ?? HOME)
  const account = provider && names.find((name) => name.provider === provider.id)
  const isSameAccount = account !== undefined && !isOtherAccount
  const [isTried, setTried] = useState(false)
  /** What came of the last one. */
  const [told, setTold] = useState<string | null>(null)
  const isReady = host.trim() !== '' && (!provider || isSameAccount || isComplete(provider, given))
  const adding = useAction(async () => {
    const wish = {
      host: host.trim(),
      provider: provider?.id ?? WATCHED,
      service: web.includes(target) ? target : null,
      credentials: provider && !isSameAccount ? given : null,
      ipv6Suffix: target === MACHINE ? suffix.trim() : null,
    }
    const { checked } = await calls.addName(wish, PROVIDER_TIMEOUT_MS)
    const told = !provider ? say.page.added(wish.host) : checked ? say.checked(wish.host, provider.title) : say.unchecked(provider.title)
    setTold(told)
    announce(told, false)
    setHost('')
    setGiven({})
    setTried(false)
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    setTold(null)
    if (isReady) void adding.run()
  }
  const textOf = (id: string) => (id === HOME ? say.page.home : id === MACHINE ? say.page.machine : id)
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <Field
        label={say.page.host}
        help={say.page.hostHelp}
        error={isTried && host.trim() === '' ? say.page.needed : null}
        value={host}
        onChange={setHost}
        maxLength={253}
      />
      <ChooseKeeper known={providers} keeper={keeper} onChange={setKeeper} />
      {keeper === WATCHED && <p className="muted small">{say.page.watchedHelp}</p>}
      <Select label={say.page.leadsTo} value={target} onChange={setChosen} options={targets.map((id) => ({ id, text: textOf(id) }))} />
      {target === MACHINE && (
        <Field label={say.page.suffix} help={say.page.suffixHelp} error={null} value={suffix} onChange={setSuffix} maxLength={45} />
      )}
      {account && (
        <Checkbox isOn={isSameAccount} onChange={(isOn) => setOtherAccount(!isOn)}>
          {say.page.sameAccount(account.host)}
        </Checkbox>
      )}
      {provider && !isSameAccount && <CredentialFields provider={provider} given={given} onChange={setGiven} isTried={isTried} />}
      <FailureNote failure={adding.failure} />
      {told !== null && <p className="small">{told}</p>}
      <Button type="submit" icon={AtSign} busy={adding.busy} isDisabled={keeper === OTHER}>
        {say.page.submit}
      </Button>
    </form>
  )
}
