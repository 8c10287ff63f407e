import { ActionIcon, Drawer } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { getRouteApi, Outlet } from '@tanstack/react-router'
import { useEffect } from 'react'
import { Icon } from '../design/icons.tsx'
import { Brand } from './brand.tsx'
import { rememberProject } from './last-project.ts'
import classes from './shell.module.css'
import { Shortcuts } from './shortcuts.tsx'
import { Sidebar } from './sidebar.tsx'
import { useHints } from './use-hints.ts'

const route = getRouteApi('/signed-in/projects/$project')

/** The frame around every page of a project. */
export function Shell() {
  const { project } = route.useParams()
  const [menu, { open, close }] = useDisclosure(false)
  const live = useHints(project)
  useEffect(() => rememberProject(project), [project])
  return (
    <div className={classes.shell}>
      <button type="button" className={classes.skip} onClick={toMain}>
        Skip to the page
      </button>
      <aside className={classes.sidebar}>
        <Sidebar project={project} live={live} />
      </aside>
      <div className={classes.topbar}>
        <ActionIcon variant="subtle" color="gray" onClick={open} aria-label="Open the menu">
          <Icon name="menu" size={18} />
        </ActionIcon>
        <Brand />
      </div>
      <Drawer opened={menu} onClose={close} size={260} withCloseButton={false} padding={0} aria-label="Menu">
        <div className={`${classes.sidebar} ${classes.drawer}`}>
          <Sidebar project={project} live={live} onNavigate={close} />
        </div>
      </Drawer>
      <main id="main" className={classes.main} tabIndex={-1}>
        <Outlet />
      </main>
      <Shortcuts project={project} />
    </div>
  )
}

/** By hand: with <base> in the page, a link to `#main` would lead to another address. */
function toMain(): void {
  document.getElementById('main')?.focus()
}
