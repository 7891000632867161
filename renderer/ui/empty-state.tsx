import './empty-state.css'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'

/** Where nothing is yet: what will stand here, and the way to the first one. */
export function EmptyState({ icon: Icon, text, children }: { icon: LucideIcon; text: string; children?: ReactNode }) {
  return (
    <div className="empty-state">
      <span className="arch">
        <Icon size={28} aria-hidden="true" />
      </span>
      <p>{text}</p>
      {children}
    </div>
  )
}
