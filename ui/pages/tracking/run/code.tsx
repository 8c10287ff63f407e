import type { RunDetail } from '../../../../src/contract/runs.ts'
import design from '../../../design/design.module.css'
import { Empty, Nothing } from '../../../design/empty.tsx'
import { Facts } from '../../../design/facts.tsx'
import { Panel } from '../../../design/panel.tsx'
import { Environment } from './environment.tsx'
import classes from './run.module.css'
import { commitAddress, sourceOf } from './source.ts'

/** What ran: the code at which commit, with which changes, and in which environment. */
export function CodeTab({ project, run }: { project: string; run: RunDetail }) {
  const source = sourceOf(run.tags)
  const address = commitAddress(source)
  const known = source.name ?? source.commit ?? source.entryPoint
  return (
    <>
      {known === undefined ? (
        <Empty icon="file" title="No source is known">
          MLflow&apos;s clients note the script and its git commit when a run starts in a repository.
        </Empty>
      ) : (
        <Panel title="Code">
          <Facts
            facts={[
              ['Script', source.name ?? '–'],
              ['Entry point', source.entryPoint ?? '–'],
              ['Repository', source.repository?.replace(/\/\/[^@/]*@/, '//') ?? '–'],
              ['Branch', source.branch ?? '–'],
              [
                'Commit',
                source.commit === undefined ? (
                  '–'
                ) : address === undefined ? (
                  <code key="commit">{source.commit}</code>
                ) : (
                  <a
                    key="commit"
                    href={address}
                    target="_blank"
                    rel="noreferrer noopener"
                    className={design.link}
                  >
                    <code>{source.commit}</code>
                  </a>
                ),
              ],
              ['Changed since', source.dirty || source.diff !== undefined ? 'yes' : '–'],
            ]}
          />
        </Panel>
      )}
      {source.diff === undefined ? null : (
        <Panel title="Changes that were not committed" flush>
          <Diff text={source.diff} />
        </Panel>
      )}
      <Environment
        project={project}
        run={run}
        nothing={<Nothing>No logged model of this run says which packages it needs.</Nothing>}
      />
    </>
  )
}

/** A unified diff, with the sign of each line as its colour. */
export function Diff({ text }: { text: string }) {
  return (
    <pre className={classes.code}>
      {text.split('\n').map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place.
        <span key={index} data-sign={signOf(line)}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}

function signOf(line: string): string | undefined {
  if (line.startsWith('+++') || line.startsWith('---') || line.startsWith('diff ')) return 'file'
  if (line.startsWith('@@')) return 'place'
  return line.startsWith('+') ? 'more' : line.startsWith('-') ? 'less' : undefined
}
