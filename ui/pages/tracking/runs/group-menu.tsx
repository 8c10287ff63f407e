import { Select } from '@mantine/core'
import type { Keys } from './completions.ts'

/** How runs are put together; a value of the URL, or nothing for what fits the search. */
export function GroupMenu(props: {
  keys: Keys
  value: string | undefined
  onGroup: (group: string | undefined) => void
}) {
  const known = [
    ...props.keys.params.map((key) => `params.${key}`),
    ...props.keys.tags.map((key) => `tags.${key}`),
  ]
  const own =
    props.value !== undefined && /^(params|tags)\./.test(props.value) && !known.includes(props.value)
  const option = (name: string) => ({ value: name, label: name.slice(name.indexOf('.') + 1) })
  return (
    <Select
      label="Group"
      size="xs"
      w={150}
      searchable
      clearable
      limit={100}
      placeholder="Automatic"
      nothingFoundMessage="No such key"
      value={props.value ?? null}
      onChange={(value) => props.onGroup(value ?? undefined)}
      comboboxProps={{ width: 240, position: 'bottom-start' }}
      data={[
        {
          group: 'Runs',
          items: [
            { value: 'none', label: 'One list' },
            { value: 'parent', label: 'Children below parents' },
            { value: 'experiment', label: 'By experiment' },
          ],
        },
        {
          group: 'By parameter',
          items: [...props.keys.params.map((key) => option(`params.${key}`))],
        },
        {
          group: 'By tag',
          items: [
            ...(own && props.value ? [option(props.value)] : []),
            ...props.keys.tags.map((key) => option(`tags.${key}`)),
          ],
        },
      ]}
    />
  )
}
