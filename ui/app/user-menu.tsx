import { Menu, UnstyledButton, useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { client } from '../api/client.ts'
import { sessionQuery } from '../api/queries.ts'
import { Icon } from '../design/icons.tsx'
import { useZone } from '../design/zone.tsx'
import { zoneName } from '../format/time.ts'
import classes from './shell.module.css'

/** Who is signed in, and how they like to see things. */
export function UserMenu() {
  const { data: me } = useSuspenseQuery(sessionQuery())
  const { setColorScheme } = useMantineColorScheme()
  const scheme = useComputedColorScheme('light')
  const { zone, setZone } = useZone()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const logout = useMutation({
    mutationFn: () => client.session.logout({}),
    onSuccess: async () => {
      await navigate({ to: '/login' })
      queries.clear()
    },
  })
  const other = zone === 'utc' ? 'local' : 'utc'
  return (
    <Menu position="top-start" width={210}>
      <Menu.Target>
        <UnstyledButton className={classes.user} aria-label={`Signed in as ${me.user.name}; settings`}>
          <span className={classes.initial}>{me.user.name.slice(0, 1)}</span>
          <span>{me.user.name}</span>
          <Icon name="more" size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {me.auth === 'none' ? 'No sign-in is required here' : `Signed in as ${me.user.name}`}
        </Menu.Label>
        <Menu.Item
          leftSection={<Icon name={scheme === 'dark' ? 'sun' : 'moon'} size={15} />}
          onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
        >
          {scheme === 'dark' ? 'Light colours' : 'Dark colours'}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="clock" size={15} />} onClick={() => setZone(other)}>
          Times in {zoneName(other)}
        </Menu.Item>
        {me.auth === 'none' ? null : (
          <Menu.Item leftSection={<Icon name="logout" size={15} />} onClick={() => logout.mutate()}>
            Sign out
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
