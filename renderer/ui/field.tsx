import './field.css'
import { CircleAlert } from 'lucide-react'
import type { Ref } from 'react'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import { TextField } from 'react-aria-components/TextField'
import { ICON_PX } from './button.tsx'

interface FieldProps {
  label: string
  help?: string
  /** In words, next to the field. */
  error: string | null
  value: string
  onChange: (value: string) => void
  maxLength: number
  type?: 'text' | 'password'
  /** More than one: a box of so many lines. */
  lines?: number
  /** To be read and copied, not changed. */
  isReadOnly?: boolean
  ref?: Ref<HTMLInputElement>
}

/** Machine text (a name, an address, a code): nothing corrects, capitalises or completes it. */
export function Field({ label, help, error, value, onChange, maxLength, type = 'text', lines = 1, isReadOnly = false, ref }: FieldProps) {
  return (
    <TextField
      className="field"
      value={value}
      onChange={onChange}
      maxLength={maxLength}
      type={type}
      autoComplete={type === 'password' ? 'new-password' : 'off'}
      autoCorrect="off"
      spellCheck="false"
      isReadOnly={isReadOnly}
      isInvalid={error !== null}
      validationBehavior="aria"
    >
      <Label>{label}</Label>
      {help && (
        <Text slot="description" className="muted small">
          {help}
        </Text>
      )}
      {lines > 1 ? <TextArea ref={ref as Ref<never>} rows={lines} autoCapitalize="none" /> : <Input ref={ref} autoCapitalize="none" />}
      <Mistake error={error} />
    </TextField>
  )
}

/** What is wrong with the field around it. */
export function Mistake({ error }: { error: string | null }) {
  return (
    <FieldError className="error small">
      <CircleAlert size={ICON_PX} aria-hidden="true" />
      <span>{error}</span>
    </FieldError>
  )
}
