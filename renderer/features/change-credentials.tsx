import { KeyRound } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { NameProvider } from '../../protocol/model/name-provider.ts'
import type { NameCredentials } from '../../protocol/model/own-name.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { CredentialFields, isComplete } from './credential-fields.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** The engine itself waits twenty seconds for a provider. */
export const PROVIDER_TIMEOUT_MS = 30_000

/** Another token or password for a name that is kept already; what there was is never shown. */
export function ChangeCredentials({ host, provider }: { host: string; provider: NameProvider }) {
  const { providers: say } = useWords()
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [given, setGiven] = useState<NameCredentials>({})
  const [isTried, setTried] = useState(false)
  const changing = useAction(async () => {
    const { checked } = await calls.updateName({ host, credentials: given }, PROVIDER_TIMEOUT_MS)
    setGiven({})
    setTried(false)
    announce(checked ? say.checked(host, provider.title) : say.unchecked(provider.title))
  })
  const onSubmit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (isComplete(provider, given)) void changing.run()
  }
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <CredentialFields provider={provider} given={given} onChange={setGiven} isTried={isTried} />
      <p className="muted small">{say.page.changeHelp}</p>
      <FailureNote failure={changing.failure} />
      <Button type="submit" icon={KeyRound} busy={changing.busy}>
        {say.page.save}
      </Button>
    </form>
  )
}
