import './toggles.css'
import { Check, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox'
import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'
import { Switch as AriaSwitch } from 'react-aria-components/Switch'
import { Text } from 'react-aria-components/Text'

interface ToggleProps {
  isOn: boolean
  onChange: (isOn: boolean) => void
  /** In a word more, below. */
  help?: string
  isDisabled?: boolean
  children: ReactNode
}

/** Part of a form: counts when the form is sent. */
export function Checkbox({ isOn, onChange, help, isDisabled = false, children }: ToggleProps) {
  return (
    <div className="toggle">
      <AriaCheckbox className="check" isSelected={isOn} onChange={onChange} isDisabled={isDisabled}>
        {({ isSelected, isIndeterminate }) => (
          <>
            <span className="box" aria-hidden="true">
              {isIndeterminate ? <Minus size={14} strokeWidth={3} /> : isSelected && <Check size={14} strokeWidth={3} />}
            </span>
            <span>{children}</span>
          </>
        )}
      </AriaCheckbox>
      {help && <p className="muted small">{help}</p>}
    </div>
  )
}

/** Counts at once. */
export function Switch({ isOn, onChange, help, isDisabled = false, children }: ToggleProps) {
  return (
    <div className="toggle">
      <AriaSwitch className="switch" isSelected={isOn} onChange={onChange} isDisabled={isDisabled}>
        <span className="track" aria-hidden="true" />
        <span>{children}</span>
      </AriaSwitch>
      {help && <p className="muted small">{help}</p>}
    </div>
  )
}

interface ChoicesProps<Id extends string> {
  label: string
  help?: string
  value: Id
  onChange: (id: Id) => void
  options: readonly { readonly id: Id; readonly text: string; readonly lang?: string }[]
  /** Between the options, such as a folded part. */
  children?: ReactNode
}

/** One of few, all in sight. The arrow keys walk through them. */
export function Choices<Id extends string>({ label, help, value, onChange, options, children }: ChoicesProps<Id>) {
  return (
    <RadioGroup className="choices" value={value} onChange={(id) => onChange(id as Id)}>
      <Label className="legend">{label}</Label>
      {help && (
        <Text slot="description" className="muted small">
          {help}
        </Text>
      )}
      {options.map(({ id, text, lang }) => (
        <Choice key={id} id={id} lang={lang}>
          {text}
        </Choice>
      ))}
      {children}
    </RadioGroup>
  )
}

/** One option of the {@link Choices} around it. */
export function Choice({ id, lang, children }: { id: string; lang?: string | undefined; children: ReactNode }) {
  return (
    <Radio className="check" value={id}>
      <span className="box round" aria-hidden="true" />
      <span lang={lang}>{children}</span>
    </Radio>
  )
}
