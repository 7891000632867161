import type { NameProvider } from '../../protocol/model/name-provider.ts'
import type { NameCredentials } from '../../protocol/model/own-name.ts'
import { useWords } from '../src/language.tsx'
import { Field } from '../ui/field.tsx'
import { OutsideLink } from '../ui/outside-link.tsx'

interface CredentialFieldsProps {
  readonly provider: NameProvider
  readonly given: NameCredentials
  readonly onChange: (given: NameCredentials) => void
  /** They were sent once: what is missing is told. */
  readonly isTried: boolean
}

export const isComplete = ({ fields }: NameProvider, given: NameCredentials): boolean =>
  fields.every(({ id, isOptional }) => isOptional || Boolean(given[id]?.trim()))

/** What a provider asks for, and where its customer finds it. */
export function CredentialFields({ provider, given, onChange, isTried }: CredentialFieldsProps) {
  const { providers: say } = useWords()
  const { id: named, page, fields } = provider
  return (
    <>
      <p className="muted small">
        {say.where[named]} {page !== null && <OutsideLink href={page}>{page}</OutsideLink>}
      </p>
      {fields.map(({ id, isSecret, isOptional }) => (
        <Field
          key={id}
          label={isOptional ? say.optional(say.fields[id]) : say.fields[id]}
          error={isTried && !isOptional && !given[id]?.trim() ? say.page.needed : null}
          type={isSecret ? 'password' : 'text'}
          value={given[id] ?? ''}
          onChange={(value) => onChange({ ...given, [id]: value })}
          maxLength={4000}
        />
      ))}
    </>
  )
}
