import './tabs.css'
import type { ReactNode } from 'react'
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs'

interface TabsProps<Id extends string> {
  label: string
  chosen: Id
  onChoose: (id: Id) => void
  tabs: readonly { readonly id: Id; readonly title: string; readonly content: ReactNode }[]
}

export function Tabs<Id extends string>({ label, chosen, onChoose, tabs }: TabsProps<Id>) {
  return (
    <AriaTabs className="tabs" selectedKey={chosen} onSelectionChange={(id) => onChoose(id as Id)}>
      <TabList className="tab-list" aria-label={label}>
        {tabs.map(({ id, title }) => (
          <Tab key={id} id={id} className="tab">
            {title}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ id, content }) => (
        <TabPanel key={id} id={id} className="tab-panel">
          {content}
        </TabPanel>
      ))}
    </AriaTabs>
  )
}
