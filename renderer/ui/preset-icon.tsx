import { Box } from 'lucide-react'
import { lazy, Suspense } from 'react'
import type { PresetIcon as Name } from '../../protocol/model/preset.ts'

/** The pictures come behind the first paint. */
const Picture = lazy(async () => {
  const { ICONS } = await import('./preset-icons.ts')
  return {
    default: ({ name, sizePx }: { name: Name; sizePx: number }) => {
      const Icon = ICONS[name] ?? Box
      return <Icon size={sizePx} aria-hidden="true" />
    },
  }
})

/** A program's picture; beside its name, so that nobody needs it. */
export function PresetIcon({ name, sizePx }: { name: Name | undefined; sizePx: number }) {
  if (!name) return <Box size={sizePx} aria-hidden="true" />
  return (
    <Suspense fallback={<svg width={sizePx} height={sizePx} aria-hidden="true" />}>
      <Picture name={name} sizePx={sizePx} />
    </Suspense>
  )
}
