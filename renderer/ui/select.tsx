import './list.css'
import { Check, ChevronDown } from 'lucide-react'
import { Button } from 'react-aria-components/Button'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover } from 'react-aria-components/Popover'
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select'
import { ICON_PX } from './button.tsx'
import { Framed } from './field.tsx'

interface SelectProps<Id extends string> {
  label: string
  help?: string
  value: Id
  onChange: (id: Id) => void
  options: readonly { readonly id: Id; readonly text: string }[]
}

/** One of several; typing a letter finds it. */
export function Select<Id extends string>({ label, help, value, onChange, options }: SelectProps<Id>) {
  return (
    <AriaSelect className="field" value={value} onChange={(id) => onChange(id as Id)}>
      <Framed label={label} help={help}>
        <Button className="select">
          <SelectValue />
          <ChevronDown size={ICON_PX} aria-hidden="true" />
        </Button>
      </Framed>
      <Popover className="popover">
        <ListBox className="list" items={options}>
          {({ id, text }) => (
            <ListBoxItem id={id} textValue={text} className="option">
              {({ isSelected }) => (
                <>
                  <span>{text}</span>
                  {isSelected && <Check size={ICON_PX} aria-hidden="true" />}
                </>
              )}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}
