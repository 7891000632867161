import { Minus, Plus } from 'lucide-react'
import { Button } from 'react-aria-components/Button'
import { Group } from 'react-aria-components/Group'
import { Input } from 'react-aria-components/Input'
import { NumberField as AriaNumberField } from 'react-aria-components/NumberField'
import { ICON_PX } from './button.tsx'
import { Framed } from './field.tsx'

interface NumberFieldProps {
  label: string
  help?: string
  error?: string | null
  /** Null: nothing stands there. */
  value: number | null
  onChange: (value: number | null) => void
  min: number
  max: number
  /** An Intl unit, such as `megabyte` or `second`. */
  unit?: string
}

/** A number as the reader's language writes it; arrow keys, wheel and two buttons count it up and down. */
export function NumberField({ label, help, error = null, value, onChange, min, max, unit }: NumberFieldProps) {
  return (
    <AriaNumberField
      className="field number"
      value={value ?? Number.NaN}
      onChange={(next) => onChange(Number.isNaN(next) ? null : next)}
      minValue={min}
      maxValue={max}
      formatOptions={unit ? { style: 'unit', unit, unitDisplay: 'short' } : {}}
      isInvalid={error !== null}
      validationBehavior="aria"
    >
      <Framed label={label} help={help} error={error}>
        <Group className="counter">
          <Input />
          <Button slot="decrement">
            <Minus size={ICON_PX} aria-hidden="true" />
          </Button>
          <Button slot="increment">
            <Plus size={ICON_PX} aria-hidden="true" />
          </Button>
        </Group>
      </Framed>
    </AriaNumberField>
  )
}
