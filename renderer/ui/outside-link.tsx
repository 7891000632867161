import type { ReactNode } from 'react'

/** A link that leaves the page. In the app it opens in the person's own browser, because the app's window never navigates. */
export function OutsideLink({ href, className, children }: { href: string; className?: string; children: ReactNode }) {
  return (
    <a
      href={href}
      className={className}
      target="_blank"
      rel="noopener noreferrer"
      onClick={(event) => {
        if (!window.porchlight) return
        event.preventDefault()
        void window.porchlight.openExternal(href)
      }}
    >
      {children}
    </a>
  )
}

/** An address comes from another process: only web addresses become links. */
export const isWebAddress = (text: string | null): text is string => text !== null && /^https?:\/\//.test(text)
