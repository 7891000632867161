import { type ReactNode, useEffect, useRef } from 'react'

let hasWalked = false
window.addEventListener('hashchange', () => {
  hasWalked = true
})

/** The view's one heading of the first level. Whoever has just come here by a link begins to read at it. */
export function ViewTitle({ className, children }: { className?: string; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (!hasWalked) return
    window.scrollTo(0, 0)
    heading.current?.focus({ preventScroll: true })
  }, [])
  return (
    <h1 ref={heading} tabIndex={-1} className={className}>
      {children}
    </h1>
  )
}
