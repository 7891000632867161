import './button.css'
import { LoaderCircle, type LucideIcon } from 'lucide-react'
import type { ReactNode, Ref } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'

export const ICON_PX = 18

interface ButtonProps {
  icon?: LucideIcon
  look?: 'primary' | 'plain' | 'quiet' | 'danger'
  type?: 'button' | 'submit'
  /** The id of the form that it sends, where it stands outside of it. */
  form?: string
  /** Under way: stays focusable and says so, but does nothing. */
  busy?: boolean
  isDisabled?: boolean
  autoFocus?: boolean
  onPress?: () => void
  ref?: Ref<HTMLButtonElement>
  children: ReactNode
}

/** While it is busy, Enter in a field does not send its form again. */
export function Button({ icon, look = 'plain', type = 'button', busy = false, onPress, children, ...rest }: ButtonProps) {
  const Icon = busy ? LoaderCircle : icon
  return (
    <AriaButton
      {...rest}
      type={busy ? 'button' : type}
      className={`button ${look}`}
      aria-disabled={busy}
      onPress={() => busy || onPress?.()}
    >
      {Icon && <Icon size={ICON_PX} aria-hidden="true" />}
      <span>{children}</span>
    </AriaButton>
  )
}
