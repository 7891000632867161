import './field.css'
import { CircleAlert } from 'lucide-react'
import { type Ref, useId } from 'react'
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
  ref?: Ref<HTMLInputElement>
}

/** One line of machine text (a name, an address, a code): nothing corrects, capitalises or completes it. */
export function Field({ label, help, error, value, onChange, maxLength, type = 'text', ref }: FieldProps) {
  const id = useId()
  const described = [help && `${id}-help`, error && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {help && (
        <p id={`${id}-help`} className="muted small">
          {help}
        </p>
      )}
      <input
        ref={ref}
        id={id}
        type={type}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        maxLength={maxLength}
        autoComplete={type === 'password' ? 'new-password' : 'off'}
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        aria-invalid={error !== null}
        aria-describedby={described || undefined}
      />
      {error && (
        <p id={`${id}-error`} className="error small">
          <CircleAlert size={ICON_PX} aria-hidden="true" />
          {error}
        </p>
      )}
    </div>
  )
}
