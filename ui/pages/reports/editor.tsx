import { Button, Group, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Block, Report } from '../../../src/contract/reports.ts'
import { client } from '../../api/client.ts'
import { Failure } from '../../design/failure.tsx'
import { Page } from '../../design/page.tsx'
import { paths } from '../../paths.ts'
import { BlockEditor } from './block-editor.tsx'
import { type Draft, draftsOf, emptyBlock, isWhole, moved } from './draft.ts'
import classes from './reports.module.css'

const kinds: readonly (readonly [Block['kind'], string])[] = [
  ['markdown', 'Text'],
  ['chart', 'Curves'],
  ['table', 'Table of runs'],
  ['comparison', 'Comparison'],
]

/** Writes a report: blocks one below the other, each shown as its readers will see it. */
export function Editor({ project, report, onDone }: { project: string; report: Report; onDone: () => void }) {
  const [title, setTitle] = useState(report.title)
  const [drafts, setDrafts] = useState<readonly Draft[]>(() => draftsOf(report.blocks))
  const queries = useQueryClient()
  const save = useMutation({
    mutationFn: () =>
      client.reports.update({
        params: { project, report: report.id },
        body: { title: title.trim(), blocks: drafts.map((draft) => draft.block), based_on: report.version },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['reports', project] })
      onDone()
    },
  })
  const change = (key: number, block: Block) =>
    setDrafts(drafts.map((draft) => (draft.key === key ? { key, block } : draft)))
  const add = (kind: Block['kind']) =>
    setDrafts([
      ...drafts,
      { key: Math.max(0, ...drafts.map((draft) => draft.key)) + 1, block: emptyBlock(kind) },
    ])
  const whole = title.trim() !== '' && drafts.every((draft) => isWhole(draft.block))
  return (
    <Page
      title="Edit report"
      crumbs={[
        { label: 'Reports', to: paths.reports(project) },
        { label: report.title, to: paths.report(project, report.id) },
      ]}
      actions={
        <Group gap={8}>
          <Button variant="default" onClick={onDone}>
            Cancel
          </Button>
          <Button disabled={!whole} loading={save.isPending} onClick={() => save.mutate()}>
            Save
          </Button>
        </Group>
      }
    >
      {save.error ? <Failure error={save.error} /> : null}
      <div className={classes.editor}>
        <TextInput
          label="Title"
          maxLength={200}
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        {drafts.map((draft, index) => (
          <BlockEditor
            key={draft.key}
            project={project}
            block={draft.block}
            first={index === 0}
            last={index === drafts.length - 1}
            onChange={(block) => change(draft.key, block)}
            onMove={(by) => setDrafts(moved(drafts, index, by))}
            onRemove={() => setDrafts(drafts.filter((one) => one !== draft))}
          />
        ))}
        <div className={classes.add}>
          Add
          {kinds.map(([kind, label]) => (
            <Button key={kind} size="compact-sm" variant="default" onClick={() => add(kind)}>
              {label}
            </Button>
          ))}
        </div>
      </div>
    </Page>
  )
}
