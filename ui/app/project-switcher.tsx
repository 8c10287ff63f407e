import { Menu, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { sessionQuery } from '../api/queries.ts'
import { Icon } from '../design/icons.tsx'
import { paths } from '../paths.ts'
import { NewProject } from './new-project.tsx'
import classes from './shell.module.css'

export function ProjectSwitcher({ project }: { project: string }) {
  const { data: me } = useSuspenseQuery(sessionQuery())
  const navigate = useNavigate()
  const [opened, { open, close }] = useDisclosure(false)
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
        {me.platform_role === 'admin' ? (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<Icon name="plus" size={14} />} onClick={open}>
              New project…
            </Menu.Item>
          </>
        ) : null}
      </Menu.Dropdown>
      <NewProject opened={opened} close={close} />
    </Menu>
  )
}
