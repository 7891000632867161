import './button.css'
import type { LucideIcon } from 'lucide-react'
import { Button } from 'react-aria-components/Button'
import { ICON_PX } from './button.tsx'
import { Tip } from './tooltip.tsx'

interface IconButtonProps {
  icon: LucideIcon
  /** Its name for those who hear the page, and what it shows when it is pointed at. */
  label: string
  onPress?: () => void
}

/** A button whose picture is known to everybody: close, copy, more. */
export function IconButton({ icon: Icon, label, onPress }: IconButtonProps) {
  return (
    <Tip text={label}>
      <Button className="button quiet icon-only" aria-label={label} onPress={() => onPress?.()}>
        <Icon size={ICON_PX} aria-hidden="true" />
      </Button>
    </Tip>
  )
}
