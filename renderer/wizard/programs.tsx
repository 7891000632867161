import { CircleHelp, FolderOpen } from 'lucide-react'
import type { ReactNode } from 'react'
import { Label } from 'react-aria-components/Label'
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup'
import { nameOf, usePresets } from '../features/presets.tsx'
import { useWords } from '../src/language.tsx'
import { PresetIcon } from '../ui/preset-icon.tsx'

/** No preset has these ids. */
export const OTHER = 'other-program'
export const FOLDER = 'a-folder'

const TILE_PX = 22

interface ProgramsProps {
  /** A preset's id, `OTHER` or `FOLDER`; null: nothing yet. */
  readonly value: string | null
  readonly onChoose: (id: string) => void
}

/** A tile for each program that is known, one for a folder, one for anything else. */
export function Programs({ value, onChoose }: ProgramsProps) {
  const words = useWords()
  const { what } = words.wizard
  return (
    <RadioGroup className="programs" value={value} onChange={onChoose}>
      <Label className="legend">{what.programs}</Label>
      <div className="tiles">
        {usePresets().map((each) => (
          <Tile key={each.id} id={each.id} name={nameOf(each, words)} icon={<PresetIcon name={each.icon} sizePx={TILE_PX} />} />
        ))}
        <Tile id={FOLDER} name={what.folder} icon={<FolderOpen size={TILE_PX} aria-hidden="true" />} />
        <Tile id={OTHER} name={what.other} icon={<CircleHelp size={TILE_PX} aria-hidden="true" />} />
      </div>
    </RadioGroup>
  )
}

function Tile({ id, name, icon }: { readonly id: string; readonly name: string; readonly icon: ReactNode }) {
  return (
    <Radio value={id} className="tile">
      {icon}
      <span>{name}</span>
    </Radio>
  )
}
