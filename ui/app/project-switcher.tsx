import { Menu, UnstyledButton } from '@mantine/core'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { sessionQuery } from '../api/queries.ts'
import { Icon } from '../design/icons.tsx'
import { paths } from '../paths.ts'
import classes from './shell.module.css'

export function ProjectSwitcher({ project }: { project: string }) {
  const { data: me } = useSuspenseQuery(sessionQuery())
  const navigate = useNavigate()
  const role = me.projects.find((each) => each.name === project)?.role
  return (
    <Menu position="bottom-start" width="target">
      <Menu.Target>
        <UnstyledButton className={classes.switcher} aria-label={`Project ${project}; switch`}>
          <span>
            {project} {role ? <small>{role}</small> : null}
          </span>
          <Icon name="down" size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Projects</Menu.Label>
        {me.projects.map((each) => (
          <Menu.Item
            key={each.name}
            onClick={() => navigate({ to: paths.lines(each.name) })}
            rightSection={each.name === project ? <Icon name="check" size={14} /> : null}
          >
            {each.name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
