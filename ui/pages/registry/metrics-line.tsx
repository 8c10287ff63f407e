import design from '../../design/design.module.css'
import { namedMetric } from '../../format/number.ts'

/** A few metrics in one line. */
export function MetricsLine({
  metrics,
  most = 3,
}: {
  metrics: Readonly<Record<string, number>>
  most?: number
}) {
  const shown = Object.entries(metrics).slice(0, most)
  if (shown.length === 0) return <>–</>
  return shown.map(([name, value]) => (
    <span key={name} style={{ marginRight: 12, whiteSpace: 'nowrap' }}>
      <span className={design.muted}>{name}</span> {namedMetric(name, value)}
    </span>
  ))
}
