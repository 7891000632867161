import './list.css'
import type { LucideIcon } from 'lucide-react'
import type { ReactElement } from 'react'
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu'
import { Popover } from 'react-aria-components/Popover'
import { ICON_PX } from './button.tsx'

export interface Entry {
  readonly id: string
  readonly text: string
  readonly icon: LucideIcon
  readonly onAction: () => void
}

/** What else can be done, below the button that opens it. */
export function Menu({ label, entries, children }: { label: string; entries: readonly Entry[]; children: ReactElement }) {
  return (
    <MenuTrigger>
      {children}
      <Popover className="popover" placement="bottom end">
        <AriaMenu className="list" aria-label={label} items={entries}>
          {({ id, text, icon: Icon, onAction }) => (
            <MenuItem id={id} textValue={text} className="option" onAction={onAction}>
              <Icon size={ICON_PX} aria-hidden="true" />
              <span>{text}</span>
            </MenuItem>
          )}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  )
}
