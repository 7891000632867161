import type { FocusEvent, Ref } from 'react'
import type { Setup } from '../../protocol/model/setup.ts'
import { useWords } from '../src/language.tsx'
import { Field } from '../ui/field.tsx'

export const FOLDER_SCHEME = 'folder:'

type Choice = Setup['choice']

interface WhereItIsProps {
  readonly choice: Choice
  readonly isFolder: boolean
  readonly wrong: { readonly target: string | null; readonly name: string | null }
  readonly onType: (changes: Partial<Choice>) => void
  readonly onLeave: (event: FocusEvent) => void
  readonly targetField: Ref<HTMLInputElement>
}

/** The address of what was chosen, or its folder, and what it is to be called. */
export function WhereItIs({ choice: { target, name }, isFolder, wrong, onType, onLeave, targetField }: WhereItIsProps) {
  const { what } = useWords().wizard
  return (
    <fieldset className="pair" onBlur={onLeave}>
      <Field
        ref={targetField}
        label={isFolder ? what.whichFolder : what.target}
        help={isFolder ? what.folderHelp : what.targetHelp}
        error={wrong.target}
        value={isFolder && target.startsWith(FOLDER_SCHEME) ? target.slice(FOLDER_SCHEME.length) : target}
        onChange={(typed) => onType({ target: typed })}
        maxLength={1100}
      />
      <Field
        label={what.name}
        help={what.nameHelp}
        error={wrong.name}
        value={name}
        onChange={(typed) => onType({ name: typed })}
        maxLength={60}
      />
    </fieldset>
  )
}
