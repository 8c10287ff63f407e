import { ActionIcon, Menu } from '@mantine/core'
import type { VersionDetail } from '../../../src/contract/models.ts'
import { Icon } from '../../design/icons.tsx'
import { useHoldItem } from '../keeping/hold-item.tsx'

/** What can be done with a version as a whole. */
export function VersionActions({ project, version }: { project: string; version: VersionDetail }) {
  const { model, version: number } = version
  const { item, dialog } = useHoldItem(project, `models/${model}/${number}`, `${model} v${number}`)
  if (item === null) return null
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon variant="default" size={30} aria-label="More actions">
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>{item}</Menu.Dropdown>
      </Menu>
      {dialog}
    </>
  )
}
