import { Globe } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { isWeb } from '../../protocol/model/service.ts'
import type { ServiceView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** A name of the owner's own, or the home's bare address, that leads to a service. */
export function OwnNameForm({ services }: { services: readonly ServiceView[] }) {
  const { page } = useWords().certificates
  const { calls } = useEngine()
  const announce = useAnnounce()
  const web = services.filter(({ kind }) => isWeb(kind)).map(({ name }) => name)
  const [host, setHost] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const [cert, setCert] = useState('')
  const [key, setKey] = useState('')
  const service = chosen !== null && web.includes(chosen) ? chosen : web[0]
  const files = cert.trim() && key.trim() ? { cert: cert.trim(), key: key.trim() } : null
  const adding = useAction(() => calls.addOwnName({ host: host.trim(), service: service ?? '', files }))
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    if (!(await adding.run())) return
    announce(page.added(host.trim()))
    setHost('')
  }
  if (service === undefined) return null
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <Field label={page.ownName} help={page.ownNameHelp} error={null} value={host} onChange={setHost} maxLength={253} />
      <Select label={page.leadsTo} value={service} onChange={setChosen} options={web.map((name) => ({ id: name, text: name }))} />
      <Field label={page.certFile} help={page.filesHelp} error={null} value={cert} onChange={setCert} maxLength={1000} />
      <Field label={page.keyFile} error={null} value={key} onChange={setKey} maxLength={1000} />
      <FailureNote failure={adding.failure} />
      <Button type="submit" icon={Globe} busy={adding.busy}>
        {page.addName}
      </Button>
    </form>
  )
}
