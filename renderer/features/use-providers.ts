import { useEffect, useState } from 'react'
import type { NameProvider } from '../../protocol/model/name-provider.ts'
import { useEngine } from '../src/engine.ts'

/** Who can keep a name; none until the engine has said so. */
export function useProviders(): readonly NameProvider[] {
  const { calls } = useEngine()
  const [known, setKnown] = useState<readonly NameProvider[]>([])
  useEffect(() => {
    let isOver = false
    calls.nameProviders({}).then(
      ({ providers }) => isOver || setKnown(providers),
      () => {},
    )
    return () => {
      isOver = true
    }
  }, [calls])
  return known
}
