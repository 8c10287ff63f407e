import { useQuery } from '@tanstack/react-query'
import type { LineDetail } from '../../../src/contract/lines.ts'
import { alertsQuery } from '../../api/queries.ts'
import { TextLink } from '../../design/go.tsx'
import { Notice } from '../../design/notice.tsx'
import { Ago } from '../../design/time.tsx'
import { capitalized } from '../../design/tones.ts'
import { paths } from '../../paths.ts'

/** The alerts of this line that nobody has closed yet. */
export function OpenAlerts({ project, line }: { project: string; line: LineDetail }) {
  const { data } = useQuery(alertsQuery(project))
  const open = (data?.alerts ?? []).filter((alert) => alert.line_id === line.id && alert.state !== 'resolved')
  return open.map((alert) => (
    <Notice key={alert.id} tone={alert.kind === 'performance' ? 'bad' : 'warn'} icon="alerts">
      <TextLink to={paths.alert(project, alert.id)}>{capitalized(alert.title)}</TextLink>{' '}
      <span style={{ color: 'var(--text-3)' }}>
        <Ago at={alert.opened_at} />
        {alert.state === 'acknowledged' ? ` · ${alert.acknowledged_by ?? 'somebody'} looks after it` : ''}
      </span>
    </Notice>
  ))
}
