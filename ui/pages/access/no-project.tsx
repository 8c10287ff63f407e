import { Empty } from '../../design/empty.tsx'
import { Page } from '../../design/page.tsx'

/** For someone who may sign in but is a member of nothing yet. */
export function NoProjectPage() {
  return (
    <Page title="Welcome">
      <Empty icon="members" title="You are not a member of a project yet">
        Ask an admin of a project to add you on its Members page.
      </Empty>
    </Page>
  )
}
