import './field.css'
import { CircleAlert } from 'lucide-react'
import type { ReactNode, Ref } from 'react'
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
      <Framed label={label} help={help} error={error}>
        {lines > 1 ? <TextArea ref={ref as Ref<never>} rows={lines} autoCapitalize="none" /> : <Input ref={ref} autoCapitalize="none" />}
      </Framed>
    </TextField>
  )
}

interface FramedProps {
  label: string
  help: string | undefined
  /** Undefined: of this kind of field nothing is ever wrong. */
  error?: string | null
  children: ReactNode
}

/** What every kind of field has around its box: what it is called, a word more, and what is wrong with it. */
export function Framed({ label, help, error, children }: FramedProps) {
  return (
    <>
      <Label>{label}</Label>
      {help && (
        <Text slot="description" className="muted small">
          {help}
        </Text>
      )}
      {children}
      {error !== undefined && (
        <FieldError className="error small">
          <CircleAlert size={ICON_PX} aria-hidden="true" />
          <span>{error}</span>
        </FieldError>
      )}
    </>
  )
}
