import './disclosure.css'
import { ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { Disclosure as AriaDisclosure, DisclosurePanel } from 'react-aria-components/Disclosure'
import { ICON_PX } from './button.tsx'

/** What few need, one press away. Found by the browser's search in the page, too. */
export function Disclosure({ title, isOpenAtFirst = false, children }: { title: ReactNode; isOpenAtFirst?: boolean; children: ReactNode }) {
  return (
    <AriaDisclosure className="disclosure" defaultExpanded={isOpenAtFirst}>
      <Button slot="trigger" className="summary">
        <ChevronRight size={ICON_PX} aria-hidden="true" />
        <span>{title}</span>
      </Button>
      <DisclosurePanel className="folded">{children}</DisclosurePanel>
    </AriaDisclosure>
  )
}
