import { Landmark } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { AuthorityView } from '../../protocol/snapshot.ts'
import { useEngine } from '../src/engine.ts'
import { useWords } from '../src/language.tsx'
import { useAnnounce } from '../ui/announcer.tsx'
import { Button } from '../ui/button.tsx'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { FailureNote } from './failure.tsx'
import { useAction } from './use-action.ts'

/** They call themselves so in every language. */
export const AUTHORITIES = { letsencrypt: "Let's Encrypt", zerossl: 'ZeroSSL' } as const
type Choice = keyof typeof AUTHORITIES | 'other'

const choiceOf = ({ name }: AuthorityView): Choice =>
  name === ''
    ? 'letsencrypt'
    : ((Object.keys(AUTHORITIES) as (keyof typeof AUTHORITIES)[]).find((id) => AUTHORITIES[id] === name) ?? 'other')

/** Who gives the certificates, from the next one on. The keys of an account there are sent to the engine and never come back. */
export function ChooseAuthority({ authority }: { authority: AuthorityView }) {
  const { certificates: say } = useWords()
  const { page } = say
  const { calls } = useEngine()
  const announce = useAnnounce()
  const [choice, setChoice] = useState(() => choiceOf(authority))
  const isOther = choice === 'other'
  const [url, setUrl] = useState(isOther ? authority.directory : '')
  const [caFile, setCaFile] = useState(authority.caFile ?? '')
  const [email, setEmail] = useState(authority.email ?? '')
  const [keyId, setKeyId] = useState('')
  const [hmacKey, setHmacKey] = useState('')
  const [isIncomplete, setIncomplete] = useState(false)
  const choosing = useAction(() =>
    calls.chooseAuthority({
      directory: isOther ? url.trim() : choice,
      email: email.trim() || null,
      caFile: (isOther && caFile.trim()) || null,
      external: keyId.trim() && hmacKey.trim() ? { keyId: keyId.trim(), hmacKey: hmacKey.trim() } : null,
    }),
  )
  const onSubmit = async (event: FormEvent) => {
    event.preventDefault()
    const isHalf = (keyId.trim() === '') !== (hmacKey.trim() === '')
    setIncomplete(isHalf)
    if (isHalf || !(await choosing.run())) return
    setHmacKey('')
    announce(page.chosen(isOther ? url.trim() : AUTHORITIES[choice]))
  }
  return (
    <form className="form" onSubmit={onSubmit} noValidate>
      <p>{say.authority(authority.name)}</p>
      <Select
        label={page.directory}
        value={choice}
        onChange={setChoice}
        options={[
          { id: 'letsencrypt', text: AUTHORITIES.letsencrypt },
          { id: 'zerossl', text: AUTHORITIES.zerossl },
          { id: 'other', text: page.other },
        ]}
      />
      {isOther && (
        <>
          <Field label={page.url} error={null} value={url} onChange={setUrl} maxLength={500} />
          <Field label={page.caFile} help={page.caFileHelp} error={null} value={caFile} onChange={setCaFile} maxLength={1000} />
        </>
      )}
      <Field label={page.email} error={null} value={email} onChange={setEmail} maxLength={254} />
      {choice !== 'letsencrypt' && (
        <>
          <Field label={page.keyId} error={isIncomplete ? page.incomplete : null} value={keyId} onChange={setKeyId} maxLength={500} />
          <Field label={page.hmacKey} type="password" error={null} value={hmacKey} onChange={setHmacKey} maxLength={500} />
        </>
      )}
      <FailureNote failure={choosing.failure} />
      <Button type="submit" icon={Landmark} busy={choosing.busy}>
        {page.save}
      </Button>
    </form>
  )
}
