import { MultiSelect, Select } from '@mantine/core'
import type { Variable } from './variable.ts'

interface Options {
  readonly params: readonly Variable[]
  readonly metrics: readonly Variable[]
}

function dataOf({ params, metrics }: Options) {
  const group = (name: string, list: readonly Variable[]) => ({
    group: name,
    items: list.map(({ name: value, label }) => ({ value, label })),
  })
  return [group('Metrics', metrics), group('Parameters', params)].filter((one) => one.items.length > 0)
}

/** Chooses one metric or parameter. */
export function PickVariable(props: {
  label: string
  options: Options
  value: Variable | undefined
  none?: boolean
  onPick: (name: string) => void
}) {
  return (
    <Select
      size="xs"
      w={190}
      label={props.label}
      searchable
      clearable={props.none ?? false}
      data={dataOf(props.options)}
      value={props.value?.name ?? null}
      onChange={(name) => {
        if (name !== null || props.none) props.onPick(name ?? '')
      }}
    />
  )
}

/** Chooses several, in their order. */
export function PickAxes(props: {
  options: Options
  axes: readonly Variable[]
  onPick: (names: readonly string[]) => void
}) {
  return (
    <MultiSelect
      size="xs"
      flex="1 1 320px"
      label="Axes"
      searchable
      data={dataOf(props.options)}
      value={props.axes.map((axis) => axis.name)}
      onChange={(names) => {
        if (names.length > 1) props.onPick(names)
      }}
      maxValues={20}
    />
  )
}
