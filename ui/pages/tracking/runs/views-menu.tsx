import { Button, Checkbox, Menu, TextInput } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { View } from '../../../../src/contract/views.ts'
import { client } from '../../../api/client.ts'
import { viewsQuery } from '../../../api/queries.ts'
import { Confirm } from '../../../design/confirm.tsx'
import { Icon } from '../../../design/icons.tsx'

const page = 'runs'

/** Looks of the table that were kept under a name: what stands in the URL, no more. */
export function ViewsMenu(props: {
  project: string
  state: Readonly<Record<string, string>>
  onView: (state: Record<string, string>) => void
}) {
  const { project, state } = props
  const queries = useQueryClient()
  const { data } = useQuery(viewsQuery(project, page))
  const [opened, { open, close }] = useDisclosure(false)
  const views = data?.views ?? []
  const current = views.find((view) => sameState(view.state, state))
  const change = useMutation({
    mutationFn: (act: () => Promise<unknown>) => act(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['views', project] }),
  })
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button variant="default" rightSection={<Icon name="down" size={13} />}>
            {current?.name ?? 'Views'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{views.length === 0 ? 'No view is saved yet' : 'Saved views'}</Menu.Label>
          {views.map((view) => (
            <Menu.Item
              key={view.id}
              onClick={() => props.onView(stateOf(view))}
              rightSection={
                view === current ? (
                  <Icon name="check" size={14} />
                ) : (
                  <small>{view.own ? '' : view.owner}</small>
                )
              }
            >
              {view.name}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<Icon name="plus" size={14} />} onClick={open}>
            Save this view…
          </Menu.Item>
          <OwnItems current={current} project={project} change={change.mutate} views={views} state={state} />
        </Menu.Dropdown>
      </Menu>
      <SaveView project={project} state={state} opened={opened} close={close} />
    </>
  )
}

function OwnItems(props: {
  current: View | undefined
  views: readonly View[]
  project: string
  state: Readonly<Record<string, string>>
  change: (act: () => Promise<unknown>) => void
}) {
  const own = props.views.filter((view) => view.own)
  if (own.length === 0) return null
  const params = (view: View) => ({ params: { project: props.project, view: view.id } })
  return (
    <>
      {own
        .filter((view) => view !== props.current)
        .slice(0, 8)
        .map((view) => (
          <Menu.Item
            key={view.id}
            onClick={() =>
              props.change(() =>
                client.views.update({ ...params(view), body: { state: { ...props.state } } }),
              )
            }
          >
            Replace “{view.name}”
          </Menu.Item>
        ))}
      {props.current?.own ? (
        <OwnItem view={props.current} params={params(props.current)} change={props.change} />
      ) : null}
    </>
  )
}

function OwnItem(props: {
  view: View
  params: { params: { project: string; view: string } }
  change: (act: () => Promise<unknown>) => void
}) {
  const { view, params, change } = props
  return (
    <>
      <Menu.Item
        onClick={() => change(() => client.views.update({ ...params, body: { shared: !view.shared } }))}
      >
        {view.shared ? 'Keep for me alone' : 'Share with the project'}
      </Menu.Item>
      <Menu.Item color="red" onClick={() => change(() => client.views.delete(params))}>
        Delete “{view.name}”
      </Menu.Item>
    </>
  )
}

function SaveView(props: {
  project: string
  state: Readonly<Record<string, string>>
  opened: boolean
  close: () => void
}) {
  const [name, setName] = useState('')
  const [shared, share] = useState(true)
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: () =>
      client.views.create({
        params: { project: props.project },
        body: { page, name: name.trim(), state: { ...props.state }, shared },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['views', props.project] })
      setName('')
      props.close()
    },
  })
  return (
    <Confirm
      opened={props.opened}
      close={props.close}
      title="Save this view"
      action="Save"
      busy={save.isPending}
      error={save.error}
      onConfirm={() => save.mutate()}
    >
      <TextInput
        label="Name"
        description="Keeps filter, order, columns and grouping."
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
      <Checkbox
        mt={10}
        size="xs"
        label="Everyone in the project sees it"
        checked={shared}
        onChange={(event) => share(event.currentTarget.checked)}
      />
    </Confirm>
  )
}

function stateOf(view: View): Record<string, string> {
  return Object.fromEntries(
    Object.entries(view.state).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  )
}

function sameState(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...keys].every((key) => a[key] === b[key])
}
