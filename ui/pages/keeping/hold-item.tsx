import { Menu } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { holdsQuery } from '../../api/keeping-queries.ts'
import { useMay } from '../../api/use-may.ts'
import { PlaceHold, ReleaseHold } from './hold-dialog.tsx'

/** For the menu of a thing's page: its hold is placed or released. The dialog stands beside the menu, which closes. */
export function useHoldItem(
  project: string,
  of: string,
  name: string,
): { item: ReactNode; dialog: ReactNode } {
  const may = useMay(project, 'project:admin')
  const { data } = useQuery(holdsQuery(project))
  const [opened, dialog] = useDisclosure(false)
  const [releasing, release] = useDisclosure(false)
  const hold = data?.holds.find((each) => each.of === of)
  if (!may || data === undefined) return { item: null, dialog: null }
  return {
    item:
      hold === undefined ? (
        <Menu.Item onClick={dialog.open}>Place a legal hold…</Menu.Item>
      ) : (
        <Menu.Item onClick={release.open}>Release the legal hold…</Menu.Item>
      ),
    dialog: (
      <>
        <PlaceHold project={project} opened={opened} close={dialog.close} of={of} name={name} />
        <ReleaseHold project={project} opened={releasing} close={release.close} hold={hold} />
      </>
    ),
  }
}
