import { useSuspenseQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { sessionQuery } from '../../api/queries.ts'
import { Page } from '../../design/page.tsx'
import { Columns } from '../../design/panel.tsx'
import { HoldsPanel } from './holds.tsx'
import { RetentionPanel } from './retention.tsx'
import { SweepsPanel } from './sweeps.tsx'

const route = getRouteApi('/signed-in/projects/$project/storage')

/** What a project keeps, for how long, and what may not be deleted. */
export function StoragePage() {
  const { project } = route.useParams()
  const { data: me } = useSuspenseQuery(sessionQuery())
  return (
    <Page
      title="Storage"
      lede="How long this project keeps what it need not, what nobody may delete, and what can be freed."
    >
      <Columns>
        <RetentionPanel project={project} />
        <HoldsPanel project={project} />
      </Columns>
      {me.platform_role === 'admin' || me.auth === 'none' ? <SweepsPanel /> : null}
    </Page>
  )
}
