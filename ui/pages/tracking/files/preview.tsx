import { Button, SegmentedControl } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Preview } from '../../../../src/contract/artifacts.ts'
import { fileAddress } from '../../../api/client.ts'
import { previewQuery } from '../../../api/queries.ts'
import { Nothing } from '../../../design/empty.tsx'
import { Failure } from '../../../design/failure.tsx'
import { Markdown } from '../../../design/markdown.tsx'
import { bytes, count } from '../../../format/number.ts'
import classes from './files.module.css'
import { ModelCard } from './model-card.tsx'

type Of<K extends Preview['kind']> = Extract<Preview, { kind: K }>

interface FileProps {
  project: string
  /** Whose file: `runs/<id>`, `logged-models/<id>`. */
  of: string
  path: string
}

/** What a file shows of itself: picture, table, text, page; otherwise only what it is. */
export function FilePreview(props: FileProps) {
  const [as, setAs] = useState<'text'>()
  const { data, error } = useQuery(
    previewQuery(props.project, props.of, props.path, as === undefined ? {} : { as }),
  )
  const both = /\.(html?|csv|tsv|md|markdown)$/i.test(props.path)
  return (
    <>
      <header className={classes.fileHead}>
        <strong title={props.path}>{props.path.split('/').at(-1)}</strong>
        <small>{data === undefined ? '' : `${bytes(data.size)} · ${data.media_type}`}</small>
        {both ? (
          <SegmentedControl
            size="xs"
            aria-label="How it is shown"
            data={[
              { value: 'shown', label: 'Shown' },
              { value: 'text', label: 'Source' },
            ]}
            value={as ?? 'shown'}
            onChange={(value) => setAs(value === 'text' ? 'text' : undefined)}
          />
        ) : null}
        <Button
          component="a"
          variant="default"
          href={fileAddress(props.project, props.of, props.path)}
          download={props.path.split('/').at(-1)}
        >
          Download
        </Button>
      </header>
      {error ? <Failure error={error} /> : null}
      {data === undefined ? (
        error ? null : (
          <Nothing>Reading…</Nothing>
        )
      ) : (
        <Shown key={`${props.path} ${as}`} {...props} preview={data} raw={as === 'text'} />
      )}
    </>
  )
}

function Shown(props: FileProps & { preview: Preview; raw: boolean }) {
  const { preview } = props
  const inline = fileAddress(props.project, props.of, props.path, true)
  switch (preview.kind) {
    case 'image':
      return (
        <div className={classes.picture}>
          <img src={inline} alt={props.path} />
        </div>
      )
    case 'html':
      return (
        <iframe
          className={classes.page}
          title={props.path}
          src={inline}
          sandbox="allow-scripts"
          referrerPolicy="no-referrer"
        />
      )
    case 'table':
      return <TablePreview {...props} first={preview} />
    case 'text':
      if (preview.language === 'markdown' && !props.raw) {
        return (
          <div className={classes.prose}>
            <Markdown text={preview.text} />
          </div>
        )
      }
      return (
        <>
          {props.path.split('/').at(-1) === 'MLmodel' ? <ModelCard text={preview.text} /> : null}
          <LongText {...props} first={preview} />
        </>
      )
    default:
      return <Nothing>{preview.reason}</Nothing>
  }
}

/** Text from its beginning, and on by the piece. */
function LongText({ project, of, path, first }: FileProps & { first: Of<'text'> }) {
  const [from, setFrom] = useState<number>()
  const more = useQuery({
    ...previewQuery(project, of, path, { as: 'text', offset: from ?? 0 }),
    enabled: from !== undefined,
    placeholderData: keepPreviousData,
  })
  const shown = from === undefined || more.data?.kind !== 'text' ? first : more.data
  const pieces = first.next_offset !== null
  return (
    <>
      <TextPreview preview={shown} />
      {pieces ? (
        <footer className={classes.foot}>
          {bytes(shown.offset)} to {bytes(shown.next_offset ?? shown.size)} of {bytes(shown.size)}
          <Button variant="default" disabled={shown.offset === 0} onClick={() => setFrom(undefined)}>
            Beginning
          </Button>
          <Button
            variant="default"
            disabled={shown.next_offset === null}
            onClick={() => setFrom(shown.next_offset ?? undefined)}
          >
            Further
          </Button>
        </footer>
      ) : null}
    </>
  )
}

export function TextPreview({ preview }: { preview: Of<'text'> }) {
  const text = preview.language === 'json' ? indented(preview) : preview.text
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
    <pre className={classes.text} tabIndex={0} data-language={preview.language}>
      {text}
    </pre>
  )
}

/** JSON as people read it, when all of it is here. */
function indented(preview: Of<'text'>): string {
  if (preview.offset > 0 || preview.next_offset !== null) return preview.text
  try {
    return JSON.stringify(JSON.parse(preview.text), null, 2)
  } catch {
    return preview.text
  }
}

const pageRows = 100

function TablePreview({ project, of, path, first }: FileProps & { first: Of<'table'> }) {
  const [offset, setOffset] = useState(0)
  const page = useQuery({
    ...previewQuery(project, of, path, { offset, limit: pageRows }),
    enabled: offset > 0,
    placeholderData: keepPreviousData,
  })
  const shown = offset > 0 && page.data?.kind === 'table' ? page.data : first
  const last = shown.offset + shown.rows.length
  const total = shown.total ?? undefined
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <div className={classes.tableScroll} tabIndex={0}>
        <table className={classes.table} aria-label={path}>
          <thead>
            <tr>
              {shown.columns.map((column) => (
                <th key={column.name} scope="col">
                  {column.name} <small>{column.type.toLowerCase()}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.rows.map((row, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no name but their place.
              <tr key={shown.offset + index}>
                {row.map((value, at) => (
                  <td key={shown.columns[at]?.name ?? at} data-number={typeof value === 'number'}>
                    {cellText(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <footer className={classes.foot}>
        {shown.rows.length === 0 ? 'No rows' : `Rows ${count(shown.offset + 1)} to ${count(last)}`}
        {total === undefined ? '' : ` of ${count(total)}`}
        <Button
          variant="default"
          disabled={offset === 0}
          onClick={() => setOffset(Math.max(0, offset - pageRows))}
        >
          Before
        </Button>
        <Button
          variant="default"
          disabled={total === undefined ? shown.rows.length < pageRows : last >= total}
          onClick={() => setOffset(last)}
        >
          After
        </Button>
      </footer>
    </>
  )
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
