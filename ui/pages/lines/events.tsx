import { useQuery } from '@tanstack/react-query'
import type { Decision } from '../../../src/contract/lines.ts'
import { decisionsQuery } from '../../api/queries.ts'
import { Nothing } from '../../design/empty.tsx'
import { Facts } from '../../design/facts.tsx'
import { Failure } from '../../design/failure.tsx'
import { Icon } from '../../design/icons.tsx'
import { Panel } from '../../design/panel.tsx'
import { Ago } from '../../design/time.tsx'
import { capitalized } from '../../design/tones.ts'
import { markOf } from './event-mark.ts'
import { told } from './evidence.ts'
import classes from './lines.module.css'

/** What the line decided and why, one sentence each, newest first. */
export function EventsPanel({ project, line }: { project: string; line: string }) {
  const { data, error } = useQuery(decisionsQuery(project, line))
  return (
    <Panel title="Events" note="What the line decided, and why" span={5} flush>
      {error ? <Failure error={error} /> : null}
      {data && data.decisions.length === 0 ? <Nothing>Nothing has been decided yet.</Nothing> : null}
      <ol className={classes.events}>
        {data?.decisions.map((decision) => (
          <Event key={decision.id} decision={decision} />
        ))}
      </ol>
    </Panel>
  )
}

function Event({ decision }: { decision: Decision }) {
  const mark = markOf(decision.kind)
  const evidence = told(decision.evidence)
  return (
    <li>
      <span className={classes.mark} data-tone={mark.tone}>
        <Icon name={mark.icon} size={13} />
      </span>
      <span>{capitalized(decision.sentence)}</span>
      <span className={classes.when}>
        <Ago at={decision.at} />
      </span>
      {evidence.length > 0 ? (
        <details className={classes.evidence}>
          <summary>Evidence</summary>
          <Facts facts={evidence} />
        </details>
      ) : null}
    </li>
  )
}
