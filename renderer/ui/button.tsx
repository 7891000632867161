import './button.css'
import { LoaderCircle, type LucideIcon } from 'lucide-react'
import type { ReactNode, Ref } from 'react'

export const ICON_PX = 18

interface ButtonProps {
  icon?: LucideIcon
  look?: 'primary' | 'plain' | 'quiet' | 'danger'
  type?: 'button' | 'submit'
  /** Under way: stays focusable and says so, but does nothing. */
  busy?: boolean
  onPress?: () => void
  ref?: Ref<HTMLButtonElement>
  children: ReactNode
}

export function Button({ icon, look = 'plain', type = 'button', busy = false, onPress, ref, children }: ButtonProps) {
  const Icon = busy ? LoaderCircle : icon
  return (
    <button
      ref={ref}
      type={type}
      className={`button ${look}`}
      aria-disabled={busy || undefined}
      onClick={busy ? (event) => event.preventDefault() : onPress}
    >
      {Icon && <Icon size={ICON_PX} aria-hidden="true" />}
      <span>{children}</span>
    </button>
  )
}
